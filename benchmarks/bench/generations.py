"""A team's month: each generation is fetched, changed and saved on top of the last."""

import random
import shutil
from collections.abc import Callable
from pathlib import Path

from bench import tree
from bench.changes import CHANGES
from bench.filesystem import fresh_filesystem
from bench.inputs import Input
from bench.memory import Memory
from bench.environment import Environment, Project
from bench.process import Failed, Killed
from bench.results import Generation
from bench.stored import Reader
from bench.task import Contender

EVERY = 5
"""After so many generations a fetch is compared with one of the same tree, packed anew."""

PAIRS = 3


class Generations:
    """Of one input, in a registry's folder of their own."""

    def __init__(self, source: Input, us: Contender, memory: Memory, environment: Environment, say: Callable[[str], None]):
        self.source = source
        self.us = us
        self.memory = memory
        self.environment = environment
        self.say = say
        self.storage = environment.work / "registry-generations"
        self.fresh = environment.work / "registry-fresh"
        self.reader = Reader(self.storage)
        self.notes: list[str] = []

    def run(self, count: int) -> list[Generation]:
        """As many as come about: each begins with the last, so one that is killed for its memory ends them."""
        found: list[Generation] = []
        try:
            self._save_first()
            for number in range(1, count + 1):
                found.append(self._generation(number, number == count))
        except Killed:
            self.notes.append(
                f"{self.source.name}: {self.us.name} was killed for its memory before it had made generation {len(found) + 1} of {count}."
            )
        return found

    def _save_first(self) -> None:
        try:
            self._once("cold", self.storage, self.source.tree, 0)
        finally:
            shutil.rmtree(self.source.tree / tree.OURS, ignore_errors=True)

    def _generation(self, number: int, is_last: bool) -> Generation:
        with fresh_filesystem(self.environment.work) as filesystem:
            cache = filesystem / "cache"
            self._once("fetch", self.storage, cache, number - 1)
            new = CHANGES[self.source.name](cache, random.Random(f"{self.source.name} {number}"))
            content = tree.packed(cache, new)
            cost = self._once("change", self.storage, cache, number)
            image = self.reader.latest(f"benchmarks/{self.source.name}")
            if is_last:
                self._verify(cache, number)
            pairs = self._against_fresh(cache, number) if number % EVERY == 0 or is_last else ()
        made = Generation(self.source.name, number, image.layers, image.bytes, image.dead, cost["stored"], content, cost["wall"], pairs)
        self.say(
            f"{self.source.name}, generation {number}: {made.layers} layers, {made.dead / made.bytes:.1%} dead,"
            f" sent {made.sent / 1e6:.1f} MB for {made.content / 1e6:.1f} MB of new content in {made.wall:.1f} s"
        )
        return made

    def _against_fresh(self, cache: Path, number: int) -> tuple[tuple[float, float], ...]:
        """Seconds of a fetch of the generation, and of the same tree that was packed anew, a pair at a time."""
        shutil.rmtree(cache / tree.OURS)
        shutil.rmtree(self.fresh, ignore_errors=True)
        self._once("cold", self.fresh, cache, number)
        pairs = []
        for pair in range(PAIRS):
            walls = {}
            for storage in (self.storage, self.fresh) if pair % 2 == 0 else (self.fresh, self.storage):
                with fresh_filesystem(self.environment.work) as filesystem:
                    walls[storage] = self._once("fetch", storage, filesystem / "cache", number)["wall"]
            pairs.append((walls[self.storage], walls[self.fresh]))
        return tuple(pairs)

    def _verify(self, cache: Path, number: int) -> None:
        with fresh_filesystem(self.environment.work) as filesystem:
            self._once("fetch", self.storage, filesystem / "cache", number)
            wrong = tree.differences(cache, filesystem / "cache")
        if wrong:
            raise Failed(f"{self.source.name}: generation {number} came back with {len(wrong)} files wrong, such as {wrong[0]}")

    def _once(self, row: str, storage: Path, cache: Path, number: int) -> dict[str, float]:
        folder = self.environment.work / "locks" / str(number)
        if not folder.exists():
            folder.mkdir(parents=True)
            (folder / self.source.pattern).write_text(f"generation {number}\n")
        return self.environment.once(row, self.us, self.memory, storage, cache, Project(self.source.name, folder, self.source.pattern))
