"""The generations as curves: what has to stay bounded, with its bound."""

from collections.abc import Callable, Sequence
from xml.sax.saxutils import escape

from bench.ratios import spread
from bench.results import Generation, Results

COLOURS = {"nm": "#1a7f37", "m2": "#0969da", "gc": "#bf8700", "go": "#1a7f37", "mvn": "#0969da"}

WIDTH, HEIGHT, MARGIN, TOP = 420, 190, 46, 34


def layers(made: Sequence[Generation]) -> list[tuple[int, float]]:
    return [(one.number, float(one.layers)) for one in made]


def dead(made: Sequence[Generation]) -> list[tuple[int, float]]:
    """The share of all compressed bytes."""
    return [(one.number, one.dead / one.bytes) for one in made]


def sent(made: Sequence[Generation]) -> list[tuple[int, float]]:
    """All uploads so far for all new content so far."""
    points = []
    bytes_sent = content = 0
    for one in made:
        bytes_sent += one.sent
        content += one.content
        points.append((one.number, bytes_sent / content))
    return points


def fetches(made: Sequence[Generation]) -> list[tuple[int, float]]:
    """The median ratio to the same tree, packed anew, where that was measured."""
    return [(one.number, spread([ours / fresh for ours, fresh in one.fetches]).median) for one in made if one.fetches]


CURVES: tuple[tuple[str, float, Callable[[Sequence[Generation]], list[tuple[int, float]]]], ...] = (
    ("content layers", 64, layers),
    ("dead share of the bytes", 0.30, dead),
    ("all uploads / new content, compressed", 2.0, sent),
    ("fetch / fetch of the same, packed anew", 1.15, fetches),
)
"""A title, the bound, and the points of one input's generations."""


def of(results: Results, name: str) -> list[Generation]:
    return [made for made in results.generations if made.input == name]


def names(results: Results) -> list[str]:
    return list(dict.fromkeys(made.input for made in results.generations))


def csv(generations: Sequence[Generation]) -> str:
    lines = ["input,generation,layers,bytes,dead bytes,sent bytes,new content bytes,upload s,fetch s,fetch of a fresh image s"]
    for made in generations:
        ours, fresh = (f"{spread(list(walls)).median:.3f}" for walls in zip(*made.fetches, strict=True)) if made.fetches else ("", "")
        lines.append(f"{made.input},{made.number},{made.layers},{made.bytes},{made.dead},{made.sent},{made.content},{made.wall:.3f},{ours},{fresh}")
    return "\n".join(lines) + "\n"


def chart(results: Results) -> str:
    """A panel for each curve, a line for each input, the bound dashed."""
    parts: list[str] = []
    for number, (title, bound, points) in enumerate(CURVES):
        x, y = number % 2 * WIDTH, number // 2 * (HEIGHT + TOP) + TOP
        parts += panel(title, bound, {name: points(of(results, name)) for name in names(results)}, x, y)
    height = 2 * (HEIGHT + TOP) + 50
    legend = "".join(
        f'<tspan fill="{COLOURS[name]}" dx="14">{escape(next((tree.title for tree in results.trees if tree.name == name), name))}</tspan>'
        for name in names(results)
    )
    parts.append(f'<text x="10" y="{height - 24}">Generations in a row, each on top of the last:{legend}</text>')
    parts.append(f'<text x="10" y="{height - 7}" fill="#57606a">{escape(results.machine)}</text>')
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {2 * WIDTH} {height}" font-family="sans-serif" font-size="12">\n'
        f'<rect width="{2 * WIDTH}" height="{height}" fill="#ffffff"/>\n' + "\n".join(parts) + "\n</svg>\n"
    )


def panel(title: str, bound: float, lines: dict[str, list[tuple[int, float]]], x: int, y: int) -> list[str]:
    every = [point for points in lines.values() for point in points]
    highest = 1.1 * max([bound, *(value for _, value in every)])
    last = max([1, *(number for number, _ in every)])

    def place(number: float, value: float) -> str:
        across = x + MARGIN + number / last * (WIDTH - MARGIN - 20)
        return f"{across:.1f},{y + HEIGHT - 30 - value / highest * (HEIGHT - 50):.1f}"

    def line(points: list[tuple[float, float]], style: str) -> str:
        return f'<polyline points="{" ".join(place(*point) for point in points)}" fill="none" {style}/>'

    def label(number: float, value: float, text: str, anchor: str, down: int) -> str:
        across, height = place(number, value).split(",")
        return f'<text x="{across}" y="{float(height) + down:.1f}" text-anchor="{anchor}" fill="#57606a">{text}</text>'

    parts = [f'<text x="{x + 10}" y="{y + 4}" font-weight="bold">{escape(title)}</text>']
    parts.append(line([(0, highest), (0, 0), (last, 0)], 'stroke="#9a9fa5"'))
    parts.append(line([(0, bound), (last, bound)], 'stroke="#cf222e" stroke-dasharray="4 3"'))
    parts.append(label(0, bound, f"{bound:g} ", "end", 4))
    parts.append(label(last, 0, str(last), "end", 16))
    for name, points in lines.items():
        parts.append(line([(float(number), value) for number, value in points], f'stroke="{COLOURS[name]}" stroke-width="1.5"'))
    return parts
