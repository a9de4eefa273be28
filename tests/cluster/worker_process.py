"""`khabar worker` in a process of its own."""

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Self

QUIET = ("KHABAR_DESK", "SCRAPY_SETTINGS_MODULE")


class WorkerProcess:
    """Working for the queue at *url*; its files go into *root*. Leaving kills it."""

    def __init__(self, url: str, root: Path, *args: str, name: str = "w1", **environ: str) -> None:
        root.mkdir(exist_ok=True)
        self.root, self._log = root, root / f"{name}.log"
        kept = {key: value for key, value in os.environ.items() if key not in QUIET}
        with self._log.open("w") as out:
            self.process = subprocess.Popen(
                [sys.executable, "-P", "-m", "crawler", "worker", "--queue", "env:QUEUE", "--name", name, *args],
                env={**kept, "QUEUE": url, "TMPDIR": str(root), **environ}, stdout=out, stderr=out,
                start_new_session=True,
            )  # fmt: skip

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.kill()

    @property
    def log(self) -> str:
        """What it has logged so far."""
        return self._log.read_text()

    def pause(self) -> None:
        """Stops it and all its children, as a machine that sleeps would."""
        os.killpg(self.process.pid, signal.SIGSTOP)

    def resume(self) -> None:
        """Lets it go on."""
        os.killpg(self.process.pid, signal.SIGCONT)

    def kill(self) -> None:
        """With -9. Its children end by themselves."""
        if self.process.poll() is None:
            self.resume()
            self.process.kill()
            self.process.wait()

    def end(self) -> int:
        """SIGTERM; its exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(60)
