"""What a person reads."""

from bench.figures import FIGURES, values
from bench.inputs import Input
from bench.pairs import spread, verdict
from bench.rounds import ROWS, Sample

TITLES = {
    "cold": "cold upload",
    "fetch": "fetch",
    "change": "upload after a change",
    "same": "upload of the same",
    "miss": "miss",
}


def measured(inputs: list[Input], samples: list[Sample]) -> list[str]:
    """Medians of each row and contender."""
    lines = [f"{'input':6}{'row':24}{'who':16}{'wall s':>9}{'CPU s':>9}{'peak MB':>9}{'stored MB':>11}{'requests':>10}{'runs':>6}"]
    for source in inputs:
        for row in ROWS:
            for contender in dict.fromkeys(sample.contender for sample in samples):
                walls = values(samples, source.name, row, contender, "wall")
                if not walls:
                    continue

                def median(measure: str) -> float:
                    return spread(list(values(samples, source.name, row, contender, measure).values())).median

                lines.append(
                    f"{source.name:6}{TITLES[row]:24}{contender:16}{median('wall'):9.2f}{median('cpu'):9.2f}"
                    f"{median('peak') / 1e6:9.0f}{median('stored') / 1e6:11.1f}{median('requests'):10.0f}{len(walls):6}"
                )
    return lines


def compared(inputs: list[Input], samples: list[Sample]) -> list[str]:
    """The goals' ratios: the median of the rounds' ratios, and their quartiles."""
    lines = [f"{'ratio':40}{'input':6}{'median':>8}{'quartiles':>16}{'goal':>7}  "]
    for figure in FIGURES:
        for source in inputs:
            found = figure.found(source.name, samples)
            if found is None:
                continue
            goal = figure.goals[source.name]
            quartiles = f"{found.lower:.3f} - {found.upper:.3f}"
            word = verdict(found, goal).value
            lines.append(f"{figure.title:40}{source.name:6}{found.median:8.3f}{quartiles:>16}{goal:7.2f}  {word}")
    for source in inputs:
        sent = values(samples, source.name, "change", "stepcache", "stored")
        if sent:
            found = spread([value / source.change_compressed for value in sent.values()])
            word = verdict(found, 1.2).value
            lines.append(f"{'bytes after a change / the new content':40}{source.name:6}{found.median:8.3f}{'':16}{1.2:7.2f}  {word}")
    return lines
