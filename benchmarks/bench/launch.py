"""Runs one program and says what it cost: a small process of its own, read as JSON, answered as JSON.

A new process begins with the memory of the one that made it, and its peak is never less than that:
so the programs that are measured are not started by the one that holds all trees and results.
"""

import ctypes
import json
import os
import sys
import time

CLONE_NEWNET = 0x40000000


def confine(group: str | None, namespace: str | None) -> None:
    """Puts this process under a limit of memory, and into a network."""
    if group is not None:
        with open(group + "/cgroup.procs", "w", encoding="ascii") as processes:
            processes.write(str(os.getpid()))
    if namespace is not None:
        opened = os.open(namespace, os.O_RDONLY)
        libc = ctypes.CDLL(None, use_errno=True)
        if libc.setns(opened, CLONE_NEWNET) != 0:
            raise OSError(ctypes.get_errno(), f"setns {namespace}")
        os.close(opened)


def launch(arguments: list[str], environment: dict[str, str], log: str, group: str | None, namespace: str | None) -> dict[str, float]:
    """Seconds by the clock and of all cores, bytes of memory of the largest process, and the exit code."""
    out = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    null = os.open(os.devnull, os.O_RDONLY)
    # Before the clock runs: a container is made before its program starts.
    confine(group, namespace)
    begin = time.perf_counter()
    files = [(os.POSIX_SPAWN_DUP2, null, 0), (os.POSIX_SPAWN_DUP2, out, 1), (os.POSIX_SPAWN_DUP2, out, 2)]
    process = os.posix_spawn(arguments[0], arguments, environment, file_actions=files)
    _, status, usage = os.wait4(process, 0)
    wall = time.perf_counter() - begin
    return {
        "wall": wall,
        "cpu": usage.ru_utime + usage.ru_stime,
        "peak": usage.ru_maxrss * 1024,
        "code": os.waitstatus_to_exitcode(status),
    }


if __name__ == "__main__":
    print(json.dumps(launch(**json.load(sys.stdin))))
