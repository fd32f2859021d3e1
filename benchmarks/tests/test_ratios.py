from unittest import TestCase

from bench.ratios import Spread, Verdict, ratios, spread, verdict


class RatiosTest(TestCase):
    def test_divides_runs_that_stood_side_by_side(self) -> None:
        self.assertEqual([0.5, 0.25], ratios({0: 1.0, 1: 1.0, 2: 9.0}, {0: 2.0, 1: 4.0, 3: 9.0}))

    def test_interpolates_quartiles(self) -> None:
        self.assertEqual(Spread(1.75, 2.5, 3.25), spread([4.0, 1.0, 3.0, 2.0]))

    def test_one_value_is_its_own_spread(self) -> None:
        self.assertEqual(Spread(7.0, 7.0, 7.0), spread([7.0]))

    def test_a_goal_is_reached_by_the_lower_quartile(self) -> None:
        self.assertEqual(Verdict.REACHED, verdict(Spread(0.22, 0.4, 0.5), 0.22))

    def test_a_goal_is_missed_by_a_median_beyond_its_margin(self) -> None:
        self.assertEqual(Verdict.MISSED, verdict(Spread(0.9, 1.16, 1.2), 0.8))
        self.assertEqual(Verdict.NEAR, verdict(Spread(0.9, 0.915, 1.2), 0.8))
