"""What was measured, as it is kept."""

import json
import os
import platform
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True)
class Sample:
    """One run: what it was, and what it cost."""

    network: str
    input: str
    row: str
    contender: str
    round: int
    wall: float
    cpu: float
    peak: int
    """Bytes of memory of its largest process."""
    requests: int
    carried: int | None
    """Bytes on the wire, in both directions; none where they cannot be counted."""
    stored: int
    """Bytes of the blobs that the registry has since this run."""


@dataclass(frozen=True)
class Tree:
    """What an input was."""

    name: str
    title: str
    files: int
    bytes: int
    digest: str
    change_compressed: int
    """Bytes of the files that the change makes or changes, as one tar, by `zstd -3`."""


@dataclass(frozen=True)
class Results:
    machine: str
    trees: tuple[Tree, ...]
    notes: tuple[str, ...]
    samples: tuple[Sample, ...]

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
        )

    def values(self, measure: str, network: str, tree: str, row: str, contender: str) -> dict[int, float]:
        """A measure by the number of its round."""
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
