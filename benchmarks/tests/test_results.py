import tempfile
from pathlib import Path
from unittest import TestCase
from xml.etree import ElementTree

from bench import curves
from bench.chart import chart
from bench.results import Generation, Results, Sample, Step, Tree
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
        sample("cold", "peer", 0, 40.0, stored=1_000),
        sample("change", "stepcache", 0, 1.0, stored=1_100),
        sample("cold", "stepcache-long", 0, 5.0, stored=700),
        sample("fetch", "stepcache-128m", 1, 6.0),
        Sample("loopback", "nm", "fetch", "stepcache-128m", 2, None, None, None, None, None, None, killed=True),
        Sample("loopback", "nm", "cold", "stepcache-128m", 0, None, None, None, None, None, None, killed=True),
        Sample("loopback", "-", "container", "stepcache", 0, 0.9, None, None, 3, None, 0),
        Sample("loopback", "-", "container", "static", 0, 0.5, None, None, 0, None, 0),
    ),
    generations=(
        Generation("nm", 1, 30, 1_000, 100, 50, 40, 2.0, ()),
        Generation("nm", 2, 66, 1_000, 250, 70, 40, 2.0, ((1.0, 1.0), (2.4, 2.0), (1.3, 1.0))),
    ),
    steps=(
        Step("tags", 100, "tags", "fetch", "stepcache", 0.5, 0.4, 90_000_000, 8, None, 0),
        Step("tags", 1_000, "tags", "same", "stepcache", None, None, None, None, None, None, killed=True),
        Step("tags", 1_000, "tags", "fetch", "stepcache", 0.75, 0.4, 90_000_000, 8, 2_000_000, 0),
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
    def test_shows_the_ratios_of_runs_with_their_quartiles_and_the_goal(self) -> None:
        line = self.line("fetch / the peer's")
        self.assertEqual(["nm", "0.200", "0.150", "to", "0.250", "0.22", "reached"], line.split()[-7:])

    def test_compares_a_change_with_what_the_peer_does_then_a_cold_upload(self) -> None:
        self.assertIn("0.025", self.line("upload after a change / the peer's"))

    def test_compares_what_a_change_stored_with_the_new_content(self) -> None:
        self.assertIn("1.100", self.line("bytes after a change"))

    def test_shows_what_long_compression_and_a_small_memory_make_of_it(self) -> None:
        self.assertEqual(["0.700", "0.70", "reached"], [self.line("the same with COMPRESSION=long").split()[at] for at in (-5, -2, -1)])
        self.assertIn(" 2.000 ", self.line("fetch with 128 MiB"))

    def test_says_who_was_killed_for_its_memory(self) -> None:
        rows = [line.split() for line in table(RESULTS).splitlines() if "stepcache-128m" in line]
        self.assertEqual(["killed", "-", "-", "-", "-", "-", "1"], rows[0][4:])
        self.assertEqual(["6.00", "1,", "and", "1", "killed"], [rows[1][3], *rows[1][-4:]])

    def test_compares_containers_that_no_tree_belongs_to(self) -> None:
        self.assertEqual(["-", "1.800"], self.line("miss, a container").split()[-7:-5])

    def test_shows_the_worst_of_the_generations_and_the_sum_of_their_uploads(self) -> None:
        self.assertEqual(["66.000", "64.00", "near"], [self.line("content layers").split()[at] for at in (-5, -2, -1)])
        self.assertIn(" 0.250 ", self.line("dead share"))
        self.assertIn(" 1.500 ", self.line("all uploads"))
        self.assertEqual(["1.200", "1.100", "to", "1.250", "1.15", "reached"], self.line("fetch / fetch of the same").split()[-6:])

    def test_shows_how_cost_grows_with_work(self) -> None:
        self.assertEqual(["10.0x", "1.5x"], table(RESULTS).splitlines()[-1].split()[-2:])
        self.assertEqual(["same", "stepcache", "killed"], table(RESULTS).splitlines()[-2].split()[-3:])

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


class CurvesTest(TestCase):
    def test_adds_up_all_uploads(self) -> None:
        self.assertEqual([(1, 1.25), (2, 1.5)], curves.sent(RESULTS.generations))

    def test_writes_what_was_not_measured_as_nothing(self) -> None:
        lines = curves.csv(RESULTS.generations).splitlines()
        self.assertEqual("nm,1,30,1000,100,50,40,2.000,,", lines[1])
        self.assertEqual("nm,2,66,1000,250,70,40,2.000,1.300,1.000", lines[2])

    def test_draws_a_line_for_each_input_and_bound(self) -> None:
        svg = ElementTree.fromstring(curves.chart(RESULTS))
        lines = [line for line in svg.iter("{http://www.w3.org/2000/svg}polyline")]
        # Axes, bound and input in each of four panels.
        self.assertEqual(12, len(lines))
