import tempfile
from pathlib import Path
from unittest import TestCase
from xml.etree import ElementTree

from bench.chart import chart
from bench.results import Results, Sample, Tree
from bench.table import table


def sample(row: str, contender: str, number: int, wall: float, stored: int = 0) -> Sample:
    return Sample("loopback", "nm", row, contender, number, wall, wall, 100_000_000, 7, None, stored)


RESULTS = Results(
    machine="2 cores",
    trees=(Tree("nm", "node_modules", 117_000, 985_000_000, "ab" * 32, 1_000),),
    notes=("a note",),
    samples=(
        sample("fetch", "stepcache", 0, 1.0),
        sample("fetch", "peer", 0, 10.0),
        sample("fetch", "stepcache", 1, 3.0),
        sample("fetch", "peer", 1, 10.0),
        sample("cold", "peer", 0, 40.0),
        sample("change", "stepcache", 0, 1.0, stored=1_100),
    ),
)


class ResultsTest(TestCase):
    def test_reads_what_it_wrote(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "deep/results.json"
            RESULTS.write(file)
            self.assertEqual(RESULTS, Results.read(file))

    def test_what_was_not_counted_has_no_values(self) -> None:
        self.assertEqual({}, RESULTS.values("carried", "loopback", "nm", "fetch", "peer"))


class TableTest(TestCase):
    def test_shows_the_ratios_of_rounds_with_their_quartiles_and_the_goal(self) -> None:
        line = self.line("fetch / the peer's")
        self.assertEqual(["nm", "0.200", "0.150", "to", "0.250", "0.22", "reached"], line.split()[-7:])

    def test_compares_a_change_with_what_the_peer_does_then_a_cold_upload(self) -> None:
        self.assertIn("0.025", self.line("upload after a change / the peer's"))

    def test_compares_what_a_change_stored_with_the_new_content(self) -> None:
        self.assertIn("1.100", self.line("bytes after a change"))

    def test_leaves_out_what_was_not_measured(self) -> None:
        self.assertNotIn("cp -a", table(RESULTS))

    def line(self, title: str) -> str:
        return next(line for line in table(RESULTS).splitlines() if line.startswith(title))


class ChartTest(TestCase):
    def test_draws_bars_as_long_as_the_seconds(self) -> None:
        svg = ElementTree.fromstring(chart(RESULTS))
        bars = [float(bar.get("width", 0)) for bar in svg.iter("{http://www.w3.org/2000/svg}rect")][1:]
        # fetch: ours and the peer's; the peer's cold upload; after a change: ours, and the peer's cold upload.
        self.assertEqual([27.0, 135.0, 540.0, 13.5, 540.0], bars)
