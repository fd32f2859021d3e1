"""A bucket of any kind, kept in memory by a process of its own: one for each contender's storage."""

import os
import re
import shutil
import time
from abc import abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from bench.network import Network
from bench.process import Failed
from bench.server import Server

NAME = "benchmarks"

REQUEST = re.compile(r'"[A-Z]+ /\S* HTTP/1')
"""As all of the servers log one."""

OWN = "by-benchmarks"
"""A parameter by which the log tells which requests are no client's; no server knows it."""


@dataclass(frozen=True)
class Installed:
    """The program of a server."""

    name: str
    variable: str
    folder: str
    """Where it is installed, below ~/.cache."""
    installer: str

    def find(self) -> str:
        """Its variable names it, else the PATH, else it is where its installer puts it."""
        installed = Path.home() / ".cache" / self.folder / self.name
        found = os.environ.get(self.variable) or shutil.which(self.name) or (str(installed) if installed.exists() else None)
        if found is None:
            raise Failed(f"{self.name} is missing: {self.installer} installs it, or {self.variable} names it")
        return found


@dataclass(frozen=True)
class Page:
    """A part of what a bucket holds: names and sizes, and what the next part is asked for by, where there is one."""

    objects: Mapping[str, int]
    following: str | None


class Bucket(Server):
    """One bucket. Entering and leaving it is a run: what it holds stays until `stop`."""

    scheme: ClassVar[str]
    installed: ClassVar[Installed]

    def __init__(self, log: Path, network: Network):
        super().__init__(log, network)
        self.asked = 0
        self.before = 0
        self.start(self._command(self.installed.find(), self.behind.partition(":")[2]))
        try:
            self._make()
        except Exception:
            self.stop()
            raise

    def __enter__(self) -> "Bucket":
        self.before = self._logged()
        return self

    def __exit__(self, *_: object) -> None:
        """The next run finds what this one left."""

    @property
    def environment(self) -> Mapping[str, str]:
        """What a client's environment has to have."""
        return {}

    @property
    def query(self) -> str:
        """BLOB_QUERY_PARAMS."""
        return ""

    def reference(self, name: str) -> str:
        """Where a cache of this name lies, with the key's place in it."""
        return f"{self.scheme}://{NAME}/{name}/{{{{hash}}}}"

    def requests(self) -> int:
        """How many requests of clients it had answered in this run when it was last asked for its blobs."""
        return self._logged() - self.before

    def blobs(self) -> dict[str, int]:
        """The objects that are stored, and their sizes."""
        found: dict[str, int] = {}
        following: str | None = ""
        while following is not None:
            page = self._page(self._ask("GET", self._listing(following)))
            found.update(page.objects)
            following = page.following
        return found

    @abstractmethod
    def _command(self, program: str, port: str) -> Sequence[str]:
        """What serves 127.0.0.1 by plain HTTP, and logs requests."""

    @abstractmethod
    def _make(self) -> None:
        """Makes the bucket."""

    @abstractmethod
    def _listing(self, following: str) -> str:
        """The path of a page; of the first one, if nothing is said."""

    @abstractmethod
    def _page(self, body: bytes) -> Page: ...

    def _ask(self, method: str, path: str, body: bytes = b"") -> bytes:
        """By a client in the server's network, whose requests do not count."""
        self.asked += 1
        own = f"{OWN}={self.asked}"
        status, answer = self.network.ask(self.behind, method, path + ("&" if "?" in path else "?") + own, body)
        # A server may log a request after it has answered it: those before this one are there then too.
        end = time.monotonic() + 60
        while not re.search(rf"{own}\b", self._log()):
            if time.monotonic() > end:
                raise Failed(f"{self.installed.name} logs no requests: see {self.log}")
            time.sleep(0.01)
        if status not in (200, 201):
            raise Failed(f"{self.installed.name} answers {method} {path.partition('?')[0]} with {status}: see {self.log}")
        return answer

    def _logged(self) -> int:
        return sum(OWN not in request for request in REQUEST.findall(self._log()))

    def _log(self) -> str:
        return self.log.read_text(errors="replace")
