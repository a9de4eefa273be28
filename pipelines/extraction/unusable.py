"""The one error of extraction: a page of which no article can be made."""


class Unusable(Exception):
    """No article can be made of the page. `name` is the reason that its fate records, `detail` is for the log.
    `packed` is its body as it is kept, where it is to be kept all the same.
    """

    def __init__(self, name: str, detail: str = "", packed: bytes | None = None) -> None:
        super().__init__(name, detail, packed)  # all as arguments: so it comes whole through a pickle
        self.name, self.detail, self.packed = name, detail, packed

    def __str__(self) -> str:
        return f"{self.name}: {self.detail}" if self.detail else self.name
