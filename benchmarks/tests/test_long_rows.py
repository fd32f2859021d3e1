import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast
from unittest import TestCase
from unittest.mock import Mock, patch

from bench.contenders.stepcache import Stepcache
from bench.generations import Generations
from bench.inputs import Input
from bench.memory import Memory
from bench.environment import Environment, Project
from bench.process import Killed
from bench.results import Tree
from bench.scale import Scale
from bench.stored import StoredImage
from bench.task import Contender
from bench.tree import Change


class Tight:
    """An environment in which the runs of some numbers, counted from 1, are killed for their memory."""

    def __init__(self, work: Path, *killed: int):
        self.work = work
        self.killed = killed
        self.ran: list[str] = []

    def once(self, row: str, contender: Contender, memory: Memory, storage: Path, cache: Path, project: Project) -> dict[str, Any]:
        self.ran.append(row)
        if len(self.ran) in self.killed:
            raise Killed(row)
        cache.mkdir(parents=True, exist_ok=True)
        (cache / ".stepcache").mkdir(exist_ok=True)
        return {"wall": 1.0, "cpu": 1.0, "peak": 1, "requests": 1, "carried": None, "stored": 1}


class LongRowsTest(TestCase):
    def setUp(self) -> None:
        self.folder = Path(self.enterContext(tempfile.TemporaryDirectory()))
        self.said: list[str] = []

    @contextmanager
    def filesystem(self, work: Path) -> Iterator[Path]:
        with tempfile.TemporaryDirectory(dir=work) as folder:
            yield Path(folder)


class GenerationsTest(LongRowsTest):
    def generations(self, *killed: int) -> Generations:
        for name, stand_in in (
            ("fresh_filesystem", self.filesystem),
            ("CHANGES", {"nm": lambda cache, rng: []}),
            ("Reader", Mock(return_value=Mock(latest=lambda repository: StoredImage(1, 100, 10)))),
        ):
            self.enterContext(patch(f"bench.generations.{name}", stand_in))
        self.enterContext(patch("bench.tree.packed", lambda cache, new: 1))
        self.enterContext(patch("bench.tree.differences", lambda one, other: []))
        source = Input(Tree("nm", "node_modules", 0, 0, "", 0), self.folder / "tree", Change(self.folder, ()), self.folder, self.folder, "lock")
        environment = cast(Environment, Tight(self.folder, *killed))
        return Generations(source, Stepcache(self.folder, "stepcache"), Memory(None), environment, self.said.append)

    def numbers(self, generations: Generations) -> list[int]:
        return [made.number for made in generations.run(4)]

    def test_are_all_made_where_nobody_is_killed(self) -> None:
        generations = self.generations()
        self.assertEqual([1, 2, 3, 4], self.numbers(generations))
        self.assertEqual([], generations.notes)

    def test_end_at_the_one_that_is_killed_and_that_is_said(self) -> None:
        # The first save, then a fetch and a save of each.
        generations = self.generations(7)
        self.assertEqual([1, 2], self.numbers(generations))
        self.assertEqual(["nm: stepcache was killed for its memory before it had made generation 3 of 4."], generations.notes)

    def test_are_none_where_the_first_tree_was_not_saved(self) -> None:
        generations = self.generations(1)
        self.assertEqual([], self.numbers(generations))
        self.assertIn("generation 1 of 4", "".join(generations.notes))


class ScaleTest(LongRowsTest):
    def scale(self, *killed: int) -> Scale:
        self.enterContext(patch("bench.scale.fresh_filesystem", self.filesystem))
        self.enterContext(patch("bench.scale.FILES", (1, 2)))
        self.environment = Tight(self.folder, *killed)
        return Scale(self.folder, Memory(None), Memory(None), cast(Environment, self.environment), self.said.append)

    def files(self, scale: Scale) -> list[tuple[int, str, bool]]:
        return [(step.work, step.verb, step.killed) for step in scale.run("files")]

    def test_goes_on_behind_a_run_that_is_killed(self) -> None:
        scale = self.scale(3)
        self.assertEqual(
            [(1, "cold", False), (1, "fetch", False), (1, "same", True), (2, "cold", False), (2, "fetch", False), (2, "same", False)],
            self.files(scale),
        )
        self.assertEqual([], scale.notes)
        self.assertIn("files, 1 files: same stepcache: killed", self.said)

    def test_leaves_out_what_begins_with_what_was_killed_and_says_so(self) -> None:
        scale = self.scale(1, 3)
        self.assertEqual([(1, "cold", True), (2, "cold", False), (2, "fetch", True)], self.files(scale))
        self.assertEqual(2, len(scale.notes))
        self.assertIn("files, 1 files: stepcache was killed for its memory before it had saved", scale.notes[0])
        self.assertIn("files, 2 files: stepcache was killed for its memory before it had fetched", scale.notes[1])
