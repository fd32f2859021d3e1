"""A tree as it is: what to compare trees by, and how to make one of another."""

import hashlib
import os
import shutil
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

OURS = ".stepcache"


@dataclass(frozen=True)
class Size:
    files: int
    bytes: int


def entries(root: Path) -> dict[str, os.stat_result]:
    """All files and links by their path; what stepcache keeps for itself is none of the tree."""
    found: dict[str, os.stat_result] = {}
    pending = [""]
    while pending:
        folder = pending.pop()
        with os.scandir(root / folder) as inside:
            for entry in inside:
                path = folder + entry.name
                if entry.is_dir(follow_symlinks=False):
                    if path != OURS:
                        pending.append(path + "/")
                else:
                    found[path] = entry.stat(follow_symlinks=False)
    return found


def size(root: Path) -> Size:
    stats = entries(root).values()
    return Size(len(stats), sum(stat.st_size for stat in stats))


def digest(root: Path) -> str:
    """Over all names and contents: the same for two trees that hold the same."""
    total = hashlib.sha256()
    for path in sorted(entries(root)):
        total.update(f"{path}\0{_content(root / path)}\n".encode(errors="surrogateescape"))
    return total.hexdigest()


def differences(root: Path, other: Path) -> list[str]:
    """The paths that only one has, or that have other content."""
    mine, others = entries(root), entries(other)
    same = mine.keys() & others.keys()
    return sorted((mine.keys() ^ others.keys()) | {path for path in same if _content(root / path) != _content(other / path)})


def _content(path: Path) -> str:
    if path.is_symlink():
        return "-> " + os.readlink(path)
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def packed(root: Path, paths: Iterable[str]) -> int:
    """How many bytes `tar | zstd -3` makes of these files."""
    names = "\0".join(sorted(paths)).encode(errors="surrogateescape")
    script = 'tar -C "$0" --null --no-recursion -T - -c | zstd -q -3 -c | wc -c'
    return int(subprocess.run(["sh", "-c", script, root], input=names, stdout=subprocess.PIPE, check=True).stdout)


def _same(one: Path, two: Path) -> bool:
    return os.path.lexists(one) and _content(one) == _content(two)


@dataclass(frozen=True)
class Change:
    """What turns one tree into another: files to put in, from a folder of them, and files to take away."""

    new: Path
    gone: tuple[str, ...]

    @staticmethod
    def between(before: Path, after: Path, new: Path) -> "Change":
        """A file counts as changed if its size or time is another: package managers write the same anew."""
        old, now = entries(before), entries(after)
        for path, stat in now.items():
            if path not in old or _stamp(old[path]) != _stamp(stat):
                (new / path).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(after / path, new / path, follow_symlinks=False)
        return Change(new, tuple(sorted(old.keys() - now.keys())))

    def compressed(self, before: Path) -> int:
        """Bytes of the content that the tree did not have there, packed by tar and zstd: what came back the same is none of it."""
        return packed(self.new, [path for path in entries(self.new) if not _same(before / path, self.new / path)])

    def apply(self, root: Path) -> None:
        for path in self.gone:
            (root / path).unlink()
            _drop_empty(root, (root / path).parent)
        for path in entries(self.new):
            target = root / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.unlink(missing_ok=True)
            shutil.copy2(self.new / path, target, follow_symlinks=False)


def _stamp(stat: os.stat_result) -> tuple[int, int]:
    return stat.st_size, stat.st_mtime_ns


def _drop_empty(root: Path, folder: Path) -> None:
    while folder != root:
        try:
            folder.rmdir()
        except OSError:
            return
        folder = folder.parent
