"""The command line of `benchmarks/run`."""

import argparse
import os
import sys
import tempfile
import time
from pathlib import Path

from bench import inputs, table
from bench.contenders import stepcache
from bench.contenders.copy import Copy
from bench.contenders.peer import Peer
from bench.contenders.pipes import Pipes
from bench.process import Failed
from bench.rounds import ROWS, Rounds, Sample

BEGIN = time.monotonic()


def say(line: str) -> None:
    print(f"[{time.monotonic() - BEGIN:6.0f} s] {line}", file=sys.stderr, flush=True)


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="benchmarks/run", description=__doc__)
    parser.add_argument("--pairs", type=int, default=5, help="rounds (default: %(default)s)")
    parser.add_argument("--only", action="append", metavar="INPUT[:ROW]", help="such as nm:fetch; may be repeated")
    parser.add_argument("--without", action="append", default=[], metavar="WHO", help="leave out peer, pipes or cp")
    parser.add_argument("--no-build", dest="build", action="store_false", help="take the images as they were built last")
    return parser.parse_args()


def wanted(only: list[str] | None) -> dict[str, list[str]]:
    """Rows by input, in their order."""
    if only is None:
        return {name: list(ROWS) for name in inputs.KINDS}
    rows: dict[str, list[str]] = {}
    for word in only:
        name, _, row = word.partition(":")
        if name not in inputs.KINDS or row not in ("", *ROWS):
            raise SystemExit(f"benchmarks/run: --only {word}: inputs are {', '.join(inputs.KINDS)}, rows {', '.join(ROWS)}")
        rows[name] = [known for known in ROWS if row in ("", known) or known in rows.get(name, [])]
    return rows


def main() -> None:
    chosen = options()
    rows = wanted(chosen.only)
    home = Path(os.environ.get("STEPCACHE_BENCHMARKS", Path.home() / ".cache/stepcache-benchmarks"))
    home.mkdir(parents=True, exist_ok=True)
    sources = [inputs.make(name, home, say) for name in rows]
    with tempfile.TemporaryDirectory(prefix="run-", dir=home) as folder:
        work = Path(folder)
        say("building the images" if chosen.build else "taking the images as they were built last")
        us = stepcache.unpacked(work / "images", chosen.build)
        peer = os.environ.get("PEER")
        samples: list[Sample] = []
        rounds = {}
        for source in sources:
            others = [Peer(Path(peer))] if peer else []
            contenders = [us, *others, Pipes(), Copy(source.tree)]
            kept = [contender for contender in contenders if contender.name not in chosen.without]
            (work / source.name).mkdir()
            rounds[source.name] = Rounds(source, kept, work / source.name, say)
        for number in range(chosen.pairs):
            for source in sources:
                samples += rounds[source.name].run(number, rows[source.name])
    for source in sources:
        print(f"{source.name}: {source.size.files} files, {source.size.bytes / 1e6:.0f} MB, {source.digest[:16]}")
        for note in rounds[source.name].notes:
            print(note)
    if not peer:
        print("The peer is missing: PEER names its binary.")
    print("\n".join(["", *table.measured(sources, samples), "", *table.compared(sources, samples)]))


if __name__ == "__main__":
    try:
        main()
    except Failed as failed:
        raise SystemExit(f"benchmarks/run: {failed}") from None
