"""What a person reads."""

from bench.figures import FIGURES
from bench.pairs import spread, verdict
from bench.results import Results

TITLES = {
    "cold": "cold upload",
    "fetch": "fetch",
    "change": "upload after a change",
    "same": "upload of the same",
    "miss": "miss",
}

MEASURES = (("wall", "wall s", 1.0), ("cpu", "CPU s", 1.0), ("peak", "peak MB", 1e6), ("carried", "wire MB", 1e6), ("stored", "stored MB", 1e6))


def table(results: Results) -> str:
    """Of each network: the medians of each row and contender, then the goals' ratios."""
    lines = [results.machine]
    lines += [f"{tree.name}: {tree.title}, {tree.files} files, {tree.bytes / 1e6:.0f} MB, {tree.digest[:16]}" for tree in results.trees]
    lines += results.notes
    for network in dict.fromkeys(sample.network for sample in results.samples):
        lines += ["", f"network: {network}", *_medians(results, network), "", *_ratios(results, network)]
    return "\n".join(lines)


def _medians(results: Results, network: str) -> list[str]:
    lines = [f"{'input':6}{'row':23}{'who':20}" + "".join(f"{title:>10}" for _, title, _ in MEASURES) + f"{'requests':>10}{'runs':>6}"]
    runs = dict.fromkeys((sample.input, sample.row, sample.contender) for sample in results.samples if sample.network == network)
    order = list(TITLES)
    for tree, row, contender in sorted(runs, key=lambda run: (run[0], order.index(run[1]))):

        def median(measure: str) -> float | None:
            found = list(results.values(measure, network, tree, row, contender).values())
            return spread(found).median if found else None

        cells = [f"{value / unit:10.2f}" if (value := median(measure)) is not None else f"{'-':>10}" for measure, _, unit in MEASURES]
        rounds = len(results.values("wall", network, tree, row, contender))
        lines.append(f"{tree:6}{TITLES[row]:23}{contender:20}{''.join(cells)}{median('requests'):10.0f}{rounds:6}")
    return lines


def _ratios(results: Results, network: str) -> list[str]:
    lines = [f"{'median of the ratios':41}{'input':6}{'median':>8}{'quartiles':>18}{'goal':>7}"]
    for figure in FIGURES:
        for tree in results.trees:
            found = figure.found(results, network, tree)
            if found is None:
                continue
            goal = figure.goals[tree.name]
            quartiles = f"{found.lower:.3f} to {found.upper:.3f}"
            lines.append(f"{figure.title:41}{tree.name:6}{found.median:8.3f}{quartiles:>18}{goal:7.2f}  {verdict(found, goal).value}")
    return lines
