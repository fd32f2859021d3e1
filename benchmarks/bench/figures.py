"""The goals: what of ours against whose, and the ratio that each input should reach."""

from collections.abc import Mapping
from dataclasses import dataclass

from bench.ratios import Spread, ratios, spread
from bench.results import NO_INPUT, Results

US = "stepcache"
NARROW = "stepcache-128m"
LONG = "stepcache-long"
NEW_CONTENT = "the new content"


@dataclass(frozen=True)
class Figure:
    """A measure of a row of one contender against one of another."""

    title: str
    measure: str
    who: str
    row: str
    against: str
    against_row: str
    goals: Mapping[str, float]
    """By input."""

    def found(self, results: Results, network: str, name: str) -> Spread | None:
        """The spread of the ratios of runs; none where not both were measured."""
        ours = results.values(self.measure, network, name, self.row, self.who)
        theirs = results.values(self.measure, network, name, self.against_row, self.against)
        if self.against == NEW_CONTENT:
            theirs = {number: float(tree.new_content) for tree in results.trees if tree.name == name for number in ours}
        found = ratios(ours, theirs)
        return spread(found) if found else None


def _figure(title: str, measure: str, row: str, against: str, against_row: str, goals: tuple[float, ...], who: str = US) -> Figure:
    return Figure(title, measure, who, row, against, against_row, dict(zip(("nm", "m2", "gc"), goals, strict=True)))


FIGURES = (
    _figure("fetch / the peer's", "wall", "fetch", "peer", "fetch", (0.22, 0.18, 0.22)),
    _figure("fetch / cp -a", "wall", "fetch", "cp", "fetch", (0.55, 1.6, 1.3)),
    _figure("fetch / curl, zstd, tar", "wall", "fetch", "pipes", "fetch", (0.60, 1.0, 1.0)),
    _figure("cold upload / the peer's", "wall", "cold", "peer", "cold", (0.12, 0.16, 0.12)),
    _figure("cold upload / tar, zstd, curl", "wall", "cold", "pipes", "cold", (1.0, 1.0, 1.0)),
    _figure("bytes of a cold upload / the peer's", "stored", "cold", "peer", "cold", (0.85, 0.88, 0.95)),
    _figure("the same with COMPRESSION=long", "stored", "cold", "peer", "cold", (0.70, 0.78, 0.88), LONG),
    _figure("bytes after a change / the new content", "stored", "change", NEW_CONTENT, "change", (1.2, 1.2, 1.2)),
    _figure("upload after a change / the peer's", "wall", "change", "peer", "cold", (0.05, 0.05, 0.05)),
    _figure("upload of the same / the peer's", "wall", "same", "peer", "cold", (0.03, 0.03, 0.03)),
    Figure("miss, a container / a static C program's", "wall", US, "container", "static", "container", {NO_INPUT: 2.5}),
    _figure("fetch with 128 MiB / with 512", "wall", "fetch", US, "fetch", (1.5, 1.5, 1.5), NARROW),
    _figure("cold upload with 128 MiB / with 512", "wall", "cold", US, "cold", (1.5, 1.5, 1.5), NARROW),
)
