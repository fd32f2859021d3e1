"""The buckets of a measurement, all of one kind."""

from pathlib import Path

from bench.network import Network
from bench.stores.azblob import AzureBlobs
from bench.stores.bucket import Bucket
from bench.stores.gs import GoogleStorage
from bench.stores.s3 import S3

KINDS: dict[str, type[Bucket]] = {kind.scheme: kind for kind in (S3, GoogleStorage, AzureBlobs)}


class Buckets:
    """Each is begun when it is first asked for, or when its storage was removed."""

    def __init__(self, kind: type[Bucket]) -> None:
        self.kind = kind
        self.open: dict[Path, Bucket] = {}

    def __enter__(self) -> "Buckets":
        return self

    def __exit__(self, *_: object) -> None:
        for bucket in self.open.values():
            bucket.stop()

    def serve(self, storage: Path, log: Path, network: Network) -> Bucket:
        """The bucket of a storage; a folder stands for it, and with that it goes."""
        if not storage.exists() and storage in self.open:
            self.open.pop(storage).stop()
        if storage not in self.open:
            storage.mkdir(parents=True, exist_ok=True)
            self.open[storage] = self.kind(log.with_name(f"{storage.name}.log"), network)
        return self.open[storage]
