import os
import random
import tempfile
import zlib
from pathlib import Path
from unittest import TestCase

from bench import tree
from bench.changes import CHANGES, content


class ChangesTest(TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def lay(self, name: str, sizes: dict[str, int]) -> Path:
        rng = random.Random(7)
        for path, size in sizes.items():
            file = self.folder / name / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(rng.randbytes(size))
            os.utime(file, ns=(0, 0))
        return self.folder / name

    def go(self, name: str) -> Path:
        return self.lay(name, {f"cache/{number:02x}/{number:064x}-{'ad'[number % 2]}": 100 * number for number in range(100)} | {"mod/a": 5})

    def test_the_same_seed_makes_the_same_change_and_another_one_another(self) -> None:
        for number, seed in enumerate(("1", "1", "2")):
            CHANGES["gc"](self.go(str(number)), random.Random(seed))
        digests = [tree.digest(self.folder / str(number)) for number in range(3)]
        self.assertEqual(digests[0], digests[1])
        self.assertNotEqual(digests[0], digests[2])

    def test_a_go_cache_keeps_its_sizes_and_its_modules(self) -> None:
        before = self.go("go")
        old = tree.entries(before)
        new = CHANGES["gc"](before, random.Random(3))
        now = tree.entries(before)
        self.assertEqual(5, len(new))
        self.assertEqual(set(new), now.keys() - old.keys())
        self.assertEqual(sorted(stat.st_size for stat in old.values()), sorted(stat.st_size for stat in now.values()))
        self.assertIn("mod/a", now)

    def test_an_upgrade_says_which_content_is_new_and_grows_no_file_over_generations(self) -> None:
        root = self.lay("nm", {f"p{package}/lib/f{number}.js": 300 for package in range(40) for number in range(20)})
        for generation in range(4):
            old = {path: (root / path).read_bytes() for path in tree.entries(root)}
            new = CHANGES["nm"](root, random.Random(generation))
            now = {path: (root / path).read_bytes() for path in tree.entries(root)}
            self.assertEqual(sorted(new), sorted(path for path in now if now[path] != old.get(path)))
            self.assertEqual(len(old), len(now))
            self.assertIn(len(new), range(5, 21))
        self.assertLess(max(map(len, now.values())), 400)

    def test_a_file_may_be_larger_than_what_the_generator_gives_at_once(self) -> None:
        size = 310 << 20
        made = content(size, random.Random(5), 900)
        self.assertEqual(size, len(made))
        self.assertNotEqual(made[:900], made[-(1 << 20) : -(1 << 20) + 900])

    def test_a_maven_repository_only_grows(self) -> None:
        root = self.lay("m2", {f"org/g{number}/a/1.0/a-1.0.jar": 2000 for number in range(20)})
        old = tree.entries(root)
        new = CHANGES["m2"](root, random.Random(1))
        now = tree.entries(root)
        self.assertEqual(24, len(new))
        self.assertEqual(old.keys() | set(new), now.keys())
        self.assertEqual(8, len([path for path in new if path.endswith(".jar") and now[path].st_size == 2000]))

    def test_content_compresses_as_a_go_cache_does(self) -> None:
        made = content(1 << 20, random.Random(1))
        self.assertEqual(1 << 20, len(made))
        self.assertTrue(3 < len(made) / len(zlib.compress(made)) < 5)
