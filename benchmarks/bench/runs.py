"""Runs each row's contenders in turn, as often as is asked for, and keeps what each run cost."""

import shutil
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from bench import tree
from bench.filesystem import fresh_filesystem
from bench.inputs import Input
from bench.memory import Memory
from bench.environment import Environment, Project
from bench.process import Failed, Killed, sh
from bench.results import KILLED, Sample
from bench.task import Contender

ROWS = ("cold", "fetch", "same", "change", "miss")

AGAIN = ("same", "change")
"""Uploads of what was fetched: one fetch serves both, in this order."""


class Runs:
    """Rows of one input. Each contender has a registry's folder of its own, filled by its last cold upload."""

    def __init__(
        self,
        source: Input,
        contenders: list[tuple[Contender, Memory]],
        environment: Environment,
        say: Callable[[str], None],
    ):
        self.source = source
        self.contenders = [contender for contender, _ in contenders]
        self.memory = {contender.name: memory for contender, memory in contenders}
        self.environment = environment
        self.say = say
        self.project = Project(source.name, source.project, source.pattern)
        self.changed = Project(source.name, source.changed_project, source.pattern)
        self.verified: set[str] = set()
        self.notes: list[str] = []

    def run(self, number: int, rows: Iterable[str]) -> list[Sample]:
        """One run of each contender in each row; in every second their order is reversed."""
        order = self.contenders if number % 2 == 0 else self.contenders[::-1]
        samples = []
        for sharing in together(rows):
            self._warm()
            for contender in order:
                able = [row for row in sharing if row in contender.rows]
                for row, cost in self._costs(able, contender).items() if able else ():
                    samples.append(Sample(self.environment.name, self.source.name, row, contender.name, number, **(cost or KILLED)))
                    took = "killed" if cost is None else f"{cost['wall']:.2f} s"
                    self.say(f"{self.environment.name}, run {number + 1}: {self.source.name} {row} {contender.name}: {took}")
        return samples

    def _costs(self, rows: list[str], contender: Contender) -> Mapping[str, dict[str, Any] | None]:
        """Of each row; none of one that was killed for its memory."""
        row = rows[0]
        if row == "cold":
            return {row: self._cold(contender)}
        if row != "miss" and "cold" in contender.rows and not self._storage(contender).exists():
            if self._cold(contender) is None:
                return self._unmeasured(contender, "saved")
        with fresh_filesystem(self.environment.work) as filesystem:
            cache = filesystem / "cache"
            if row == "fetch":
                cost = self._once(row, contender, self._storage(contender), cache)
                if cost is not None:
                    self._verify(contender, cache)
                return {row: cost}
            if row == "miss":
                return {row: self._once(row, contender, self.environment.work / "registry-empty", cache)}
            return self._again(rows, contender, cache)

    def _cold(self, contender: Contender) -> dict[str, Any] | None:
        shutil.rmtree(self._storage(contender), ignore_errors=True)
        try:
            cost = self._once("cold", contender, self._storage(contender), self.source.tree)
            if cost is None:
                # Nobody fetches a part of it.
                shutil.rmtree(self._storage(contender), ignore_errors=True)
            return cost
        finally:
            shutil.rmtree(self.source.tree / tree.OURS, ignore_errors=True)

    def _unmeasured(self, contender: Contender, done: str) -> Mapping[str, dict[str, Any] | None]:
        note = f"{self.source.name}: {contender.name} was killed for its memory before it had {done} what its other rows begin with."
        if note not in self.notes:
            self.notes.append(note)
        return {}

    def _again(self, rows: list[str], contender: Contender, cache: Path) -> Mapping[str, dict[str, Any] | None]:
        """Into a copy of the registry it came from, since the next run needs that as it is."""
        storage = self.environment.work / "registry-copied"
        shutil.rmtree(storage, ignore_errors=True)
        sh("cp", "-a", self._storage(contender), storage)
        if self._once("fetch", contender, storage, cache) is None:
            return self._unmeasured(contender, "fetched")
        costs = {}
        for row in rows:
            if row == "change":
                self.source.change.apply(cache)
            costs[row] = self._once(row, contender, storage, cache)
        return costs

    def _once(self, row: str, contender: Contender, storage: Path, cache: Path) -> dict[str, Any] | None:
        project = self.changed if row == "change" else self.project
        try:
            return self.environment.once(row, contender, self.memory[contender.name], storage, cache, project)
        except Killed:
            return None

    def _warm(self) -> None:
        sh("sh", "-c", 'tar -C "$0" -c . | cat >/dev/null', self.source.tree)

    def _storage(self, contender: Contender) -> Path:
        return self.environment.work / f"registry-{contender.name}"

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


def together(rows: Iterable[str]) -> list[list[str]]:
    """The rows in their order, neighbours that share a fetch together."""
    found: list[list[str]] = []
    for row in rows:
        if found and row in AGAIN and found[-1][0] in AGAIN:
            found[-1].append(row)
        else:
            found.append([row])
    return found
