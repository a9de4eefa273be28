"""The one error of extraction: a page of which no article can be made."""


class Unusable(Exception):
    """No article can be made of the page. `name` is the reason that its fate records, `detail` is for the log."""

    def __init__(self, name: str, detail: str = "") -> None:
        super().__init__(name, detail)  # both as arguments: so it comes whole through a pickle
        self.name, self.detail = name, detail

    def __str__(self) -> str:
        return f"{self.name}: {self.detail}" if self.detail else self.name
