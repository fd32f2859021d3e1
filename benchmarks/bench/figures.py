"""The goals: what of ours against whose, and the ratio that each input should reach."""

from collections.abc import Mapping
from dataclasses import dataclass

from bench.pairs import Spread, ratios, spread
from bench.rounds import Sample

US = "stepcache"


@dataclass(frozen=True)
class Figure:
    title: str
    measure: str
    row: str
    against: str
    against_row: str
    goals: Mapping[str, float]

    def found(self, name: str, samples: list[Sample]) -> Spread | None:
        """The ratios' spread for an input; none where not both were measured."""
        pairs = ratios(
            values(samples, name, self.row, US, self.measure),
            values(samples, name, self.against_row, self.against, self.measure),
        )
        return spread(pairs) if pairs else None


def values(samples: list[Sample], name: str, row: str, contender: str, measure: str) -> dict[int, float]:
    """By round."""
    return {
        sample.round: float(getattr(sample, measure))
        for sample in samples
        if (sample.input, sample.row, sample.contender) == (name, row, contender)
    }


def _wall(title: str, row: str, against: str, against_row: str, nm: float, m2: float, gc: float) -> Figure:
    return Figure(title, "wall", row, against, against_row, {"nm": nm, "m2": m2, "gc": gc})


FIGURES = (
    _wall("fetch / the peer's", "fetch", "peer", "fetch", 0.22, 0.18, 0.22),
    _wall("fetch / cp -a", "fetch", "cp", "fetch", 0.55, 1.6, 1.3),
    _wall("fetch / curl, zstd, tar", "fetch", "pipes", "fetch", 0.60, 1.0, 1.0),
    _wall("cold upload / the peer's", "cold", "peer", "cold", 0.12, 0.16, 0.12),
    _wall("cold upload / tar, zstd, curl", "cold", "pipes", "cold", 1.0, 1.0, 1.0),
    Figure("bytes of a cold upload / the peer's", "stored", "cold", "peer", "cold", {"nm": 0.85, "m2": 0.88, "gc": 0.95}),
    _wall("upload after a change / the peer's", "change", "peer", "cold", 0.05, 0.05, 0.05),
    _wall("upload of the same / the peer's", "same", "peer", "cold", 0.03, 0.03, 0.03),
)
