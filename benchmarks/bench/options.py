"""The command line of `benchmarks/run`."""

import argparse
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from bench import inputs, network
from bench.rounds import ROWS

REPOSITORY = Path(__file__).parents[2]


@dataclass(frozen=True)
class Options:
    pairs: int
    rows: Mapping[str, list[str]]
    """By input, in their order."""
    networks: list[str]
    without: list[str]
    build: bool
    out: Path
    chart: Path
    shown: Path | None
    """Results to show anew instead of measuring."""


def parse(arguments: list[str]) -> Options:
    parser = argparse.ArgumentParser(
        prog="benchmarks/run",
        description="Measures stepcache beside its peer (PEER names its binary), pipes and a copy.",
        epilog="Inputs are made once, in ~/.cache/stepcache-benchmarks or where STEPCACHE_BENCHMARKS says.",
    )
    parser.add_argument("--all", action="store_true", help="nine pairs, and the networks near and far as well")
    parser.add_argument("--pairs", type=int, help="rounds (default: 5)")
    parser.add_argument("--only", action="append", metavar="INPUT[:ROW]", help="such as nm:fetch; may be repeated")
    parser.add_argument("--network", action="append", choices=list(network.KINDS), help="default: loopback; may be repeated")
    parser.add_argument("--without", action="append", default=[], metavar="WHO", help="peer, pipes, cp or stepcache-128m; may be repeated")
    parser.add_argument("--no-build", dest="build", action="store_false", help="take the images as they were built last")
    parser.add_argument("--out", type=Path, default=REPOSITORY / "target/benchmarks.json", help="default: target/benchmarks.json")
    parser.add_argument("--chart", type=Path, default=REPOSITORY / "target/benchmarks.svg", help="default: target/benchmarks.svg")
    parser.add_argument("--show", type=Path, metavar="FILE", help="measure nothing; show what was written there")
    given = parser.parse_args(arguments)
    try:
        rows = wanted(given.only)
    except ValueError as error:
        parser.error(str(error))
    everywhere = list(network.KINDS) if given.all else ["loopback"]
    return Options(
        pairs=given.pairs or (9 if given.all else 5),
        rows=rows,
        networks=given.network or everywhere,
        without=given.without,
        build=given.build,
        out=given.out,
        chart=given.chart,
        shown=given.show,
    )


def wanted(only: list[str] | None) -> dict[str, list[str]]:
    """The rows of each input that `--only` names; all where it names none."""
    if only is None:
        return {name: list(ROWS) for name in inputs.KINDS}
    rows: dict[str, set[str]] = {}
    for word in only:
        name, _, row = word.partition(":")
        if name not in inputs.KINDS or row not in ("", *ROWS):
            raise ValueError(f"--only {word}: inputs are {', '.join(inputs.KINDS)}; rows are {', '.join(ROWS)}")
        rows.setdefault(name, set()).update([row] if row else ROWS)
    return {name: [row for row in ROWS if row in rows[name]] for name in inputs.KINDS if name in rows}
