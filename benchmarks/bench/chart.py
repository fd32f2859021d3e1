"""The chart for the README: a panel for each input, a bar for each contender."""

from xml.sax.saxutils import escape

from bench.ratios import spread
from bench.results import Results
from bench.table import TITLES

ROWS = ("fetch", "cold", "change", "same")
COLOURS = {"stepcache": "#1a7f37", "peer": "#cf222e", "pipes": "#57606a", "cp": "#9a9fa5"}
NAMES = {"stepcache": "stepcache", "peer": "tekton-caches", "pipes": "curl, zstd, tar", "cp": "cp -a"}
WIDTH, LABEL, BAR, GAP = 860, 250, 14, 10


def chart(results: Results, network: str = "loopback") -> str:
    """Seconds by the clock, medians. Where one has no way to upload less, its cold upload stands for it."""
    parts: list[str] = []
    y = 30
    for tree in results.trees:
        bars = [
            (row, contender, seconds)
            for row in ROWS
            for contender in COLOURS
            if (seconds := _median(results, network, tree.name, row, contender)) is not None
        ]
        if not bars:
            continue
        longest = max(seconds for _, _, seconds in bars)
        title = f"{tree.title}: {tree.files:,} files, {tree.bytes / 1e6:,.0f} MB"
        parts.append(f'<text x="10" y="{y}" font-weight="bold">{escape(title)}</text>')
        y += 12
        last = ""
        for row, contender, seconds in bars:
            if row != last:
                y += GAP
                parts.append(f'<text x="10" y="{y + 11}">{TITLES[row]}</text>')
                last = row
            length = max(1.0, seconds / longest * (WIDTH - LABEL - 70))
            parts.append(f'<text x="{LABEL - 8}" y="{y + 11}" text-anchor="end" fill="#57606a">{NAMES[contender]}</text>')
            parts.append(f'<rect x="{LABEL}" y="{y + 1}" width="{length:.1f}" height="{BAR - 3}" fill="{COLOURS[contender]}"/>')
            parts.append(f'<text x="{LABEL + length + 6:.1f}" y="{y + 11}">{seconds:.1f} s</text>')
            y += BAR
        y += 40
    note = "Medians. tekton-caches has no way to upload less than all: its cold upload is shown for each."
    parts.append(f'<text x="10" y="{y - 10}" fill="#57606a">{escape(note)}</text>')
    y += 16
    parts.append(f'<text x="10" y="{y - 10}" fill="#57606a">{escape(results.machine)}</text>')
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {y + 5}" font-family="sans-serif" font-size="12">\n'
        f'<rect width="{WIDTH}" height="{y + 5}" fill="#ffffff"/>\n' + "\n".join(parts) + "\n</svg>\n"
    )


def _median(results: Results, network: str, tree: str, row: str, contender: str) -> float | None:
    found = results.values("wall", network, tree, row, contender)
    if not found and contender == "peer" and results.values("wall", network, tree, row, "stepcache"):
        found = results.values("wall", network, tree, "cold", contender)
    return spread(list(found.values())).median if found else None
