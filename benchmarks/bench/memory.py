"""Limits of memory as a container has them."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path("/sys/fs/cgroup")


@dataclass(frozen=True)
class Memory:
    """A control group; none where this user may not make one."""

    group: Path | None


def kills(group: Path) -> int:
    """How many processes the kernel has killed for the group's limit."""
    for name in ("memory.events", "memory.oom_control"):
        if (group / name).exists():
            counts = dict(line.split() for line in (group / name).read_text().splitlines())
            return int(counts["oom_kill"])
    return 0


@contextmanager
def memory(limit: int) -> Iterator[Memory]:
    """Room for that many bytes, the page cache included."""
    unified = (ROOT / "cgroup.controllers").exists()
    group = (ROOT if unified else ROOT / "memory") / f"stepcache-{os.getpid()}-{limit >> 20}"
    try:
        group.mkdir()
        (group / ("memory.max" if unified else "memory.limit_in_bytes")).write_text(str(limit))
    except OSError:
        if group.exists():
            group.rmdir()
        yield Memory(None)
        return
    try:
        yield Memory(group)
    finally:
        group.rmdir()
