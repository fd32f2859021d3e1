import tempfile
import urllib.request
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from unittest import TestCase

from bench.buckets import KINDS, Buckets
from bench.network import Network
from bench.process import Failed
from bench.stores.azblob import ACCOUNT, sas
from bench.stores.bucket import NAME, Bucket

LOOPBACK = Network("loopback", None)


class Kind:
    """What holds of buckets of each kind, where its server is installed."""

    class Test(TestCase):
        scheme: str
        headers: Mapping[str, str] = {}

        def setUp(self) -> None:
            kind = KINDS[self.scheme]
            try:
                kind.installed.find()
            except Failed as missing:
                self.skipTest(str(missing))
            self.folder = Path(self.enterContext(tempfile.TemporaryDirectory()))
            self.buckets = self.enterContext(Buckets(kind))

        def test_lists_what_clients_wrote_and_counts_their_requests_alone(self) -> None:
            with self.serve() as bucket:
                self.assertEqual({}, bucket.blobs())
                self.write(bucket, "caches%2Fone", b"123")
                self.write(bucket, "two", b"12345")
                self.assertEqual({"caches/one": 3, "two": 5}, bucket.blobs())
                self.assertEqual(2, bucket.requests())
            with bucket:
                self.assertEqual(0, bucket.requests())

        def test_keeps_what_a_run_left_until_its_folder_goes(self) -> None:
            first = self.serve()
            self.write(first, "one", b"1")
            self.assertIs(first, self.serve())
            (self.folder / "storage").rmdir()
            self.assertEqual({}, self.serve().blobs())

        def serve(self) -> Bucket:
            return self.buckets.serve(self.folder / "storage", self.folder / "log", LOOPBACK)

        def write(self, bucket: Bucket, name: str, content: bytes) -> None:
            method, path = self.writes(name)
            headers = {"Content-Type": "application/octet-stream", **self.headers}
            request = urllib.request.Request(f"http://{bucket.address}{path}", content, headers, method=method)
            urllib.request.urlopen(request).close()

        def writes(self, name: str) -> tuple[str, str]:
            """The request by which a client writes an object."""
            raise NotImplementedError


class S3Test(Kind.Test):
    scheme = "s3"

    def writes(self, name: str) -> tuple[str, str]:
        return "PUT", f"/{NAME}/{name}"


class GoogleStorageTest(Kind.Test):
    scheme = "gs"

    def writes(self, name: str) -> tuple[str, str]:
        return "POST", f"/upload/storage/v1/b/{NAME}/o?uploadType=media&name={name}"


class AzureBlobsTest(Kind.Test):
    scheme = "azblob"
    headers = {"x-ms-blob-type": "BlockBlob"}

    def writes(self, name: str) -> tuple[str, str]:
        return "PUT", f"/{ACCOUNT}/{NAME}/{name}?{sas()}"


class InstalledTest(TestCase):
    def test_says_who_installs_a_server_that_is_missing(self) -> None:
        missing = replace(KINDS["gs"].installed, name="nobody-has-this", variable="NOBODY_NAMES_THIS")
        with self.assertRaisesRegex(Failed, "nobody-has-this is missing: ./verify --long installs it, or NOBODY_NAMES_THIS names it"):
            missing.find()
