"""A miss, the container's start and end included, beside a container that does nothing at all."""

import os
import shutil
import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

from bench import docker
from bench.contenders.stepcache import REPOSITORY
from bench.network import Network
from bench.process import Failed, Program, run, sh
from bench.registry import Registry
from bench.results import NO_INPUT, Sample

ROW = "container"
STATIC = "stepcache-benchmark-static:latest"
SOURCE = "int main(void) { return 0; }\n"
RUNS = 3
"""For one run of the others: these take less than a second."""


class Containers:
    """Ours is the image that is shipped; the other's is one static program. Both get the same options."""

    def __init__(self, work: Path, say: Callable[[str], None]):
        self.work = work
        self.say = say
        self.image = ""
        self.missing = ""
        """Why nothing can be measured; empty where it can."""
        self._open = ExitStack()

    def __enter__(self) -> "Containers":
        self.work.mkdir()
        if shutil.which("cc") is None:
            self.missing = "no C compiler"
        elif not self._open.enter_context(docker.engine(self.work)):
            self.missing = "no Docker engine"
        else:
            try:
                self._load()
            except Failed as failed:
                self.missing = str(failed).strip().splitlines()[-1]
        if self.missing:
            self.say(f"no containers are measured: {self.missing}")
        return self

    def __exit__(self, *_: object) -> None:
        if not self.missing:
            sh("docker", "rmi", STATIC)
        self._open.close()

    def run(self, number: int) -> list[Sample]:
        """Some runs of both, whose order alternates."""
        samples: list[Sample] = []
        for each in range(number * RUNS, (number + 1) * RUNS) if not self.missing else ():
            for who in ("stepcache", "static") if each % 2 == 0 else ("static", "stepcache"):
                samples.append(self._once(who, each))
        return samples

    def _load(self) -> None:
        program = self.work / "true.c"
        program.write_text(SOURCE)
        root = self.work / "root"
        root.mkdir()
        sh("cc", "-O2", "-static", "-o", root / "true", program)
        sh("sh", "-c", 'tar -C "$0" -c true | docker import - "$1"', root, STATIC)
        loaded = sh("docker", "load", "-q", "-i", REPOSITORY / "cache-fetch-step/target/cache-fetch.tar")
        self.image = loaded.strip().rpartition("Loaded image: ")[2]

    def _once(self, who: str, number: int) -> Sample:
        folder = Path(tempfile.mkdtemp(prefix="container-", dir=self.work))
        cache, results, source = folder / "cache", folder / "results", folder / "source"
        for made in (cache, results, source):
            made.mkdir()
            # The image's user is nobody in particular.
            made.chmod(0o777)
        (source / "lock").write_text("1\n")
        try:
            with Registry(folder / "registry", self.work / "registry.log", Network("loopback", None)) as registry:
                environment = {
                    "PARAM_SOURCE": f"oci://{registry.address}/benchmarks/none:{{{{hash}}}}",
                    "PARAM_CACHE_PATH": "/workspace/cache",
                    "PARAM_WORKING_DIR": "/workspace/source",
                    "PARAM_INSECURE": "true",
                    "RESULT_reason": "/results/reason",
                }
                command = [shutil.which("docker") or "docker", "run", "--rm", "--pull", "never", "--network", "host", "--memory", "512m"]
                command += [word for name, value in environment.items() for word in ("-e", f"{name}={value}")]
                command += ["-v", f"{cache}:/workspace/cache", "-v", f"{results}:/results", "-v", f"{source}:/workspace/source"]
                command += [self.image, "--@patterns", "lock"] if who == "stepcache" else [STATIC, "/true"]
                cost = run(Program(tuple(command), {name: value for name, value in os.environ.items()}), self.work / "log")
                requests = registry.requests()
            self._check(who, results / "reason")
        finally:
            shutil.rmtree(folder)
        self.say(f"a miss in a container, {who}: {cost.wall:.2f} s")
        return Sample("loopback", NO_INPUT, ROW, who, number, cost.wall, None, None, requests, None, 0)

    def _check(self, who: str, file: Path) -> None:
        reason = file.read_text() if file.exists() else "none"
        if who == "stepcache" and reason != "miss":
            raise Failed(f"the container of {self.image} ended with the reason {reason}: see {self.work / 'log'}")
