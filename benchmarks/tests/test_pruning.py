from unittest import TestCase

from bench.pruning import chart, ratios


def row(generation: int, size: int, cold: str = "") -> dict[str, str]:
    return {"generation": str(generation), "bytes": str(size), "cold_bytes": cold}


class PruningTest(TestCase):
    def test_a_save_is_held_to_the_cold_cache_of_its_time(self) -> None:
        rows = [row(0, 100), row(1, 165), row(2, 240, "120"), row(3, 180)]
        self.assertEqual([(0, 1.0), (1, 1.5), (2, 2.0), (3, 1.5)], ratios(rows))

    def test_each_tool_has_a_curve(self) -> None:
        self.assertEqual(2 + 2, chart({"go": [(0, 1.0)], "mvn": [(0, 1.0)]}).count("<polyline"))
