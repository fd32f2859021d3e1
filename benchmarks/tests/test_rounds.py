from unittest import TestCase

from bench.rounds import ROWS, together


class RoundsTest(TestCase):
    def test_uploads_of_what_was_fetched_share_a_fetch_and_the_unchanged_one_comes_first(self) -> None:
        self.assertEqual([["cold"], ["fetch"], ["same", "change"], ["miss"]], together(ROWS))

    def test_one_of_them_stands_alone(self) -> None:
        self.assertEqual([["change"], ["miss"]], together(["change", "miss"]))
