"""Networks between a registry and its clients, made of a network namespace's loopback device."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.launch import confine
from bench.process import sh

LISTENING = "0A"


@dataclass(frozen=True)
class Network:
    """Where a process is put before it runs; without a namespace that is where it is."""

    name: str
    namespace: Path | None

    def enter(self) -> None:
        """For a new process, before its program starts."""
        confine(None, None if self.namespace is None else str(self.namespace))


KINDS = {
    "loopback": (),
    "near": ("delay", "0.5ms", "rate", "1gbit", "limit", "100000"),
    "far": ("delay", "10ms", "rate", "200mbit", "limit", "100000"),
}
"""A packet crosses the device once in each direction, so a delay counts twice in a round trip."""


@contextmanager
def network(kind: str) -> Iterator[Network]:
    """Root gets a namespace, in which nobody else's packets count; others have only the loopback as it is."""
    if os.geteuid() != 0:
        if KINDS[kind]:
            raise PermissionError(f"the network {kind} takes root")
        yield Network(kind, None)
        return
    name = f"stepcache-{os.getpid()}-{kind}"
    sh("ip", "netns", "add", name)
    try:
        sh("ip", "-n", name, "link", "set", "lo", "up")
        if KINDS[kind]:
            sh("tc", "-n", name, "qdisc", "add", "dev", "lo", "root", "netem", *KINDS[kind])
        yield Network(kind, Path("/run/netns") / name)
    finally:
        sh("ip", "netns", "delete", name)


def listens(process: int, port: int) -> bool:
    """Whether anybody listens on that port in the process's network."""
    with open(f"/proc/{process}/net/tcp", encoding="ascii") as sockets:
        rows = [line.split() for line in sockets][1:]
    return any(int(row[1].split(":")[1], 16) == port and row[3] == LISTENING for row in rows)


def carried(process: int) -> int:
    """Bytes that the loopback of the process's network has carried so far, in both directions."""
    with open(f"/proc/{process}/net/dev", encoding="ascii") as devices:
        for line in devices:
            device, _, counters = line.partition(":")
            if device.strip() == "lo":
                return int(counters.split()[0])
    return 0
