"""More of one thing, step by step: cost has to grow in line with it, or not at all."""

import http.client
import random
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from bench import tree
from bench.changes import content
from bench.contenders.stepcache import Stepcache
from bench.filesystem import fresh_filesystem
from bench.memory import Memory
from bench.network import Network, network
from bench.environment import Environment, Project
from bench.process import Failed, Killed
from bench.registry import Registry
from bench.results import KILLED, Step

FILES = (125_000, 250_000, 500_000)
SPARSE = (5, 10, 20)
TAGS = (100, 1_000, 10_000)
DISTANT = (25, 50, 100)

FOLDER = 100
"""Files in each folder of the tree of files."""

MANIFEST = "application/vnd.oci.image.manifest.v1+json"

Measured = Iterator[Step]


class Scale:
    """Ours alone, with the memory of a container, beside a registry on loopback unless the row says else.

    What begins with a run that was killed for its memory is left out, and a note says so.
    """

    def __init__(self, images: Path, wide: Memory, narrow: Memory, environment: Environment, say: Callable[[str], None]):
        self.us = Stepcache(images, "stepcache", params={"PARAM_MAX_CACHE_SIZE": "64Gi", "PARAM_TIMEOUT": "1h"})
        self.narrow_us = Stepcache(images, "stepcache-128m", params=self.us.params)
        self.wide = wide
        self.narrow = narrow
        self.environment = environment
        self.say = say
        lock = environment.work / "lock"
        lock.mkdir()
        (lock / "lock").write_text("1\n")
        self.project = Project("scale", lock, "lock")
        self.storage = environment.work / "registry-scale"
        self.notes: list[str] = []

    def run(self, row: str) -> list[Step]:
        measured = []
        for step in ROWS[row](self):
            measured.append(step)
            took = "killed" if step.wall is None else f"{step.wall:.2f} s"
            self.say(f"{row}, {step.work:,} {step.unit}: {step.verb} {step.contender}: {took}")
        return measured

    def files(self) -> Measured:
        """Small files: a cold upload, a fetch, and an upload of the same after it."""
        for count in FILES:
            with self._tree() as root:
                lay_files(root, count)
                saved = self._once("files", count, "files", "cold", root)
                yield saved
            if self._served(saved):
                yield from self._fetch_and_save("files", count, "files")

    def sparse(self) -> Measured:
        """Files of a GiB each that are holes but for some MB, with 512 MiB of memory and with 128."""
        for count in SPARSE:
            with self._tree() as root:
                lay_sparse(root, count)
                for contender, memory in ((self.us, self.wide), (self.narrow_us, self.narrow)):
                    if contender is self.us or memory.group is not None:
                        shutil.rmtree(self.storage, ignore_errors=True)
                        shutil.rmtree(root / tree.OURS, ignore_errors=True)
                        saved = self._once("sparse", count, "GiB", "cold", root, contender, memory)
                        yield saved
                        if self._served(saved):
                            with fresh_filesystem(self.environment.work) as filesystem:
                                yield self._once("sparse", count, "GiB", "fetch", filesystem / "cache", contender, memory)

    def tags(self) -> Measured:
        """Tags in the repository: what has to be found among them, and what is not there."""
        with self._tree() as root:
            lay_files(root, 1_000)
            if not self._served(self._once("tags", 1, "tags", "cold", root)):
                return
        made = 1
        for count in TAGS:
            self._tag(range(made, count))
            made = count
            yield from self._fetch_and_save("tags", count, "tags")
            with fresh_filesystem(self.environment.work) as filesystem:
                lock = self.environment.work / f"lock-{count}"
                lock.mkdir()
                (lock / "lock").write_text(f"of {count} tags none\n")
                yield self._once("tags", count, "tags", "miss", filesystem / "none", project=replace(self.project, folder=lock))

    def distance(self) -> Measured:
        """Bytes that do not compress, over 20 ms and 200 Mbit/s: the link's own time is 0.04 s for each MB."""
        with network("far") as joined:
            for count in DISTANT:
                with self._tree() as root:
                    lay_noise(root, count)
                    saved = self._once("distance", count, "MB", "cold", root, network=joined)
                    yield saved
                if self._served(saved):
                    with fresh_filesystem(self.environment.work) as filesystem:
                        yield self._once("distance", count, "MB", "fetch", filesystem / "cache", network=joined)

    def _fetch_and_save(self, row: str, count: int, unit: str) -> Measured:
        """A fetch, and an upload of the same after it."""
        with fresh_filesystem(self.environment.work) as filesystem:
            fetched = self._once(row, count, unit, "fetch", filesystem / "cache")
            yield fetched
            if self._served(fetched):
                yield self._once(row, count, unit, "same", filesystem / "cache")

    def _served(self, step: Step) -> bool:
        """Whether it did what others begin with."""
        if step.killed:
            done = "saved" if step.verb == "cold" else "fetched"
            self.notes.append(
                f"{step.row}, {step.work:,} {step.unit}: {step.contender} was killed for its memory before it had {done}"
                " what its other rows begin with."
            )
        return not step.killed

    @contextmanager
    def _tree(self) -> Iterator[Path]:
        """A folder for what is to be saved, and an empty registry."""
        shutil.rmtree(self.storage, ignore_errors=True)
        with fresh_filesystem(self.environment.work) as filesystem:
            root = filesystem / "tree"
            root.mkdir()
            yield root

    def _once(
        self,
        row: str,
        work: int,
        unit: str,
        verb: str,
        cache: Path,
        contender: Stepcache | None = None,
        memory: Memory | None = None,
        project: Project | None = None,
        network: Network | None = None,
    ) -> Step:
        who = contender or self.us
        environment = self.environment if network is None else replace(self.environment, network=network)
        try:
            cost = environment.once(verb, who, memory or self.wide, self.storage, cache, project or self.project)
        except Killed:
            cost = dict(KILLED)
        return Step(row, work, unit, verb, who.name, **cost)

    def _tag(self, numbers: range) -> None:
        """Puts the image that is there under more tags."""
        with Registry(self.storage, self.environment.work / "registry.log", Network("loopback", None)) as registry:
            server = http.client.HTTPConnection(registry.address)
            where = f"/v2/benchmarks/{self.project.name}/manifests/"
            server.request("GET", where + "latest", headers={"Accept": MANIFEST})
            manifest = server.getresponse().read()
            for number in numbers:
                server.request("PUT", f"{where}tag-{number}", manifest, {"Content-Type": MANIFEST})
                answer = server.getresponse()
                answer.read()
                if answer.status != 201:
                    raise Failed(f"the registry took no tag number {number}: {answer.status}")
            server.close()


ROWS: dict[str, Callable[[Scale], Measured]] = {
    "files": Scale.files,
    "sparse": Scale.sparse,
    "tags": Scale.tags,
    "distance": Scale.distance,
}


def lay_files(root: Path, count: int) -> None:
    """Small files, a hundred in each folder: the same ones for the same count."""
    rng = random.Random(count)
    for number in range(count):
        folder = root / f"d{number // (FOLDER * FOLDER)}/d{number // FOLDER % FOLDER}"
        if number % FOLDER == 0:
            folder.mkdir(parents=True)
        (folder / f"f{number}").write_bytes(content(rng.randrange(100, 3_000), rng))


def lay_sparse(root: Path, count: int) -> None:
    rng = random.Random(count)
    for number in range(count):
        with (root / f"sparse-{number}").open("wb") as file:
            for _ in range(4):
                file.seek(rng.randrange(0, (1 << 30) - (1 << 20)) // 4096 * 4096)
                file.write(rng.randbytes(1 << 20))
            file.truncate(1 << 30)


def lay_noise(root: Path, megabytes: int) -> None:
    rng = random.Random(megabytes)
    for number in range(megabytes):
        (root / f"noise-{number}").write_bytes(rng.randbytes(1_000_000))
