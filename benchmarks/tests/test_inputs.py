import shutil
import tempfile
from pathlib import Path
from unittest import TestCase, skipUnless
from unittest.mock import patch

from bench import inputs, tree


def fill(project: Path, target: Path) -> None:
    """As Go does it: what is made depends on the place, and what is there already is not made again."""
    target.mkdir(exist_ok=True)
    for name in ("lib", project.name):
        file = target / f"{name}-made-in-{target.name}"
        if not file.exists():
            file.write_text(name * 1_000)


class InputsTest(TestCase):
    @skipUnless(shutil.which("zstd"), "zstd is not installed")
    def test_the_change_is_what_the_other_project_adds_and_the_tree_stays_as_it_was(self) -> None:
        kind = inputs.Kind("a kind", "lock", (), fill)
        with tempfile.TemporaryDirectory() as folder, patch.dict(inputs.KINDS, {"some": kind}):
            made = inputs.make("some", Path(folder), lambda line: None)
            self.assertEqual(["base-made-in-cache", "lib-made-in-cache"], sorted(tree.entries(made.tree)))
            self.assertEqual(["changed-made-in-cache"], list(tree.entries(made.change.new)))
            self.assertEqual(tree.packed(made.change.new, ["changed-made-in-cache"]), made.described.new_content)
            self.assertEqual(made, inputs.make("some", Path(folder), lambda line: None))
