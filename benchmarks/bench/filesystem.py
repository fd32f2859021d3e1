"""Where caches are unpacked: a file system on which nothing was ever deleted."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.process import sh

SIZE = 16 << 30
SHARED_MEMORY = Path("/dev/shm")


@contextmanager
def fresh_filesystem(work: Path) -> Iterator[Path]:
    """An empty folder: root gets a new ext4 of its own, others a new folder.

    ext4 does not use the inodes of files that were deleted in the last minutes, and searches for
    others: what unpacks where much was deleted just before is 10 to 30 times slower.
    """
    folder = Path(tempfile.mkdtemp(prefix="filesystem-", dir=work))
    if not fresh_ext4_possible():
        try:
            yield folder
        finally:
            shutil.rmtree(folder)
        return
    image = (SHARED_MEMORY if _roomy(SHARED_MEMORY) else work) / (folder.name + ".ext4")
    try:
        with image.open("wb") as file:
            file.truncate(SIZE)
        sh("mkfs.ext4", "-q", "-F", image)
        sh("mount", "-o", "loop", image, folder)
        try:
            # Its lost+found stays out of the way.
            inner = folder / "filesystem"
            inner.mkdir()
            yield inner
        finally:
            sh("umount", folder)
    finally:
        image.unlink(missing_ok=True)
        folder.rmdir()


def fresh_ext4_possible() -> bool:
    return os.geteuid() == 0 and Path("/dev/loop-control").exists() and shutil.which("mkfs.ext4") is not None


def _roomy(folder: Path) -> bool:
    return folder.is_dir() and shutil.disk_usage(folder).free > 6 << 30
