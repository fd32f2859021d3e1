"""Measures, shows and keeps."""

import os
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

from bench import inputs
from bench.chart import chart
from bench.contenders import stepcache
from bench.contenders.copy import Copy
from bench.contenders.peer import Peer
from bench.contenders.pipes import Pipes
from bench.ground import fresh_ext4_possible
from bench.inputs import Input
from bench.memory import Memory, memory
from bench.network import network
from bench.options import Options, parse
from bench.process import Failed
from bench.results import Results, Sample, machine
from bench.rounds import Rounds
from bench.table import table
from bench.task import Contender

BEGIN = time.monotonic()


def say(line: str) -> None:
    print(f"[{time.monotonic() - BEGIN:6.0f} s] {line}", file=sys.stderr, flush=True)


def measure(options: Options) -> Results:
    home = Path(os.environ.get("STEPCACHE_BENCHMARKS") or Path.home() / ".cache/stepcache-benchmarks")
    home.mkdir(parents=True, exist_ok=True)
    sources = [inputs.make(name, home, say) for name in options.rows]
    notes = [] if peer() else ["The peer is missing: PEER names its binary."]
    samples: list[Sample] = []
    with ExitStack() as stack:
        work = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="run-", dir=home)))
        say("building the images" if options.build else "taking the images as they were built last")
        images = stepcache.unpack_images(work / "images", options.build)
        wide, narrow = (stack.enter_context(memory(limit << 20)) for limit in (512, 128))
        if wide.group is None:
            notes.append("Memory is not limited: that takes root.")
        if not fresh_ext4_possible():
            notes.append("Caches are unpacked into new folders of a used file system: a new ext4 takes root.")
        for kind in options.networks:
            joined = stack.enter_context(network(kind))
            measured = []
            for source in sources:
                folder = work / f"{kind}-{source.name}"
                folder.mkdir()
                who = [(one, room) for one, room in contenders(source, images, wide, narrow) if one.name not in options.without]
                measured.append(Rounds(source, who, joined, folder, say))
            for number in range(options.pairs):
                for rounds in measured:
                    samples += rounds.run(number, options.rows[rounds.source.name])
            notes += [note for rounds in measured for note in rounds.notes if note not in notes]
    return Results(machine(), tuple(source.described for source in sources), tuple(notes), tuple(samples))


def contenders(source: Input, images: Path, wide: Memory, narrow: Memory) -> list[tuple[Contender, Memory]]:
    """Each with the memory it gets: a container's, but for the copy, which nobody runs in one."""
    found: list[tuple[Contender, Memory]] = [(stepcache.Stepcache(images, "stepcache"), wide)]
    if binary := peer():
        found.append((Peer(Path(binary)), wide))
    found.append((Pipes(), wide))
    found.append((Copy(source.tree), Memory(None)))
    if narrow.group is not None:
        found.append((stepcache.Stepcache(images, "stepcache-128m"), narrow))
    return found


def peer() -> str | None:
    return os.environ.get("PEER")


def main() -> None:
    options = parse(sys.argv[1:])
    if options.shown is None:
        results = measure(options)
        results.write(options.out)
    else:
        results = Results.read(options.shown)
    options.chart.parent.mkdir(parents=True, exist_ok=True)
    options.chart.write_text(chart(results))
    print(table(results))


if __name__ == "__main__":
    try:
        main()
    except Failed as failed:
        raise SystemExit(f"benchmarks/run: {failed}") from None
