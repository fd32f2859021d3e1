"""Networks between a registry and its clients: a network namespace's loopback device, and a proxy where it is to be slow."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.launch import confine
from bench.process import sh

LISTENING = "0A"

ASK = """\
import http.client, sys
connection = http.client.HTTPConnection(sys.argv[1])
connection.request(sys.argv[2], sys.argv[3], sys.stdin.buffer.read() or None)
answer = connection.getresponse()
sys.stdout.buffer.write(b"%d\\n" % answer.status + answer.read())
"""


@dataclass(frozen=True)
class Slow:
    """Seconds of one direction, and bytes a second of each."""

    delay: float
    rate: float


KINDS = {
    "loopback": None,
    "near": Slow(0.0005, 125e6),
    "far": Slow(0.010, 25e6),
}
"""A round trip is both directions."""


@dataclass(frozen=True)
class Network:
    """Where a process is put before it runs; without a namespace that is where it is."""

    name: str
    namespace: Path | None

    @property
    def slow(self) -> Slow | None:
        """How slow the way from a client to the registry is."""
        return KINDS[self.name]

    def enter(self) -> None:
        """For a new process, before its program starts."""
        confine(None, None if self.namespace is None else str(self.namespace))

    def carried(self, process: int) -> int | None:
        """Bytes on the wire so far, in both directions, in the network of that process; none where others' are there too."""
        if self.namespace is None:
            return None
        # A proxy's bytes come by twice.
        return _carried(process) // (1 if self.slow is None else 2)


    def ask(self, address: str, method: str, path: str, body: bytes = b"") -> tuple[int, bytes]:
        """An answer over plain HTTP, by a process that is put there."""
        words = [sys.executable, "-I", "-S", "-c", ASK, address, method, path]
        asked = subprocess.run(words, input=body, capture_output=True, check=True, preexec_fn=self.enter)
        status, _, body = asked.stdout.partition(b"\n")
        return int(status), body


@contextmanager
def network(kind: str) -> Iterator[Network]:
    """Root gets a namespace, in which nobody else's packets count."""
    if os.geteuid() != 0:
        yield Network(kind, None)
        return
    name = f"stepcache-{os.getpid()}-{kind}"
    sh("ip", "netns", "add", name)
    try:
        sh("ip", "-n", name, "link", "set", "lo", "up")
        yield Network(kind, Path("/run/netns") / name)
    finally:
        sh("ip", "netns", "delete", name)


def listens(process: int, port: int) -> bool:
    """Whether anybody listens on that port in the process's network."""
    with open(f"/proc/{process}/net/tcp", encoding="ascii") as sockets:
        rows = [line.split() for line in sockets][1:]
    return any(int(row[1].split(":")[1], 16) == port and row[3] == LISTENING for row in rows)


def _carried(process: int) -> int:
    """Bytes that the loopback of the process's network has carried so far, in both directions."""
    with open(f"/proc/{process}/net/dev", encoding="ascii") as devices:
        for line in devices:
            device, _, counters = line.partition(":")
            if device.strip() == "lo":
                return int(counters.split()[0])
    return 0
