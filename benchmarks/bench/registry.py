"""The distribution project's registry, as a process of each run's own."""

import re
import shutil
from pathlib import Path

from bench.network import Network
from bench.server import Server

CONFIG = """\
version: 0.1
log: {{level: error}}
storage:
  filesystem: {{rootdirectory: "{storage}"}}
  delete: {{enabled: true}}
http: {{addr: "{address}", secret: not-secret}}
"""

REQUEST = re.compile(r'"[A-Z]+ /v2/\S* HTTP/1')


class Registry(Server):
    """Serves what lies in a folder, from entering to leaving."""

    environment: dict[str, str] = {}
    query = ""

    def __init__(self, storage: Path, log: Path, network: Network):
        super().__init__(log, network)
        self.storage = storage

    def __enter__(self) -> "Registry":
        self.storage.mkdir(parents=True, exist_ok=True)
        self.log.parent.mkdir(parents=True, exist_ok=True)
        config = self.log.with_suffix(".yml")
        config.write_text(CONFIG.format(storage=self.storage, address=self.behind))
        self.start([shutil.which("docker-registry") or "docker-registry", "serve", config])
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def reference(self, name: str) -> str:
        """Where a cache of this name lies, with the key's place in it."""
        return f"oci://{self.address}/benchmarks/{name}:{{{{hash}}}}"

    def requests(self) -> int:
        """How many requests it has answered."""
        return len(REQUEST.findall(self.log.read_text(errors="replace")))

    def blobs(self) -> dict[str, int]:
        """The blobs that are stored, and their sizes."""
        return {data.parent.name: data.stat().st_size for data in self.storage.glob("docker/registry/v2/blobs/*/*/*/data")}
