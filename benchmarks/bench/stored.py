"""A cache as a registry's folder holds it, read by docs/format.md alone: its layers, and what of them is dead."""

import io
import json
import subprocess
import tarfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

LAYERS = 3
"""The index's section of layers."""


@dataclass(frozen=True)
class StoredImage:
    """Content layers, their compressed bytes, and how many of these belong to entries that are dead."""

    layers: int
    bytes: int
    dead: int


class Reader:
    """Remembers the layers it has read: most of an image was there before."""

    def __init__(self, storage: Path):
        self.storage = storage / "docker/registry/v2"
        self.sizes: dict[str, list[int]] = {}

    def latest(self, repository: str) -> StoredImage:
        """The image under the tag `latest`."""
        link = self.storage / "repositories" / repository / "_manifests/tags/latest/current/link"
        manifest: dict[str, Any] = json.loads(self._blob(link.read_text()).read_bytes())
        *content, index = manifest["layers"]
        alive = layers(self._index(index["digest"]))
        dead = 0.0
        for layer, live in zip(content, alive, strict=True):
            sizes = self._sizes(layer["digest"])
            lost = sum(size for size, lives in zip(sizes, live, strict=True) if not lives)
            dead += layer["size"] * lost / sum(sizes)
        return StoredImage(len(content), sum(layer["size"] for layer in content), round(dead))

    def _blob(self, digest: str) -> Path:
        algorithm, _, hexadecimal = digest.partition(":")
        return self.storage / "blobs" / algorithm / hexadecimal[:2] / hexadecimal / "data"

    def _index(self, digest: str) -> bytes:
        with tarfile.open(fileobj=io.BytesIO(self._tar(digest))) as tar:
            file = tar.extractfile(".stepcache/index")
            assert file is not None
            return file.read()

    def _sizes(self, digest: str) -> list[int]:
        """What each entry takes in the tar; folders and the sums are no entries."""
        if digest not in self.sizes:
            with tarfile.open(fileobj=io.BytesIO(self._tar(digest))) as tar:
                self.sizes[digest] = [
                    512 + -(-member.size // 512) * 512
                    for member in tar
                    if not member.isdir() and not member.name.startswith(".stepcache/sums/")
                ]
        return self.sizes[digest]

    def _tar(self, digest: str) -> bytes:
        return subprocess.run(["zstd", "-q", "-d", "-c", self._blob(digest)], stdout=subprocess.PIPE, check=True).stdout


def layers(index: bytes) -> list[list[bool]]:
    """Of each layer, in order: which of its entries are alive."""
    head, _, rest = index.partition(b"\n")
    if head != b"stepcache-index-1":
        raise ValueError(f"no index: {head!r}")
    reader = Numbers(rest)
    while reader.left():
        section, length = reader.number(), reader.number()
        body = reader.take(length)
        if section == LAYERS:
            inner = Numbers(body)
            return [_layer(inner) for _ in range(inner.number())]
    raise ValueError("an index without layers")


def _layer(reader: "Numbers") -> list[bool]:
    reader.take(32)
    entries = reader.number()
    live: list[bool] = []
    lives = True
    while len(live) < entries:
        live += [lives] * reader.number()
        lives = not lives
    return live


class Numbers:
    """Reads unsigned LEB128, and bytes."""

    def __init__(self, content: bytes):
        self.content = content
        self.at = 0

    def left(self) -> bool:
        return self.at < len(self.content)

    def take(self, length: int) -> bytes:
        self.at += length
        return self.content[self.at - length : self.at]

    def number(self) -> int:
        value = shift = 0
        while True:
            byte = self.content[self.at]
            self.at += 1
            value |= (byte & 0x7F) << shift
            if byte < 0x80:
                return value
            shift += 7
