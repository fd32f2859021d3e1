"""The goals: what of ours against whose, and the ratio that each input should reach."""

from collections.abc import Mapping
from dataclasses import dataclass

from bench.pairs import Spread, ratios, spread
from bench.results import Results, Tree

US = "stepcache"


@dataclass(frozen=True)
class Figure:
    """A measure of a row of ours against one of another contender."""

    title: str
    measure: str
    row: str
    against: str
    against_row: str
    goals: Mapping[str, float]

    def found(self, results: Results, network: str, tree: Tree) -> Spread | None:
        """The spread of the rounds' ratios; none where not both were measured."""
        ours = results.values(self.measure, network, tree.name, self.row, US)
        theirs = results.values(self.measure, network, tree.name, self.against_row, self.against)
        if self.against == NEW_CONTENT:
            theirs = dict.fromkeys(ours, float(tree.change_compressed))
        pairs = ratios(ours, theirs)
        return spread(pairs) if pairs else None


NEW_CONTENT = "the new content"


def _figure(title: str, measure: str, row: str, against: str, against_row: str, goals: tuple[float, float, float]) -> Figure:
    return Figure(title, measure, row, against, against_row, dict(zip(("nm", "m2", "gc"), goals, strict=True)))


FIGURES = (
    _figure("fetch / the peer's", "wall", "fetch", "peer", "fetch", (0.22, 0.18, 0.22)),
    _figure("fetch / cp -a", "wall", "fetch", "cp", "fetch", (0.55, 1.6, 1.3)),
    _figure("fetch / curl, zstd, tar", "wall", "fetch", "pipes", "fetch", (0.60, 1.0, 1.0)),
    _figure("cold upload / the peer's", "wall", "cold", "peer", "cold", (0.12, 0.16, 0.12)),
    _figure("cold upload / tar, zstd, curl", "wall", "cold", "pipes", "cold", (1.0, 1.0, 1.0)),
    _figure("bytes of a cold upload / the peer's", "stored", "cold", "peer", "cold", (0.85, 0.88, 0.95)),
    _figure("bytes after a change / the new content", "stored", "change", NEW_CONTENT, "change", (1.2, 1.2, 1.2)),
    _figure("upload after a change / the peer's", "wall", "change", "peer", "cold", (0.05, 0.05, 0.05)),
    _figure("upload of the same / the peer's", "wall", "same", "peer", "cold", (0.03, 0.03, 0.03)),
)
