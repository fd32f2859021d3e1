"""Buckets of S3, served by moto."""

from collections.abc import Mapping, Sequence
from urllib.parse import quote, unquote
from xml.etree import ElementTree

from bench.stores.bucket import NAME, Bucket, Installed, Page

ACCOUNT = {"AWS_ACCESS_KEY_ID": "benchmarks", "AWS_SECRET_ACCESS_KEY": "not-secret", "AWS_EC2_METADATA_DISABLED": "true"}


class S3(Bucket):
    scheme = "s3"
    installed = Installed("moto_server", "MOTO", "stepcache-moto/bin", "./verify")

    @property
    def environment(self) -> Mapping[str, str]:
        return ACCOUNT

    @property
    def query(self) -> str:
        return f"?endpoint=http://{self.address}&region=us-east-1&use_path_style=true&disable_https=true"

    def _command(self, program: str, port: str) -> Sequence[str]:
        return [program, "-H", "127.0.0.1", "-p", port]

    def _make(self) -> None:
        self._ask("PUT", f"/{NAME}")

    def _listing(self, following: str) -> str:
        return f"/{NAME}?list-type=2" + (f"&continuation-token={quote(following, safe='')}" if following else "")

    def _page(self, body: bytes) -> Page:
        listed = ElementTree.fromstring(body)
        space = listed.tag.partition("}")[0] + "}" if listed.tag.startswith("{") else ""
        objects = {
            unquote(one.findtext(f"{space}Key", "")): int(one.findtext(f"{space}Size", "0"))
            for one in listed.iter(f"{space}Contents")
        }  # fmt: skip
        return Page(objects, listed.findtext(f"{space}NextContinuationToken"))
