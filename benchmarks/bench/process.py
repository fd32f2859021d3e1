"""Runs whole programs, with their start and their end, and says what they cost."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from bench.memory import kills

LAUNCH = Path(__file__).parent / "launch.py"


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


class Killed(Failed):
    """A program that wanted more memory than its control group has."""


def run(program: Program, log: Path, group: Path | None = None, namespace: Path | None = None) -> Cost:
    """Runs a program to its end, under a control group and in a network namespace; what it prints goes to the log."""
    wanted = {
        "arguments": program.arguments,
        "environment": dict(program.environment),
        "log": str(log),
        "group": None if group is None else str(group),
        "namespace": None if namespace is None else str(namespace),
    }
    before = 0 if group is None else kills(group)
    launched = subprocess.Popen(
        [sys.executable, "-I", "-S", str(LAUNCH)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        said, _ = launched.communicate(json.dumps(wanted))
    except BaseException:
        _kill(launched)
        raise
    if launched.returncode != 0:
        raise Failed(f"{program.arguments} could not be started")
    cost = json.loads(said)
    if cost["code"] != program.success:
        if group is not None and kills(group) > before:
            raise Killed(f"{program.arguments} was killed for its memory: see {log}")
        raise Failed(f"{program.arguments} ended with {cost['code']}: see {log}")
    return Cost(cost["wall"], cost["cpu"], cost["peak"])


def _kill(launched: subprocess.Popen[str]) -> None:
    """Ends a program and what it started: a file system that somebody uses cannot be given back."""
    os.killpg(launched.pid, signal.SIGKILL)
    launched.wait()
    end = time.monotonic() + 10
    while time.monotonic() < end:
        try:
            os.killpg(launched.pid, 0)
        except ProcessLookupError:
            return
        time.sleep(0.01)


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
