"""What was measured, as it is kept."""

import json
import os
import platform
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

NO_INPUT = "-"
"""Of samples that no tree is part of."""

KILLED: Mapping[str, Any] = {**dict.fromkeys(("wall", "cpu", "peak", "requests", "carried", "stored")), "killed": True}
"""What a run cost that was killed for its memory."""


@dataclass(frozen=True)
class Sample:
    """One run: what it was, and what it cost."""

    network: str
    input: str
    row: str
    contender: str
    round: int
    """The number of the run, from 0; runs of one number stood side by side."""
    wall: float | None
    cpu: float | None
    peak: int | None
    """Bytes of memory of its largest process; like the seconds of all cores, none for a container."""
    requests: int | None
    carried: int | None
    """Bytes on the wire, in both directions; none where they cannot be counted."""
    stored: int | None
    """Bytes of the blobs that the registry has since this run."""
    killed: bool = False
    """Whether it was killed for its memory: then it cost nothing that could be compared."""


@dataclass(frozen=True)
class Tree:
    """What an input was."""

    name: str
    title: str
    files: int
    bytes: int
    digest: str
    new_content: int
    """Bytes of the files whose content the change makes or changes, as one tar, by `zstd -3`."""


@dataclass(frozen=True)
class Generation:
    """An image that was saved on top of the last one, after a change."""

    input: str
    number: int
    layers: int
    bytes: int
    """Of all content layers, compressed."""
    dead: int
    """Of these: what belongs to entries that are dead."""
    sent: int
    content: int
    """Bytes of the files whose content was new, as one tar, by `zstd -3`."""
    wall: float
    """Seconds of the upload."""
    fetches: tuple[tuple[float, float], ...]
    """Pairs of seconds: of a fetch of this image, and of one of the same tree, packed anew."""


@dataclass(frozen=True)
class Step:
    """One run of a row in which only the amount of work grows."""

    row: str
    work: int
    unit: str
    verb: str
    contender: str
    wall: float | None
    cpu: float | None
    peak: int | None
    requests: int | None
    carried: int | None
    stored: int | None
    killed: bool = False
    """Whether it was killed for its memory: then it cost nothing that could be compared."""


@dataclass(frozen=True)
class Results:
    machine: str
    trees: tuple[Tree, ...]
    notes: tuple[str, ...]
    samples: tuple[Sample, ...]
    generations: tuple[Generation, ...] = ()
    steps: tuple[Step, ...] = ()

    def write(self, file: Path) -> None:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(asdict(self), indent=1) + "\n")

    @staticmethod
    def read(file: Path) -> "Results":
        kept = json.loads(file.read_text())
        return Results(
            kept["machine"],
            tuple(Tree(**tree) for tree in kept["trees"]),
            tuple(kept["notes"]),
            tuple(Sample(**sample) for sample in kept["samples"]),
            tuple(Generation(**{**made, "fetches": tuple(map(tuple, made["fetches"]))}) for made in kept["generations"]),
            tuple(Step(**step) for step in kept["steps"]),
        )

    def killed(self, network: str, tree: str, row: str, contender: str) -> int:
        """How many runs were killed for their memory."""
        run = (network, tree, row, contender)
        return sum(sample.killed for sample in self.samples if (sample.network, sample.input, sample.row, sample.contender) == run)

    def values(self, measure: str, network: str, tree: str, row: str, contender: str) -> dict[int, float]:
        """A measure by the number of its run."""
        return {
            sample.round: float(getattr(sample, measure))
            for sample in self.samples
            if (sample.network, sample.input, sample.row, sample.contender) == (network, tree, row, contender)
            and getattr(sample, measure) is not None
        }


def machine() -> str:
    """The machine, as far as it matters."""
    model = "unknown processor"
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            model = line.partition(":")[2].strip()
            break
    total = int(Path("/proc/meminfo").read_text().split()[1]) / (1 << 20)
    return f"{os.cpu_count()} cores ({model}), {total:.0f} GiB, Linux {platform.release().partition('-')[0]}"
