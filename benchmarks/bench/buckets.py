"""Buckets of S3, served by moto, which keeps them in memory: one process for each contender's storage."""

import os
import re
import shutil
from pathlib import Path
from urllib.parse import unquote
from xml.etree import ElementTree

from bench.network import Network
from bench.process import Failed
from bench.server import Server

BUCKET = "benchmarks"

REQUEST = re.compile(r'"[A-Z]+ /' + BUCKET + r'\S* HTTP/1')

ACCOUNT = {"AWS_ACCESS_KEY_ID": "benchmarks", "AWS_SECRET_ACCESS_KEY": "not-secret", "AWS_EC2_METADATA_DISABLED": "true"}


class Bucket(Server):
    """One bucket. Entering and leaving it is a run: what it holds stays until `stop`."""

    environment = ACCOUNT

    def __init__(self, log: Path, network: Network):
        super().__init__(log, network)
        self.start([moto(), "-H", "127.0.0.1", "-p", self.behind.partition(":")[2]])
        answer, _ = self._ask("PUT", f"/{BUCKET}")
        if answer != 200:
            raise Failed(f"moto makes no bucket: {answer}")
        self.answered = 0

    def __enter__(self) -> "Bucket":
        self.answered = self._logged()
        return self

    def __exit__(self, *_: object) -> None:
        """The next run finds what this one left."""

    @property
    def query(self) -> str:
        """BLOB_QUERY_PARAMS."""
        return f"?endpoint=http://{self.address}&region=us-east-1&use_path_style=true&disable_https=true"

    def reference(self, name: str) -> str:
        """Where a cache of this name lies, with the key's place in it."""
        return f"s3://{BUCKET}/{name}/{{{{hash}}}}"

    def requests(self) -> int:
        """How many requests it has answered in this run."""
        return self._logged() - self.answered

    def blobs(self) -> dict[str, int]:
        """The objects that are stored, and their sizes."""
        found: dict[str, int] = {}
        more = ""
        while True:
            _, body = self._ask("GET", f"/{BUCKET}?list-type=2{more}")
            listed = ElementTree.fromstring(body)
            space = listed.tag.partition("}")[0] + "}" if listed.tag.startswith("{") else ""
            for one in listed.iter(f"{space}Contents"):
                found[unquote(one.findtext(f"{space}Key", ""))] = int(one.findtext(f"{space}Size", "0"))
            token = listed.findtext(f"{space}NextContinuationToken")
            if token is None:
                return found
            more = f"&continuation-token={token}"

    def _logged(self) -> int:
        return len(REQUEST.findall(self.log.read_text(errors="replace")))

    def _ask(self, method: str, path: str) -> tuple[int, bytes]:
        """By a client in the server's network."""
        return self.network.ask(self.behind, method, path)


class Buckets:
    """Those of a measurement, each begun when it is first asked for, or when its storage was removed."""

    def __init__(self) -> None:
        self.open: dict[Path, Bucket] = {}

    def __enter__(self) -> "Buckets":
        return self

    def __exit__(self, *_: object) -> None:
        for bucket in self.open.values():
            bucket.stop()

    def serve(self, storage: Path, log: Path, network: Network) -> Bucket:
        """The bucket of a storage; a folder stands for it, and with that it goes."""
        if not storage.exists() and storage in self.open:
            self.open.pop(storage).stop()
        if storage not in self.open:
            storage.mkdir(parents=True, exist_ok=True)
            self.open[storage] = Bucket(log.with_name(f"{storage.name}.log"), network)
        return self.open[storage]


def moto() -> str:
    """Its program: MOTO names it, else the PATH, else where `./verify` installs it."""
    installed = Path.home() / ".cache/stepcache-moto/bin/moto_server"
    found = os.environ.get("MOTO") or shutil.which("moto_server") or (str(installed) if installed.exists() else None)
    if found is None:
        raise Failed("moto_server is missing: ./verify installs it, or MOTO names it")
    return found
