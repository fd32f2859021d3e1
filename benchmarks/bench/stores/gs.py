"""Buckets of Google Cloud Storage, served by fake-gcs-server."""

import json
from collections.abc import Mapping, Sequence
from urllib.parse import quote

from bench.stores.bucket import NAME, Bucket, Installed, Page


class GoogleStorage(Bucket):
    scheme = "gs"
    installed = Installed("fake-gcs-server", "FAKE_GCS_SERVER", "stepcache-gcs", "./verify --long")

    @property
    def environment(self) -> Mapping[str, str]:
        return {"STORAGE_EMULATOR_HOST": self.address}

    def _command(self, program: str, port: str) -> Sequence[str]:
        # Go's client downloads from /BUCKET/OBJECT, which is served to the public host alone,
        # and both clients go on with an upload where the external URL leads.
        clients = [f"-public-host={self.address}", f"-external-url=http://{self.address}"]
        return [program, "-scheme=http", "-host=127.0.0.1", f"-port={port}", "-backend=memory", *clients]

    def _make(self) -> None:
        self._ask("POST", "/storage/v1/b?project=benchmarks", json.dumps({"name": NAME}).encode())

    def _listing(self, following: str) -> str:
        return f"/storage/v1/b/{NAME}/o?fields=items(name,size),nextPageToken&pageToken={quote(following, safe='')}"

    def _page(self, body: bytes) -> Page:
        listed = json.loads(body)
        return Page({one["name"]: int(one["size"]) for one in listed.get("items", ())}, listed.get("nextPageToken") or None)
