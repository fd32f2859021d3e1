"""The program `cache` of openshift-pipelines/tekton-caches, where it was given."""

from pathlib import Path

from bench.process import Program
from bench.task import Task, plain_environment


class Peer:
    name = "peer"
    rows = ("cold", "fetch", "miss")
    """It uploads all, always: its cold upload is also what it does after any change, and after none."""
    must_be_right = False
    buckets = ("s3", "gs")
    """The schemes that it knows."""

    def __init__(self, executable: Path):
        self.executable = executable

    def program(self, row: str, task: Task) -> Program:
        if row == "cold":
            return self._run("upload", "--target", task)
        return self._run("fetch", "--source", task, success=1 if row == "miss" else 0)

    def check(self, row: str, task: Task) -> None:
        """Its exit code says it."""

    def _run(self, verb: str, where: str, task: Task, success: int = 0) -> Program:
        arguments = (
            str(self.executable),
            verb,
            "--pattern", f"**{task.pattern}",
            where, task.reference,
            "--folder", str(task.cache),
            "--workingdir", str(task.project),
            "--insecure",
        )  # fmt: skip
        return Program(arguments, {**plain_environment(task), "BLOB_QUERY_PARAMS": task.query}, success)
