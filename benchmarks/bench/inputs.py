"""The trees that caches are made of: real ones, pinned, made once and kept."""

import json
import os
import shutil
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

from bench import tree
from bench.process import Failed, sh
from bench.results import Tree

PINNED = Path(__file__).parent.parent / "inputs"

MAVEN = "org.apache.maven.plugins:maven-dependency-plugin:3.7.0:go-offline"


@dataclass(frozen=True)
class Input:
    """A cache folder, the same after a small change, and the projects whose lock files pin both."""

    described: Tree
    tree: Path
    change: tree.Change
    project: Path
    changed_project: Path
    pattern: str

    @property
    def name(self) -> str:
        return self.described.name

    @staticmethod
    def read(folder: Path) -> "Input":
        made = json.loads((folder / "made.json").read_text())
        return Input(
            described=Tree(**made["tree"]),
            tree=folder / "tree",
            change=tree.Change(folder / "new", tuple(made["gone"])),
            project=PINNED / folder.name / "base",
            changed_project=PINNED / folder.name / "changed",
            pattern=KINDS[folder.name].pattern,
        )


@dataclass(frozen=True)
class Kind:
    """How a project fills a tree, in place of what it holds already."""

    title: str
    pattern: str
    needs: tuple[str, ...]
    fill: Callable[[Path, Path], None]


def fill_node_modules(project: Path, target: Path) -> None:
    home = target.parent
    if target.exists():
        target.rename(home / "node_modules")
    for name in ("package.json", "package-lock.json"):
        shutil.copy2(project / name, home / name)
    sh("npm", "install", "--ignore-scripts", "--legacy-peer-deps", "--no-audit", "--no-fund", cwd=home)
    (home / "node_modules").rename(target)


def fill_maven(project: Path, target: Path) -> None:
    target.mkdir(exist_ok=True)
    sh("mvn", "-B", "-q", "-f", project / "pom.xml", MAVEN, f"-Dmaven.repo.local={target}")


def fill_go(project: Path, target: Path) -> None:
    where = {
        "GOCACHE": str(target / "cache"),
        "GOMODCACHE": str(target / "mod"),
        "GOTOOLCHAIN": "local",
        "GOFLAGS": "-mod=readonly -modcacherw",
        "CGO_ENABLED": "0",
    }
    sh("go", "build", "-o", "/dev/null", "./...", environment=where, cwd=project)
    sh("go", "vet", "./...", environment=where, cwd=project)


KINDS = {
    "nm": Kind("node_modules", "package-lock.json", ("npm",), fill_node_modules),
    "m2": Kind("Maven repository", "pom.xml", ("mvn",), fill_maven),
    "gc": Kind("Go caches", "go.sum", ("go",), fill_go),
}


def home() -> Path:
    """Where inputs are kept; made where it is missing."""
    folder = Path(os.environ.get("STEPCACHE_BENCHMARKS") or Path.home() / ".cache/stepcache-benchmarks")
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def make(name: str, folder: Path, say: Callable[[str], None]) -> Input:
    """The input of that name, made in the folder unless it is there already."""
    home = folder / name
    if (home / "made.json").exists():
        return Input.read(home)
    kind = KINDS[name]
    missing = [program for program in kind.needs if shutil.which(program) is None]
    if missing:
        raise Failed(f"{kind.title}: not installed: {', '.join(missing)}")
    say(f"making {kind.title} in {home}: once, some minutes")
    sh("rm", "-rf", home)
    home.mkdir(parents=True)
    filled, base, new = home / "cache", home / "tree", home / "new"
    project = PINNED / name
    kind.fill(project / "base", filled)
    sh("cp", "-a", filled, base)
    # At the same place: what Go builds depends on where its modules lie, and would all be new elsewhere.
    kind.fill(project / "changed", filled)
    new.mkdir()
    change = tree.Change.between(base, filled, new)
    sh("rm", "-rf", filled)
    whole = tree.size(base)
    described = Tree(name, kind.title, whole.files, whole.bytes, tree.digest(base), change.compressed(base))
    made = {"tree": asdict(described), "gone": change.gone}
    (home / "made.json").write_text(json.dumps(made))
    return Input.read(home)
