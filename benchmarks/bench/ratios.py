"""Figures of runs that alternated: medians, and ratios of runs that stood side by side."""

import statistics
from dataclasses import dataclass
from enum import Enum


@dataclass(frozen=True)
class Spread:
    lower: float
    median: float
    upper: float


class Verdict(Enum):
    """A goal is reached if the lower quartile is at or below it, missed if the median is over 1.15 times it."""

    REACHED = "reached"
    NEAR = "near"
    MISSED = "missed"


def spread(values: list[float]) -> Spread:
    """Median and quartiles, the quartiles interpolated between the values."""
    if len(values) == 1:
        return Spread(values[0], values[0], values[0])
    lower, median, upper = statistics.quantiles(values, n=4, method="inclusive")
    return Spread(lower, median, upper)


def ratios(ours: dict[int, float], theirs: dict[int, float]) -> list[float]:
    """One ratio for each number that a run of both has."""
    return [ours[number] / theirs[number] for number in sorted(ours.keys() & theirs.keys())]


def verdict(found: Spread, goal: float) -> Verdict:
    if found.lower <= goal:
        return Verdict.REACHED
    if found.median > 1.15 * goal:
        return Verdict.MISSED
    return Verdict.NEAR
