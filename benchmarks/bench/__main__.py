"""Measures, shows and keeps."""

import os
import signal
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

from bench import curves, inputs
from bench.buckets import KINDS, Buckets
from bench.chart import chart
from bench.containers import Containers
from bench.contenders import stepcache
from bench.contenders.copy import Copy
from bench.contenders.peer import Peer
from bench.contenders.pipes import Pipes
from bench.contenders.stepcache import Stepcache
from bench.figures import LONG, NARROW, US
from bench.generations import Generations
from bench.filesystem import fresh_ext4_possible
from bench.inputs import Input
from bench.memory import Memory, memory
from bench.network import Network, network
from bench.options import Options, parse
from bench.environment import Environment
from bench.process import Failed
from bench.results import Generation, Results, Sample, Step, machine
from bench.runs import Runs
from bench.scale import Scale
from bench.table import table
from bench.task import Contender

BEGIN = time.monotonic()


def say(line: str) -> None:
    print(f"[{time.monotonic() - BEGIN:6.0f} s] {line}", file=sys.stderr, flush=True)


class Measurement:
    """All that one call measures, one after another."""

    def __init__(self, options: Options, work: Path, sources: list[Input], stack: ExitStack):
        self.options = options
        self.work = work
        self.sources = sources
        self.stack = stack
        self.begin = time.monotonic()
        self.notes = [] if peer() else ["The peer is missing: PEER names its binary."]
        say("building the images" if options.build else "taking the images as they were built last")
        self.images = stepcache.unpack_images(work / "images", options.build)
        self.wide, self.narrow = (stack.enter_context(memory(limit << 20)) for limit in (512, 128))
        if self.wide.group is None:
            self.notes.append("Memory is not limited: that takes root.")
        if not fresh_ext4_possible():
            self.notes.append("Caches are unpacked into new folders of a used file system: a new ext4 takes root.")

        self.samples: list[Sample] = []
        self.generations: list[Generation] = []
        self.steps: list[Step] = []

    def run(self) -> None:
        """Measures, and keeps what it has after each part: some of them take hours."""
        for kind in self.options.networks if self.options.wanted.rows or self.options.wanted.container else ():
            self._runs(kind)
            self._keep()
        for name in self.options.wanted.generations:
            self.generations += self._generations(name)
            self._keep()
        for row in self.options.wanted.scale:
            self._scale(row)
            self._keep()

    def results(self) -> Results:
        trees = tuple(source.described for source in self.sources)
        return Results(machine(), trees, tuple(self.notes), tuple(self.samples), tuple(self.generations), tuple(self.steps))

    def _keep(self) -> None:
        self.results().write(self.options.out)

    def _runs(self, kind: str) -> None:
        rows = self.options.wanted.rows
        in_container = self.options.wanted.container and kind == "loopback"
        with ExitStack() as stack:
            joined = stack.enter_context(network(kind))
            buckets = stack.enter_context(Buckets(KINDS[self.options.store])) if self.options.store else None
            measured = [
                Runs(source, self._contenders(source), self._environment(joined, self._folder(f"{kind}-{source.name}"), buckets), say)
                for source in self.sources
                if source.name in rows
            ]
            contained = stack.enter_context(Containers(self.work / "containers", say)) if in_container else None
            longest = 0.0
            for number in range(self.options.runs):
                before = time.monotonic()
                if self._late(before + longest) and number > 0:
                    self._note(f"{kind}: {number} of {self.options.runs} runs, since {self.options.minutes} minutes were over.")
                    break
                for runs in measured:
                    self.samples += runs.run(number, rows[runs.source.name])
                if contained is not None:
                    self.samples += contained.run(number)
                longest = max(longest, time.monotonic() - before)
            if contained is not None and contained.missing:
                self._note(f"The row of containers is missing: {contained.missing}.")
            for runs in measured:
                for note in runs.notes:
                    self._note(note)

    def _environment(self, joined: Network, folder: Path, buckets: Buckets | None) -> Environment:
        return Environment(joined, folder) if buckets is None else Environment(joined, folder, buckets.serve, f"{buckets.kind.scheme}, ")

    def _late(self, end: float) -> bool:
        return self.options.minutes is not None and end - self.begin > self.options.minutes * 60

    def _generations(self, name: str) -> list[Generation]:
        source = next(source for source in self.sources if source.name == name)
        with network("loopback") as joined:
            environment = Environment(joined, self._folder(f"generations-{name}"))
            generations = Generations(source, Stepcache(self.images, US), self.wide, environment, say)
            made = generations.run(self.options.generations)
        for note in generations.notes:
            self._note(note)
        return made

    def _scale(self, row: str) -> None:
        with network("loopback") as joined:
            scale = Scale(self.images, self.wide, self.narrow, Environment(joined, self._folder(f"scale-{row}")), say)
            self.steps += scale.run(row)
        for note in scale.notes:
            self._note(note)

    def _contenders(self, source: Input) -> list[tuple[Contender, Memory]]:
        """Each with the memory it gets: a container's, but for the copy, which nobody runs in one."""
        store = self.options.store
        rows = ("cold", "fetch", "miss") if store else tuple(stepcache.REASONS)
        found: list[tuple[Contender, Memory]] = [(Stepcache(self.images, US, rows), self.wide)]
        if store and store not in Peer.buckets:
            self._note(f"The peer is missing: it does not know {store}://.")
        elif binary := peer():
            found.append((Peer(Path(binary)), self.wide))
        if not store:
            found.append((Pipes(), self.wide))
        found.append((Copy(source.tree), Memory(None)))
        if self.narrow.group is not None:
            found.append((Stepcache(self.images, NARROW, rows=("cold", "fetch")), self.narrow))
        if not store:
            found += self._compressing_long()
        return [(one, room) for one, room in found if one.name not in self.options.without]

    def _compressing_long(self) -> list[tuple[Contender, Memory]]:
        if stepcache.compresses_long():
            return [(Stepcache(self.images, LONG, rows=("cold",), params={"PARAM_COMPRESSION": "long"}), self.wide)]
        self._note(f"{LONG} is missing: cache-upload has no param COMPRESSION.")
        return []

    def _folder(self, name: str) -> Path:
        folder = self.work / name
        folder.mkdir()
        return folder

    def _note(self, note: str) -> None:
        if note not in self.notes:
            self.notes.append(note)


def peer() -> str | None:
    return os.environ.get("PEER")


def measure(options: Options) -> Results:
    home = inputs.home()
    sources = [inputs.make(name, home, say) for name in options.wanted.inputs]
    with ExitStack() as stack:
        work = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="run-", dir=home)))
        measurement = Measurement(options, work, sources, stack)
        measurement.run()
        return measurement.results()


def main() -> None:
    options = parse(sys.argv[1:])
    if options.shown is None:
        results = measure(options)
    else:
        results = Results.read(options.shown)
    options.chart.parent.mkdir(parents=True, exist_ok=True)
    if results.samples:
        options.chart.write_text(chart(results))
    if results.generations:
        beside = options.chart.with_name(options.chart.stem + "-generations")
        beside.with_suffix(".svg").write_text(curves.chart(results))
        beside.with_suffix(".csv").write_text(curves.csv(results.generations))
    print(table(results))


def stop(number: int, _: object) -> None:
    """Ends as a failure does, so that mounts, networks and engines are given back."""
    raise SystemExit(128 + number)


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, stop)
    try:
        main()
    except Failed as failed:
        raise SystemExit(f"benchmarks/run: {failed}") from None
