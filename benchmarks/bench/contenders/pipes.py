"""What a shell can do: tar, zstd and curl in a pipe; nothing is verified, nothing is staged."""

from pathlib import Path

from bench.process import Program
from bench.task import Task, plain_environment

SCRIPTS = Path(__file__).parents[2] / "pipes"


class Pipes:
    name = "pipes"
    rows = ("cold", "fetch")
    must_be_right = True

    def program(self, row: str, task: Task) -> Program:
        script = SCRIPTS / ("upload" if row == "cold" else "fetch")
        where = f"http://{task.registry}/v2/benchmarks/{task.name}"
        return Program(("/bin/bash", str(script), where, str(task.cache)), plain_environment(task))

    def check(self, row: str, task: Task) -> None:
        """Its exit code says it."""
