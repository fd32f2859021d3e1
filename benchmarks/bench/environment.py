"""What programs run in: a network, stores, and a folder for all that a run leaves."""

import shutil
import tempfile
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from bench.memory import Memory
from bench.network import Network
from bench.process import run
from bench.registry import Registry
from bench.stores.bucket import Bucket
from bench.task import Contender, Task


@dataclass(frozen=True)
class Project:
    """What a cache is named by: its name, and the folder with the lock file that its key is made of."""

    name: str
    folder: Path
    pattern: str


@dataclass(frozen=True)
class Environment:
    network: Network
    work: Path
    serve: Callable[[Path, Path, Network], Registry | Bucket] = Registry
    """What keeps the caches of a storage, given that, a log and the network."""
    kind: str = ""
    """Of which kind the stores are, where that is not a registry."""

    @property
    def name(self) -> str:
        return self.kind + self.network.name

    @property
    def log(self) -> Path:
        return self.work / "log"

    def once(self, row: str, contender: Contender, memory: Memory, storage: Path, cache: Path, project: Project) -> dict[str, Any]:
        """One run beside a registry process of its own, which serves the storage; the values of a sample."""
        scratch = Path(tempfile.mkdtemp(prefix="scratch-", dir=self.work))
        try:
            with self.serve(storage, self.work / "registry.log", self.network) as registry:
                before = registry.blobs()
                begin = self.network.carried(registry.process.pid)
                task = Task(
                    project.name,
                    cache,
                    project.folder,
                    project.pattern,
                    registry.address,
                    scratch,
                    registry.reference(project.name),
                    registry.query,
                    registry.environment,
                )
                cost = run(contender.program(row, task), self.log, memory.group, self.network.namespace)
                end = self.network.carried(registry.process.pid)
                wire = None if begin is None or end is None else end - begin
                contender.check(row, task)
                stored = sum(size for blob, size in registry.blobs().items() if blob not in before)
                return {**asdict(cost), "requests": registry.requests(), "carried": wire, "stored": stored}
        finally:
            shutil.rmtree(scratch)
