from unittest import TestCase

from bench.options import parse, wanted
from bench.rounds import ROWS


class OptionsTest(TestCase):
    def test_without_only_everything_is_measured(self) -> None:
        self.assertEqual(dict.fromkeys(("nm", "m2", "gc"), list(ROWS)), wanted(None))

    def test_rows_of_one_input_come_together_in_their_order(self) -> None:
        self.assertEqual({"nm": ["cold", "miss"], "gc": list(ROWS)}, wanted(["nm:miss", "gc", "nm:cold"]))

    def test_an_unknown_row_is_refused(self) -> None:
        with self.assertRaisesRegex(ValueError, "nm:fetsch"):
            wanted(["nm:fetsch"])

    def test_all_means_nine_pairs_and_every_network(self) -> None:
        options = parse(["--all"])
        self.assertEqual((9, ["loopback", "near", "far"]), (options.pairs, options.networks))
