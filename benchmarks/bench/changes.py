"""What a day of work does to a cache: the same each time for the same seed, and never the same twice."""

import os
import random
from collections.abc import Callable
from pathlib import Path

from bench import tree

BLOCK = 1024
BLOCKS = 1 << 16
NOISE = 220
"""Of each block: what is left repeats, so that such content shrinks as far as a Go build cache does."""

MARK = b"/* generation "


def content(size: int, rng: random.Random, noise: int = NOISE) -> bytes:
    """Bytes that were never there before; so many of each block do not compress."""
    word = rng.randbytes(8).hex().encode()
    filler = (word * (BLOCK // len(word) + 1))[: BLOCK - noise]
    made = bytearray()
    while len(made) <= size:
        # All at once would be more than Python's generator gives: a jar may have hundreds of MB.
        random_bytes = rng.randbytes(min(BLOCKS, (size - len(made)) // BLOCK + 1) * noise)
        for at in range(0, len(random_bytes), noise):
            made += random_bytes[at : at + noise] + filler
    return bytes(made[:size])


def replace_actions(root: Path, rng: random.Random) -> list[str]:
    """Of a Go build cache 5 % of the entries go, and as many of the same sizes come, at random names."""
    sizes = {path: stat.st_size for path, stat in tree.entries(root / "cache").items() if len(path.partition("/")[0]) == 2}
    gone = rng.sample(sorted(sizes), len(sizes) // 20)
    new = []
    for path in gone:
        (root / "cache" / path).unlink()
        name = rng.randbytes(32).hex()
        made = f"cache/{name[:2]}/{name}-{path[-1]}"
        _write(root / made, content(sizes[path], rng))
        new.append(made)
    return new


def upgrade_packages(root: Path, rng: random.Random) -> list[str]:
    """Packages with 2 % of all files come anew: some files the same, some elsewhere, most of them changed."""
    packages: dict[str, list[str]] = {}
    for path, stat in sorted(tree.entries(root).items()):
        if stat.st_nlink == 1 and not (root / path).is_symlink():
            packages.setdefault(_package(path), []).append(path)
    left = sum(map(len, packages.values())) // 50
    names = sorted(packages)
    rng.shuffle(names)
    new = []
    for name in names:
        if left <= 0:
            break
        left -= len(packages[name])
        for path in packages[name]:
            new += _upgrade(root, path, rng)
    return new


def _package(path: str) -> str:
    parts = path.split("/")
    return "/".join(parts[:2]) if parts[0].startswith("@") else parts[0]


def _upgrade(root: Path, path: str, rng: random.Random) -> list[str]:
    file = root / path
    kind = rng.random()
    if kind < 0.3:
        os.utime(file)
        return []
    old = file.read_bytes()
    if old.startswith(MARK):
        old = old.partition(b"\n")[2]
    file.unlink()
    if kind < 0.4:
        path = path + "." + rng.randbytes(2).hex()
    # Files of a package that was upgraded resemble what they were, and no byte range of theirs can be known.
    _write(root / path, MARK + rng.randbytes(8).hex().encode() + b" */\n" + old)
    return [path]


def add_jars(root: Path, rng: random.Random) -> list[str]:
    """Eight artifacts of a Maven repository come in another version, as large as those that are there."""
    jars = {path: stat.st_size for path, stat in sorted(tree.entries(root).items()) if path.endswith(".jar")}
    new = []
    for path in rng.sample(sorted(jars), 8):
        version = "9." + str(rng.randrange(10**9))
        folder = Path(path).parent.parent / version
        artifact = f"{folder.parent.name}-{version}"
        for name, size, noise in ((f"{artifact}.jar", jars[path], 900), (f"{artifact}.pom", 3000, 300), (f"{artifact}.jar.sha1", 40, BLOCK)):
            made = str(folder / name)
            _write(root / made, content(size, rng, noise))
            new.append(made)
    return new


def _write(file: Path, content: bytes) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content)


CHANGES: dict[str, Callable[[Path, random.Random], list[str]]] = {
    "nm": upgrade_packages,
    "m2": add_jars,
    "gc": replace_actions,
}
"""By input. Each says which files have content that is new."""
