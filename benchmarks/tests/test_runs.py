import tempfile
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast
from unittest import TestCase
from unittest.mock import patch

from bench.inputs import Input
from bench.memory import Memory
from bench.environment import Environment, Project
from bench.process import Failed, Killed
from bench.results import Tree
from bench.runs import ROWS, Runs, together
from bench.task import Contender
from bench.tree import Change


class RunsTest(TestCase):
    def test_uploads_of_what_was_fetched_share_a_fetch_and_the_unchanged_one_comes_first(self) -> None:
        self.assertEqual([["cold"], ["fetch"], ["same", "change"], ["miss"]], together(ROWS))

    def test_one_of_them_stands_alone(self) -> None:
        self.assertEqual([["change"], ["miss"]], together(["change", "miss"]))


class Someone:
    name = "someone"
    rows = ROWS
    must_be_right = False


class Tight:
    """An environment in which some rows end with another failure than all do that are well."""

    name = "loopback"

    def __init__(self, work: Path, fails: Collection[str], failure: type[Failed]):
        self.work = work
        self.fails = fails
        self.failure = failure
        self.ran: list[str] = []

    def once(self, row: str, contender: Contender, memory: Memory, storage: Path, cache: Path, project: Project) -> dict[str, Any]:
        self.ran.append(row)
        storage.mkdir(exist_ok=True)
        if row in self.fails:
            raise self.failure(row)
        return {"wall": 1.0, "cpu": 1.0, "peak": 1, "requests": 1, "carried": None, "stored": 1}


class KilledTest(TestCase):
    def setUp(self) -> None:
        self.folder = Path(self.enterContext(tempfile.TemporaryDirectory()))
        self.enterContext(patch("bench.runs.fresh_filesystem", self.filesystem))
        tree = self.folder / "tree"
        for folder in (tree, self.folder / "new"):
            folder.mkdir()
        described = Tree("nm", "node_modules", 0, 0, "", 0)
        self.source = Input(described, tree, Change(self.folder / "new", ()), self.folder, self.folder, "lock")

    @contextmanager
    def filesystem(self, work: Path) -> Iterator[Path]:
        with tempfile.TemporaryDirectory(dir=work) as folder:
            (Path(folder) / "cache").mkdir()
            yield Path(folder)

    def runs(self, *fails: str, failure: type[Failed] = Killed) -> Runs:
        self.environment = Tight(self.folder, fails, failure)
        return Runs(self.source, [(cast(Contender, Someone()), Memory(None))], cast(Environment, self.environment), lambda _: None)

    def killed(self, runs: Runs) -> dict[str, bool]:
        return {sample.row: sample.killed for sample in runs.run(0, ROWS)}

    def test_a_row_that_is_killed_for_its_memory_ends_no_other(self) -> None:
        runs = self.runs("same")
        expected = {"cold": False, "fetch": False, "same": True, "change": False, "miss": False}
        self.assertEqual(expected, self.killed(runs))
        self.assertEqual([], runs.notes)

    def test_what_was_not_saved_is_not_fetched_and_that_is_said(self) -> None:
        runs = self.runs("cold")
        self.assertEqual({"cold": True, "miss": False}, self.killed(runs))
        self.assertNotIn("fetch", self.environment.ran)
        self.assertIn("someone was killed for its memory before it had saved", "".join(runs.notes))

    def test_what_was_not_fetched_is_not_saved_again_and_that_is_said(self) -> None:
        runs = self.runs("fetch")
        self.assertEqual({"cold": False, "fetch": True, "miss": False}, self.killed(runs))
        self.assertIn("before it had fetched", "".join(runs.notes))

    def test_another_failure_ends_the_measurement(self) -> None:
        with self.assertRaises(Failed):
            self.killed(self.runs("fetch", failure=Failed))
