"""What one run is to do, whoever does it."""

import os
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from bench.process import Program


@dataclass(frozen=True)
class Task:
    """A cache folder, the project whose lock file is its key, and the registry."""

    name: str
    cache: Path
    project: Path
    pattern: str
    registry: str
    scratch: Path
    """A folder of this run's own, for results and temporary files."""
    reference: str
    """Where the cache lies, with the key's place in it."""
    query: str
    """BLOB_QUERY_PARAMS; empty for a registry."""
    environment: Mapping[str, str]
    """What the store wants of a client's environment."""


class Contender(Protocol):
    """What moves caches."""

    name: str
    rows: Collection[str]
    """What it can do: `cold` (upload), `fetch`, `change` and `same` (upload what was fetched), `miss`."""

    must_be_right: bool
    """Whether a fetch of another tree than was saved ends the measurement."""

    def program(self, row: str, task: Task) -> Program: ...

    def check(self, row: str, task: Task) -> None:
        """Raises `Failed` if the program ended well and did not do its work."""
        ...


def plain_environment(task: Task) -> dict[str, str]:
    """No more than a container has; temporary files go to the run's own folder."""
    return {
        "PATH": os.environ["PATH"],
        "LC_ALL": "C.UTF-8",
        "HOME": str(task.scratch),
        "TMPDIR": str(task.scratch),
        **task.environment,
    }
