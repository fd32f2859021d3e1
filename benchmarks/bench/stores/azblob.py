"""Containers of Azure Blob Storage, served by Azurite."""

import hashlib
import hmac
from base64 import b64decode, b64encode
from collections.abc import Mapping, Sequence
from urllib.parse import quote, urlencode
from xml.etree import ElementTree

from bench.stores.bucket import NAME, Bucket, Installed, Page

ACCOUNT = "devstoreaccount1"
KEY = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=="
"""Each Azurite has this account, and its key is public."""


class AzureBlobs(Bucket):
    scheme = "azblob"
    installed = Installed("azurite-blob", "AZURITE", "stepcache-azurite/node_modules/.bin", "./verify --long")

    @property
    def environment(self) -> Mapping[str, str]:
        return {
            "AZURE_STORAGE_ACCOUNT": ACCOUNT,
            "AZURE_STORAGE_KEY": KEY,
            "AZURE_STORAGE_DOMAIN": self.address,
            "AZURE_STORAGE_PROTOCOL": "http",
        }

    def _command(self, program: str, port: str) -> Sequence[str]:
        return [program, "--inMemoryPersistence", "--disableTelemetry", "--blobHost", "127.0.0.1", "--blobPort", port]

    def _make(self) -> None:
        self._ask("PUT", f"/{ACCOUNT}/{NAME}?restype=container&{sas()}")

    def _listing(self, following: str) -> str:
        return f"/{ACCOUNT}/{NAME}?restype=container&comp=list&marker={quote(following, safe='')}&{sas()}"

    def _page(self, body: bytes) -> Page:
        listed = ElementTree.fromstring(body)
        objects = {one.findtext("Name", ""): int(one.findtext("Properties/Content-Length", "0")) for one in listed.iter("Blob")}
        return Page(objects, listed.findtext("NextMarker") or None)


def sas() -> str:
    """A signature that allows everything, as the part of a query."""
    allowed = {"sp": "rwdlac", "ss": "b", "srt": "sco", "se": "2099-01-01T00:00:00Z", "spr": "https,http", "sv": "2019-12-12"}
    # An account's signature has empty lines for the start and for the addresses.
    signed = (ACCOUNT, allowed["sp"], allowed["ss"], allowed["srt"], "", allowed["se"], "", allowed["spr"], allowed["sv"], "")
    digest = hmac.new(b64decode(KEY), "\n".join(signed).encode(), hashlib.sha256).digest()
    return urlencode({**allowed, "sig": b64encode(digest).decode()})
