"""`cp -a` of the warm tree: no registry, no archive."""

import shutil
from pathlib import Path

from bench.process import Program
from bench.task import Task, plain_environment


class Copy:
    name = "cp"
    rows = ("fetch",)
    must_be_right = True

    def __init__(self, tree: Path):
        self.tree = tree

    def program(self, row: str, task: Task) -> Program:
        cp = shutil.which("cp") or "/bin/cp"
        return Program((cp, "-a", f"{self.tree}/.", str(task.cache)), plain_environment(task))

    def check(self, row: str, task: Task) -> None:
        """Its exit code says it."""
