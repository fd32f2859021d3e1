"""stepcache as its images run it: their Java, their class path, their flags, their AOT caches."""

import json
import subprocess
import tarfile
from collections.abc import Collection, Mapping
from pathlib import Path

from bench.process import Failed, Program, sh
from bench.task import Task

REPOSITORY = Path(__file__).parents[3]

REASONS = {"fetch": "hit", "cold": "saved", "change": "saved", "same": "unchanged", "miss": "miss"}


class Stepcache:
    """Runs the unpacked layers of both images as processes of this machine."""

    must_be_right = True

    def __init__(self, images: Path, name: str, rows: Collection[str] = tuple(REASONS), params: Mapping[str, str] | None = None):
        self.name = name
        self.images = images
        self.rows = rows
        self.params = params or {}
        """More params of cache-upload."""

    def program(self, row: str, task: Task) -> Program:
        if row in ("fetch", "miss"):
            return self._step("cache-fetch", task, {"PARAM_SOURCE": task.reference})
        return self._step("cache-upload", task, {"PARAM_TARGET": task.reference, "PARAM_FORCE_CACHE_UPLOAD": "true", **self.params})

    def check(self, row: str, task: Task) -> None:
        file = task.scratch / "reason"
        reason = file.read_text() if file.exists() else "none"
        if reason != REASONS[row]:
            raise Failed(f"stepcache: {row} of {task.name} ended with the reason {reason}")

    def _step(self, step: str, task: Task, params: dict[str, str]) -> Program:
        root = self.images / step
        environment = {
            "LC_ALL": "C.UTF-8",
            "HOME": str(task.scratch),
            "PARAM_CACHE_PATH": str(task.cache),
            "PARAM_WORKING_DIR": str(task.project),
            "PARAM_INSECURE": "true",
            "PARAM_BLOB_QUERY_PARAMS": task.query,
            **task.environment,
            **{f"RESULT_{name}": str(task.scratch / name) for name in ("fetched", "uploaded", "reason")},
            **params,
        }
        arguments = (f"{root}/opt/java/bin/java", f"@{root}/arguments", "--@patterns", task.pattern)
        return Program(arguments, environment)


def compresses_long() -> bool:
    """Whether cache-upload has the param for it."""
    return "- name: COMPRESSION" in (REPOSITORY / "tekton/cache-upload.yaml").read_text()


def unpack_images(images: Path, build: bool) -> Path:
    """Unpacks both images below the folder; they are built before, or as they were built last."""
    if build:
        modules = "cache-fetch-step,cache-upload-step"
        sh("mvn", "-B", "-q", "-Dmaven.test.skip=true", "-pl", modules, "-am", "package", cwd=REPOSITORY)
    for step in ("cache-fetch", "cache-upload"):
        unpack(REPOSITORY / f"{step}-step/target/{step}.tar", images / step)
        bind(images / step, step)
    return images


def unpack(image: Path, root: Path) -> None:
    """Lays the layers of an image that Docker loads over each other, with their times."""
    sh("rm", "-rf", root)
    root.mkdir(parents=True)
    with tarfile.open(image) as outer:
        manifest = json.load(outer.extractfile("manifest.json"))
        for layer in manifest[0]["Layers"]:
            with tarfile.open(fileobj=outer.extractfile(layer), mode="r:gz") as inner:
                inner.extractall(root, filter="tar")


def bind(root: Path, step: str) -> None:
    """Writes the image's arguments anew for a root that is a folder, and demands that its AOT cache is used."""
    lines = (root / f"opt/app/{step}.args").read_text().replace("/opt/app", f"{root}/opt/app")
    (root / "arguments").write_text(lines)
    java = [f"{root}/opt/java/bin/java", "-XX:AOTMode=on", f"@{root}/arguments"]
    # Without params a step that starts ends with 2, and a JVM that cannot start with 1.
    if subprocess.run(java, env={"LC_ALL": "C.UTF-8"}, capture_output=True, check=False).returncode != 2:
        raise Failed(f"the AOT cache of {step} does not fit: {' '.join(java)}")
