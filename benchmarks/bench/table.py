"""What a person reads."""

from collections.abc import Iterable

from bench import curves
from bench.figures import FIGURES
from bench.ratios import Spread, spread, verdict
from bench.results import Results, Step

TITLES = {
    "cold": "cold upload",
    "fetch": "fetch",
    "same": "upload of the same",
    "change": "upload after a change",
    "miss": "miss",
    "container": "miss in a container",
}

MEASURES = (
    ("wall", "wall s", 1.0),
    ("cpu", "CPU s", 1.0),
    ("peak", "peak MB", 1e6),
    ("carried", "wire MB", 1e6),
    ("stored", "stored MB", 1e6),
    ("requests", "requests", 1.0),
)

RATIOS = f"{'':41}{'input':6}{'median':>8}{'quartiles':>18}{'goal':>7}"


def table(results: Results) -> str:
    """Of each network: the medians of each row and contender, then the goals' ratios; then the long rows."""
    lines = [results.machine]
    lines += [f"{tree.name}: {tree.title}, {tree.files} files, {tree.bytes / 1e6:.0f} MB, {tree.digest[:16]}" for tree in results.trees]
    lines += results.notes
    for network in dict.fromkeys(sample.network for sample in results.samples):
        lines += ["", f"network: {network}", *_medians(results, network), "", RATIOS, *_ratios(results, network)]
    if results.generations:
        lines += ["", "generations", *_generations(results), "", RATIOS, *_bounds(results)]
    if results.steps:
        lines += ["", "scale", *_steps(results)]
    return "\n".join(lines)


def _medians(results: Results, network: str) -> Iterable[str]:
    yield f"{'input':6}{'row':23}{'who':20}" + "".join(f"{title:>10}" for _, title, _ in MEASURES) + f"{'runs':>6}"
    runs = dict.fromkeys((sample.input, sample.row, sample.contender) for sample in results.samples if sample.network == network)
    order = list(TITLES)
    inputs = [tree.name for tree in results.trees]
    for tree, row, contender in sorted(runs, key=lambda run: (inputs.index(run[0]) if run[0] in inputs else len(inputs), order.index(run[1]))):
        cells = []
        for measure, _, unit in MEASURES:
            found = list(results.values(measure, network, tree, row, contender).values())
            digits = 0 if measure == "requests" else 2
            cells.append(f"{spread(found).median / unit:10.{digits}f}" if found else f"{'-':>10}")
        runs = len(results.values("wall", network, tree, row, contender))
        killed = results.killed(network, tree, row, contender)
        if killed and not runs:
            cells[0] = f"{'killed':>10}"
        also = f", and {killed} killed" if killed and runs else ""
        yield f"{tree:6}{TITLES[row]:23}{contender:20}{''.join(cells)}{runs or killed:6}{also}"


def _ratios(results: Results, network: str) -> Iterable[str]:
    for figure in FIGURES:
        for name, goal in figure.goals.items():
            found = figure.found(results, network, name)
            if found is not None:
                yield _ratio(figure.title, name, found, goal)


def _ratio(title: str, name: str, found: Spread, goal: float) -> str:
    quartiles = f"{found.lower:.3f} to {found.upper:.3f}"
    return f"{title:41}{name:6}{found.median:8.3f}{quartiles:>18}{goal:7.2f}  {verdict(found, goal).value}"


def _generations(results: Results) -> Iterable[str]:
    yield f"{'input':6}{'generation':>11}{'layers':>8}{'MB':>9}{'dead':>7}{'sent MB':>9}{'new MB':>8}{'upload s':>10}{'fetch s':>9}{'fresh s':>9}"
    for made in results.generations:
        if made.fetches:
            ours, fresh = (spread(list(walls)).median for walls in zip(*made.fetches, strict=True))
            yield (
                f"{made.input:6}{made.number:11}{made.layers:8}{made.bytes / 1e6:9.1f}{made.dead / made.bytes:7.1%}"
                f"{made.sent / 1e6:9.1f}{made.content / 1e6:8.1f}{made.wall:10.2f}{ours:9.2f}{fresh:9.2f}"
            )


def _bounds(results: Results) -> Iterable[str]:
    """Of each curve its highest point; of the sums the last, and of the fetches that with its quartiles."""
    for title, bound, points in curves.CURVES:
        for name in curves.names(results):
            made = curves.of(results, name)
            if points is curves.fetches:
                ratios = [spread([ours / fresh for ours, fresh in one.fetches]) for one in made if one.fetches]
                found = max(ratios, key=lambda ratio: ratio.median)
            else:
                values = [value for _, value in points(made)]
                worst = values[-1] if points is curves.sent else max(values)
                found = Spread(worst, worst, worst)
            yield _ratio(title, name, found, bound)


def _steps(results: Results) -> Iterable[str]:
    yield f"{'row':10}{'work':>15}  {'verb':7}{'who':16}{'wall s':>9}{'CPU s':>8}{'peak MB':>9}{'requests':>9}{'wire MB':>9}{'work':>7}{'cost':>7}"
    first: dict[tuple[str, str, str], Step] = {}
    for step in results.steps:
        begin = f"{step.row:10}{step.work:10,} {step.unit:5} {step.verb:7}{step.contender:16}"
        if step.wall is None or step.cpu is None or step.peak is None:
            yield f"{begin}{'killed':>9}"
            continue
        base = first.setdefault((step.row, step.verb, step.contender), step)
        wire = "-" if step.carried is None else f"{step.carried / 1e6:.1f}"
        yield (
            f"{begin}{step.wall:9.2f}{step.cpu:8.2f}{step.peak / 1e6:9.0f}{step.requests:9}{wire:>9}"
            f"{step.work / base.work:6.1f}x{step.wall / (base.wall or step.wall):6.1f}x"
        )
