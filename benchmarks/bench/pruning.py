"""Draws what `PrunedGenerationsTest` wrote down: `python3 -m bench.pruning OUT.svg pruning-go.csv ...`."""

import csv
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from bench.curves import COLOURS, HEIGHT, TOP, WIDTH, panel

BOUND = 1.3
"""Of a cold cache's bytes."""

Points = list[tuple[int, float]]


def ratios(rows: Sequence[Mapping[str, str]]) -> Points:
    """Bytes by those of a cold cache: of one that was made then, or between two that were. The first save is one."""
    cold = [(int(row["generation"]), int(row["cold_bytes"] or (row["bytes"] if row["generation"] == "0" else 0))) for row in rows]
    known = [(number, size) for number, size in cold if size > 0]
    return [(int(row["generation"]), int(row["bytes"]) / _between(known, int(row["generation"]))) for row in rows]


def _between(known: Points, number: int) -> float:
    before = [point for point in known if point[0] <= number][-1]
    after = next((point for point in known if point[0] >= number), before)
    if after[0] == before[0]:
        return before[1]
    return before[1] + (after[1] - before[1]) * (number - before[0]) / (after[0] - before[0])


def chart(curves: Mapping[str, Points]) -> str:
    parts = panel("bytes / those of a cold cache, after each upgrade", BOUND, dict(curves), 0, TOP)
    height = HEIGHT + TOP + 30
    legend = "".join(f'<tspan fill="{COLOURS[name]}" dx="14">{name}</tspan>' for name in curves)
    parts.append(f'<text x="10" y="{height - 10}">PRUNE_UNUSED_AFTER 30d, an upgrade each ten days:{legend}</text>')
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" font-family="sans-serif" font-size="12">\n'
        f'<rect width="{WIDTH}" height="{height}" fill="#ffffff"/>\n' + "\n".join(parts) + "\n</svg>\n"
    )


def read(file: Path) -> Points:
    with file.open(encoding="ascii") as lines:
        return ratios(list(csv.DictReader(lines)))


if __name__ == "__main__":
    found = {Path(name).stem.removeprefix("pruning-"): read(Path(name)) for name in sys.argv[2:]}
    Path(sys.argv[1]).write_text(chart(found))
    for tool, points in found.items():
        print(f"{tool}: at most {max(value for _, value in points):.2f}, at the end {points[-1][1]:.2f}")
