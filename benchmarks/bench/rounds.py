"""Runs each row's contenders one after another, round by round, and keeps what each run cost."""

import shutil
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from bench import tree
from bench.ground import fresh_ground
from bench.inputs import Input
from bench.process import Failed, run, sh
from bench.memory import Memory
from bench.network import Network, carried
from bench.registry import Registry
from bench.results import Sample
from bench.task import Contender, Task

ROWS = ("cold", "fetch", "change", "same", "miss")


class Rounds:
    """Rows of one input. Each contender has a registry's folder of its own, filled by its last cold upload."""

    def __init__(
        self,
        source: Input,
        contenders: list[tuple[Contender, Memory]],
        network: Network,
        work: Path,
        say: Callable[[str], None],
    ):
        self.source = source
        self.contenders = [contender for contender, _ in contenders]
        self.memory = {contender.name: memory for contender, memory in contenders}
        self.network = network
        self.work = work
        self.say = say
        self.log = work / "log"
        self.verified: set[str] = set()
        self.notes: list[str] = []

    def run(self, number: int, rows: Iterable[str]) -> list[Sample]:
        """One round; the order of the contenders is reversed in every second."""
        order = self.contenders if number % 2 == 0 else self.contenders[::-1]
        samples = []
        for row in rows:
            self._warm()
            for contender in order:
                if row in contender.rows:
                    cost = self._cost(row, contender)
                    samples.append(Sample(self.network.name, self.source.name, row, contender.name, number, **cost))
                    self.say(f"{self.network.name}, round {number + 1}: {self.source.name} {row} {contender.name}: {cost['wall']:.2f} s")
        return samples

    def _cost(self, row: str, contender: Contender) -> dict[str, Any]:
        if row == "cold":
            return self._cold(contender)
        if row != "miss" and "cold" in contender.rows and not self._storage(contender).exists():
            self._cold(contender)
        with fresh_ground(self.work) as ground:
            cache = ground / "cache"
            if row == "fetch":
                cost = self._timed(row, contender, self._storage(contender), cache)
                self._verify(contender, cache)
                return cost
            if row == "miss":
                return self._timed(row, contender, self.work / "registry-empty", cache)
            return self._again(row, contender, cache)

    def _cold(self, contender: Contender) -> dict[str, Any]:
        shutil.rmtree(self._storage(contender), ignore_errors=True)
        try:
            return self._timed("cold", contender, self._storage(contender), self.source.tree)
        finally:
            shutil.rmtree(self.source.tree / tree.OURS, ignore_errors=True)

    def _again(self, row: str, contender: Contender, cache: Path) -> dict[str, Any]:
        """An upload of what was fetched, into a copy of the registry it came from."""
        storage = self.work / "registry-copied"
        shutil.rmtree(storage, ignore_errors=True)
        sh("cp", "-a", self._storage(contender), storage)
        self._timed("fetch", contender, storage, cache)
        if row == "change":
            self.source.change.apply(cache)
        return self._timed(row, contender, storage, cache)

    def _timed(self, row: str, contender: Contender, storage: Path, cache: Path) -> dict[str, Any]:
        scratch = Path(tempfile.mkdtemp(prefix="scratch-", dir=self.work))
        project = self.source.changed_project if row == "change" else self.source.project
        try:
            with Registry(storage, self.work / "registry.log", self.network) as registry:
                before = registry.blobs()
                begin = carried(registry.process.pid)
                task = Task(self.source.name, cache, project, self.source.pattern, registry.address, scratch)

                def confine() -> None:
                    self.memory[contender.name].enter()
                    self.network.enter()

                cost = run(contender.program(row, task), self.log, confine)
                contender.check(row, task)
                stored = sum(size for blob, size in registry.blobs().items() if blob not in before)
                wire = None if self.network.namespace is None else carried(registry.process.pid) - begin
                return {**asdict(cost), "requests": registry.requests(), "carried": wire, "stored": stored}
        finally:
            shutil.rmtree(scratch)

    def _warm(self) -> None:
        sh("sh", "-c", 'tar -C "$0" -c . | cat >/dev/null', self.source.tree)

    def _storage(self, contender: Contender) -> Path:
        return self.work / f"registry-{contender.name}"

    def _verify(self, contender: Contender, cache: Path) -> None:
        """Whoever fetches fast and wrong has not fetched. Once for each contender; ours fails, others' is noted."""
        if contender.name in self.verified:
            return
        self.verified.add(contender.name)
        wrong = tree.differences(self.source.tree, cache)
        if wrong:
            note = f"{self.source.name}: {contender.name} fetched {len(wrong)} files wrong or not at all, such as {wrong[0]}"
            if contender.must_be_right:
                raise Failed(note)
            self.notes.append(note)
