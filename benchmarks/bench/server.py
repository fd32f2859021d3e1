"""A server that caches are kept in, as a process of its own, behind a proxy where the network is to be slow."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO

from bench.network import Network, listens
from bench.process import Failed

PROXY = Path(__file__).parent / "proxy.py"


class Server:
    """Runs from `start` to `stop`."""

    process: subprocess.Popen[bytes]

    def __init__(self, log: Path, network: Network):
        self.log = log
        self.network = network
        self.behind = f"127.0.0.1:{free_port()}"
        self.address = self.behind if network.slow is None else f"127.0.0.1:{free_port()}"
        """Where clients find it: a proxy where the network is slow."""

    def start(self, words: Sequence[str | Path], environment: Mapping[str, str] | None = None) -> None:
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("wb") as out:
            added = {**os.environ, **(environment or {})}
            self.process = subprocess.Popen(words, stdout=out, stderr=out, env=added, preexec_fn=self.network.enter)
            self.proxy = self._proxy(out)
        try:
            self._await(self.behind, str(words[0]))
            self._await(self.address, str(words[0]))
        except Failed:
            self.stop()
            raise

    def stop(self) -> None:
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

    def _await(self, address: str, program: str) -> None:
        port = int(address.partition(":")[2])
        end = time.monotonic() + 30
        while time.monotonic() < end and self.process.poll() is None:
            if listens(self.process.pid, port):
                return
            time.sleep(0.01)
        raise Failed(f"{program} does not answer: see {self.log}")


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]
