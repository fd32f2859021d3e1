import hashlib
import io
import json
import shutil
import subprocess
import tarfile
import tempfile
from pathlib import Path
from unittest import TestCase, skipUnless

from bench.stored import Reader, StoredImage, layers

GOLDEN = Path(__file__).parents[2] / "cache-core/src/test/resources/golden"


class StoredTest(TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.storage = Path(folder.name)

    def test_reads_which_entries_the_golden_index_calls_alive(self) -> None:
        alive = layers((GOLDEN / "index").read_bytes())
        self.assertEqual(ALIVE, ["".join("x" if lives else "." for lives in layer) for layer in alive])

    @skipUnless(shutil.which("zstd"), "zstd is not installed")
    def test_weighs_what_is_dead_by_the_bytes_of_its_entries(self) -> None:
        large, small = b"\1" * 2560, b"\2" * 512
        layer = self.blob(archive({"folder": None, "folder/large": large, "folder/small": small, ".stepcache/sums/0": b"sum"}))
        index = self.blob(archive({".stepcache/index": INDEX}))
        manifest = json.dumps({"layers": [layer, index]}).encode()
        self.store(hashlib.sha256(manifest).hexdigest(), manifest)
        link = self.storage / "docker/registry/v2/repositories/a/b/_manifests/tags/latest/current/link"
        link.parent.mkdir(parents=True)
        link.write_text("sha256:" + hashlib.sha256(manifest).hexdigest())
        size = int(str(layer["size"]))
        # 3072 bytes of the first entry, 1024 of the second, which is alive.
        self.assertEqual(StoredImage(1, size, round(size * 3 / 4)), Reader(self.storage).latest("a/b"))

    def blob(self, tar: bytes) -> dict[str, object]:
        packed = subprocess.run(["zstd", "-q", "-c"], input=tar, stdout=subprocess.PIPE, check=True).stdout
        digest = hashlib.sha256(packed).hexdigest()
        self.store(digest, packed)
        return {"digest": "sha256:" + digest, "size": len(packed)}

    def store(self, digest: str, content: bytes) -> None:
        file = self.storage / "docker/registry/v2/blobs/sha256" / digest[:2] / digest / "data"
        file.parent.mkdir(parents=True)
        file.write_bytes(content)


def archive(members: dict[str, bytes | None]) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.USTAR_FORMAT) as tar:
        for name, content in members.items():
            member = tarfile.TarInfo(name)
            if content is None:
                member.type = tarfile.DIRTYPE
                tar.addfile(member)
            else:
                member.size = len(content)
                tar.addfile(member, io.BytesIO(content))
    return out.getvalue()


INDEX = b"stepcache-index-1\n" + bytes([9, 1, 0, 3, 37, 1]) + bytes(32) + bytes([2, 0, 1, 1])
ALIVE = ["x.xx.", "xx"]
