"""The command line of `benchmarks/run`."""

import argparse
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from bench import buckets, containers, inputs, network, scale
from bench.runs import ROWS

REPOSITORY = Path(__file__).parents[2]

GENERATIONS = "generations"

SERVERS = ", ".join(f"{scheme} wants {kind.installed.name}" for scheme, kind in buckets.KINDS.items())


@dataclass(frozen=True)
class Wanted:
    """What is to be measured, each in its order."""

    rows: Mapping[str, list[str]]
    """By input."""
    container: bool
    generations: list[str]
    """Inputs."""
    scale: list[str]

    @property
    def inputs(self) -> list[str]:
        return [name for name in inputs.KINDS if name in self.rows or name in self.generations]


@dataclass(frozen=True)
class Options:
    runs: int
    minutes: int | None
    """After so many no run begins that would end later."""
    wanted: Wanted
    networks: list[str]
    store: str | None
    """The scheme of the buckets that caches lie in; none where they lie in a registry."""
    generations: int
    without: list[str]
    build: bool
    out: Path
    chart: Path
    shown: Path | None
    """Results to show anew instead of measuring."""


def parse(arguments: list[str]) -> Options:
    target = REPOSITORY / "target"
    parser = argparse.ArgumentParser(
        prog="benchmarks/run",
        description="Measures stepcache beside its peer (PEER names its binary), pipes and a copy.",
        epilog="Inputs are made once, in ~/.cache/stepcache-benchmarks or where STEPCACHE_BENCHMARKS says.",
    )
    parser.add_argument("--all", action="store_true", help="nine runs, the networks near and far, and the long rows; no end is set")
    parser.add_argument("--runs", "--pairs", type=int, dest="runs", metavar="RUNS", help="how often each contender runs (default: 5)")
    parser.add_argument("--minutes", type=int, help="begin no run that would end later (default: 30; inputs are made before)")
    parser.add_argument("--only", action="append", metavar="WHAT", help=f"may be repeated: {WORDS}")
    parser.add_argument("--network", action="append", choices=list(network.KINDS), help="default: loopback; may be repeated")
    parser.add_argument("--store", choices=("registry", *buckets.KINDS), default="registry", help=f"where caches lie (default: registry); {SERVERS}; buckets have the rows cold, fetch and miss")
    parser.add_argument("--generations", type=int, default=30, help="how many in a row (default: 30)")
    parser.add_argument("--without", action="append", default=[], metavar="WHO", help="peer, pipes, cp, stepcache-128m, stepcache-long; may be repeated")
    parser.add_argument("--no-build", dest="build", action="store_false", help="take the images as they were built last")
    parser.add_argument("--out", type=Path, default=target / "benchmarks.json", help="default: target/benchmarks.json")
    parser.add_argument("--chart", type=Path, default=target / "benchmarks.svg", help="default: target/benchmarks.svg; that of the generations lies beside it")
    parser.add_argument("--show", type=Path, metavar="FILE", help="measure nothing; show what was written there")
    given = parser.parse_args(arguments)
    try:
        what = wanted(given.only, given.all)
    except ValueError as error:
        parser.error(str(error))
    everywhere = list(network.KINDS) if given.all else ["loopback"]
    return Options(
        runs=given.runs or (9 if given.all else 5),
        minutes=given.minutes or (None if given.all else 30),
        wanted=what,
        networks=given.network or everywhere,
        store=given.store if given.store in buckets.KINDS else None,
        generations=given.generations,
        without=given.without,
        build=given.build,
        out=given.out,
        chart=given.chart,
        shown=given.show,
    )


WORDS = (
    f"an input ({', '.join(inputs.KINDS)}), one of its rows (nm:fetch; {', '.join(ROWS)}), its {GENERATIONS} (nm:{GENERATIONS}), "
    f"{containers.ROW}, or a row of scale ({', '.join(scale.ROWS)})"
)


def wanted(only: list[str] | None, long: bool = False) -> Wanted:
    """What `--only` names; where it names nothing, all, the long rows only where that is said."""
    if only is None:
        every = list(inputs.KINDS)
        return Wanted({name: list(ROWS) for name in every}, True, every if long else [], list(scale.ROWS) if long else [])
    rows: dict[str, set[str]] = {}
    for word in only:
        name, _, row = word.partition(":")
        if word == containers.ROW or word in scale.ROWS or (name in inputs.KINDS and row == GENERATIONS):
            continue
        if name not in inputs.KINDS or row not in ("", *ROWS):
            raise ValueError(f"--only {word}: there is {WORDS}")
        rows.setdefault(name, set()).update([row] if row else ROWS)
    return Wanted(
        rows={name: [row for row in ROWS if row in rows[name]] for name in inputs.KINDS if name in rows},
        container=containers.ROW in only,
        generations=[name for name in inputs.KINDS if f"{name}:{GENERATIONS}" in only],
        scale=[row for row in scale.ROWS if row in only],
    )
