"""The distribution project's registry, as a process of each run's own."""

import re
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import IO

from bench.network import Network, listens
from bench.process import Failed

PROXY = Path(__file__).parent / "proxy.py"

CONFIG = """\
version: 0.1
log: {{level: error}}
storage:
  filesystem: {{rootdirectory: "{storage}"}}
  delete: {{enabled: true}}
http: {{addr: "{address}", secret: not-secret}}
"""

REQUEST = re.compile(r'"[A-Z]+ /v2/\S* HTTP/1')


class Registry:
    """Serves what lies in a folder, from entering to leaving."""

    def __init__(self, storage: Path, log: Path, network: Network):
        self.storage = storage
        self.log = log
        self.network = network
        self.behind = f"127.0.0.1:{free_port()}"
        self.address = self.behind if network.slow is None else f"127.0.0.1:{free_port()}"
        """Where clients find it: a proxy where the network is slow."""

    def __enter__(self) -> "Registry":
        self.storage.mkdir(parents=True, exist_ok=True)
        self.log.parent.mkdir(parents=True, exist_ok=True)
        config = self.log.with_suffix(".yml")
        config.write_text(CONFIG.format(storage=self.storage, address=self.behind))
        program = shutil.which("docker-registry") or "docker-registry"
        with self.log.open("wb") as out:
            self.process = subprocess.Popen([program, "serve", config], stdout=out, stderr=out, preexec_fn=self.network.enter)
            self.proxy = self._proxy(out)
        try:
            self._await(self.behind)
            self._await(self.address)
        except Failed:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        for process in (self.proxy, self.process):
            if process is not None:
                process.kill()
                process.wait()

    def _proxy(self, out: IO[bytes]) -> subprocess.Popen[bytes] | None:
        slow = self.network.slow
        if slow is None:
            return None
        port = self.address.partition(":")[2]
        words = [sys.executable, "-I", "-S", str(PROXY), port, self.behind, str(slow.delay), str(slow.rate)]
        return subprocess.Popen(words, stdout=out, stderr=out, preexec_fn=self.network.enter)

    def requests(self) -> int:
        """How many requests it has answered."""
        return len(REQUEST.findall(self.log.read_text(errors="replace")))

    def blobs(self) -> dict[str, int]:
        """The blobs that are stored, and their sizes."""
        return {data.parent.name: data.stat().st_size for data in self.storage.glob("docker/registry/v2/blobs/*/*/*/data")}

    def _await(self, address: str) -> None:
        port = int(address.partition(":")[2])
        end = time.monotonic() + 30
        while time.monotonic() < end and self.process.poll() is None:
            if listens(self.process.pid, port):
                return
            time.sleep(0.01)
        raise Failed(f"docker-registry does not answer: see {self.log}")


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]
