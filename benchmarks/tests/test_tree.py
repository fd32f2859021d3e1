import os
import shutil
import tempfile
from pathlib import Path
from unittest import TestCase, skipUnless

from bench import tree


class TreeTest(TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = Path(folder.name)

    def lay(self, name: str, files: dict[str, str]) -> Path:
        for path, content in files.items():
            file = self.root / name / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(content)
            os.utime(file, ns=(0, 0))
        return self.root / name

    def test_a_change_turns_one_tree_into_the_other(self) -> None:
        before = self.lay("before", {"a/same": "1", "a/changed": "1", "b/deep/gone": "1"})
        after = self.lay("after", {"a/same": "1", "a/changed": "22", "c/new": "1"})
        change = tree.Change.between(before, after, self.root / "new")
        self.assertEqual({"a/changed", "c/new"}, tree.entries(change.new).keys())
        change.apply(before)
        self.assertEqual(tree.digest(after), tree.digest(before))
        self.assertFalse((before / "b").exists())

    def test_written_anew_with_another_time_is_changed(self) -> None:
        before = self.lay("before", {"file": "1"})
        after = self.lay("after", {"file": "1"})
        os.utime(after / "file", ns=(0, 1_000_000_000))
        self.assertEqual({"file"}, tree.entries(tree.Change.between(before, after, self.root / "new").new).keys())

    @skipUnless(shutil.which("zstd"), "zstd is not installed")
    def test_what_came_back_the_same_is_no_new_content(self) -> None:
        before = self.lay("before", {"same": "1" * 5_000})
        after = self.lay("after", {"same": "1" * 5_000, "new": "2"})
        alone = self.lay("alone", {"new": "2"})
        os.utime(after / "same", ns=(0, 1_000_000_000))
        change = tree.Change.between(before, after, self.root / "new")
        self.assertEqual({"new", "same"}, tree.entries(change.new).keys())
        self.assertEqual(tree.packed(alone, ["new"]), change.compressed(before))

    def test_tells_what_differs_by_content_and_not_by_time(self) -> None:
        one = self.lay("one", {"same": "1", "other": "1", "lost": "1"})
        two = self.lay("two", {"same": "1", "other": "2", ".stepcache/index": "ours"})
        os.utime(two / "same", ns=(0, 5))
        self.assertEqual(["lost", "other"], tree.differences(one, two))
        self.assertNotEqual(tree.digest(one), tree.digest(two))
