"""A Docker engine: the one that answers, else one that is started, as root may."""

import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def answers() -> bool:
    if shutil.which("docker") is None:
        return False
    asked = subprocess.run(["docker", "version", "--format", "{{.Server.Version}}"], stdin=subprocess.DEVNULL, capture_output=True, check=False)
    return asked.returncode == 0


@contextmanager
def engine(work: Path) -> Iterator[bool]:
    """Whether an engine answers; one that was started here is stopped at the end."""
    if answers():
        yield True
        return
    started = _start(work)
    try:
        yield started is not None
    finally:
        if started is not None:
            _stop(started)


def _start(work: Path) -> subprocess.Popen[bytes] | None:
    if os.geteuid() != 0 or shutil.which("dockerd") is None or shutil.which("docker") is None:
        return None
    # A root file system that is an overlay itself may refuse another on top.
    for driver in ("overlay2", "vfs"):
        with (work / f"dockerd-{driver}.log").open("wb") as log:
            process = subprocess.Popen(["dockerd", "--storage-driver", driver], stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        end = time.monotonic() + 60
        while time.monotonic() < end and process.poll() is None:
            if answers():
                return process
            time.sleep(0.5)
        _stop(process)
    return None


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    process.wait()
