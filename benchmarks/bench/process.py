"""Runs whole programs, with their start and their end, and says what they cost."""

import os
import subprocess
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Program:
    """What to run: absolute arguments, the whole environment, and the exit code of success."""

    arguments: tuple[str, ...]
    environment: Mapping[str, str]
    success: int = 0


@dataclass(frozen=True)
class Cost:
    """Seconds by the clock, seconds of all cores, and bytes of memory of the largest process."""

    wall: float
    cpu: float
    peak: int


class Failed(Exception):
    """A program that did not do what it was run for; the numbers of such a run mean nothing."""


def run(program: Program, log: Path, enter: Callable[[], None] | None = None) -> Cost:
    """Runs a program to its end; what it prints goes to the log.

    `enter` is called in the new process before the program starts, to confine it.
    """
    with log.open("ab") as out:
        begin = time.perf_counter()
        process = subprocess.Popen(
            program.arguments,
            env=dict(program.environment),
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=out,
            preexec_fn=enter,
        )
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - begin
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != program.success:
        raise Failed(f"{program.arguments} ended with {process.returncode}: see {log}")
    return Cost(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024)


def sh(*arguments: object, environment: Mapping[str, str] | None = None, cwd: Path | None = None) -> str:
    """Runs what nobody times, and returns what it prints."""
    done = subprocess.run(
        [str(argument) for argument in arguments],
        env=None if environment is None else {**os.environ, **environment},
        cwd=cwd,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        said = (done.stderr or done.stdout)[-2000:]
        raise Failed(f"{' '.join(map(str, arguments))} ended with {done.returncode}:\n{said}")
    return done.stdout
