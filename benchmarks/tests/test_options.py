from unittest import TestCase

from bench.options import Wanted, parse, wanted
from bench.runs import ROWS


class OptionsTest(TestCase):
    def test_without_only_everything_is_measured_but_the_long_rows(self) -> None:
        self.assertEqual(Wanted(dict.fromkeys(("nm", "m2", "gc"), list(ROWS)), True, [], []), wanted(None))

    def test_rows_of_one_input_come_together_in_their_order(self) -> None:
        self.assertEqual({"nm": ["cold", "miss"], "gc": list(ROWS)}, wanted(["nm:miss", "gc", "nm:cold"]).rows)

    def test_long_rows_come_by_name(self) -> None:
        self.assertEqual(Wanted({}, True, ["m2"], ["files", "tags"]), wanted(["tags", "m2:generations", "container", "files"]))

    def test_inputs_are_those_of_rows_and_of_generations(self) -> None:
        self.assertEqual(["nm", "m2"], wanted(["m2:generations", "nm:fetch", "files"]).inputs)

    def test_an_unknown_row_is_refused(self) -> None:
        for word in ("nm:fetsch", "files:cold", "generations"):
            with self.assertRaisesRegex(ValueError, word):
                wanted([word])

    def test_all_means_nine_runs_every_network_the_long_rows_and_no_end(self) -> None:
        options = parse(["--all"])
        self.assertEqual((9, ["loopback", "near", "far"], None), (options.runs, options.networks, options.minutes))
        self.assertEqual((["nm", "m2", "gc"], ["files", "sparse", "tags", "distance"]), (options.wanted.generations, options.wanted.scale))

    def test_the_older_name_of_runs_is_accepted(self) -> None:
        self.assertEqual((3, 4), (parse(["--runs", "3"]).runs, parse(["--pairs", "4"]).runs))

    def test_half_an_hour_is_the_default(self) -> None:
        self.assertEqual((5, 30), (parse([]).runs, parse([]).minutes))
