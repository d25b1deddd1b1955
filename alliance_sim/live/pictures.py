"""The clinic as pictures: caseloads with this week's ruptures, and how the weeks went. SVG, quick to draw."""

from collections.abc import Sequence
from html import escape

import matplotlib as mpl
import numpy as np
from matplotlib.colors import to_hex

from alliance_sim.agents import AllianceModel, Client
from alliance_sim.law.scales import expit
from alliance_sim.law.state import Left, Rupture

COLOURS = [to_hex(mpl.colormaps["cividis"](k / 20)) for k in range(21)]
"""Felt alliance from 0 (dark blue) to 1 (yellow), in steps of 0.05; also for the colour-blind."""

STYLE = """<style>
.live text { font: 12px system-ui, sans-serif; fill: currentColor; }
.live .flash { animation: flash 0.5s ease-in-out 2; }
@keyframes flash { 50% { stroke-width: 9; } }
@media (prefers-reduced-motion: reduce) { .live .flash { animation: none; } }
</style>"""

SPACING, ROW, LABEL = 24, 30, 96
TOP = 88
MOST_ROWS = 12
"""Therapists below each other before a second column begins."""


def alliance_of(client: Client) -> float:
    """Felt alliance of a client now, 0-1: the mean of goal, task and bond."""
    parts = (client.state.goal, client.state.task, client.state.bond)
    return float(np.mean([expit(part) for part in parts]))


def caseloads(model: AllianceModel) -> str:
    """Therapists with their clients: colour by felt alliance, a ring for a rupture of this week, grey for who left."""
    caseload = model.settings.clinic.caseload
    columns = 1 if model.settings.clinic.therapists <= MOST_ROWS else 2
    therapists = list(model.therapist_set)
    rows = -(-len(therapists) // columns)
    width = max(columns * (LABEL + caseload * SPACING + 12), 400)
    height = rows * ROW + TOP
    parts = [_key()]
    for place, therapist in enumerate(therapists):
        x = (place // rows) * (LABEL + caseload * SPACING + 12)
        y = TOP + (place % rows) * ROW
        strain = therapist.state.strain
        parts.append(f'<text x="{x}" y="{y + 4}">T{therapist.number}, strain {strain:.1f}</text>')
        parts += [_client(client, x + LABEL + k * SPACING + 12, y) for k, client in enumerate(therapist.caseload)]
    words = (
        f"Week {model.week}: {model.in_treatment} of {len(model.client_set)} clients in treatment, "
        f"{model.ruptures} ruptures this week"
    )
    return _svg(width, height, parts, words)


def _key() -> str:
    """What colours and rings mean."""
    swatches = "".join(
        f'<rect x="{120 + 9 * k}" y="6" width="9" height="12" fill="{colour}"/>' for k, colour in enumerate(COLOURS)
    )
    ring = 'fill="none" stroke="#d55e00" stroke-width="4"'
    return (
        f'<text x="0" y="16">felt alliance</text><text x="106" y="16">0</text>{swatches}<text x="314" y="16">1</text>'
        f'<circle cx="8" cy="36" r="6" {ring} stroke-dasharray="4 3"/><text x="20" y="40">rupture this week</text>'
        f'<circle cx="138" cy="36" r="6" {ring}/><text x="150" y="40">rupture, repaired</text>'
        f'<text x="0" y="62">▼ withdrawal  ▲ confrontation  × dropped out  ✓ completed</text>'
    )


def _client(client: Client, x: float, y: float) -> str:
    """One client as a dot."""
    title = f"<title>client {client.number}: felt alliance {alliance_of(client):.2f}</title>"
    if client.left != Left.NO:
        mark = "×" if client.left == Left.DROPOUT else "✓"
        return (
            f'<g>{title}<circle cx="{x}" cy="{y}" r="8" fill="none" stroke="#888888"/>'
            f'<text x="{x}" y="{y + 4}" text-anchor="middle">{mark}</text></g>'
        )
    felt = alliance_of(client)
    dot = f'<circle cx="{x}" cy="{y}" r="8" fill="{COLOURS[round(20 * felt)]}"/>'
    events = client.record.events
    if not events.rupture:
        return f"<g>{title}{dot}</g>"
    dashes = "" if events.repaired else ' stroke-dasharray="5 3"'
    ring = f'<circle class="flash" cx="{x}" cy="{y}" r="10" fill="none" stroke="#d55e00" stroke-width="4"{dashes}/>'
    mark = "▼" if events.rupture == Rupture.WITHDRAWAL else "▲"
    ink = "#ffffff" if felt < 0.6 else "#000000"
    return (
        f'<g>{title}{dot}{ring}<text x="{x}" y="{y + 4}" text-anchor="middle" style="fill:{ink};font-size:9px">'
        f"{mark}</text></g>"
    )


def trajectories(model: AllianceModel) -> str:
    """How the weeks went so far: mean felt alliance, mean distress, ruptures, and who is still in treatment."""
    table = model.datacollector.get_model_vars_dataframe()
    clients = len(model.client_set)
    panels = (
        ("felt alliance, mean (0 none, 1 full)", "alliance", 0.0, 1.0, "#0072b2"),
        ("distress, mean (SD above the community)", "distress", 0.0, 3.0, "#d55e00"),
        ("ruptures in the week", "ruptures", 0.0, max(5.0, 0.5 * clients), "#009e73"),
        ("clients in treatment", "in_treatment", 0.0, float(clients), "#aa4499"),
    )
    parts = []
    for place, (label, column, low, high, colour) in enumerate(panels):
        values = [float(value) for value in table[column]] if len(table) else []
        x, y = (place % 2) * 340, (place // 2) * 170
        parts.append(_panel(label, values, (low, high), colour, (x, y), model.settings.clinic.weeks))
    last = table.iloc[-1] if len(table) else None
    words = (
        "Nothing has happened yet."
        if last is None
        else f"Week {model.week}: alliance {last['alliance']:.2f}, distress {last['distress']:.2f}"
    )
    return _svg(680, 345, parts, words)


def _panel(
    label: str, values: Sequence[float], ends: tuple[float, float], colour: str, at: tuple[float, float], weeks: int
) -> str:
    """One line over weeks, with its last value written at its end."""
    low, high = ends
    left, top, width, height = at[0] + 40, at[1] + 26, 240, 100

    def place(week: int, value: float) -> tuple[float, float]:
        share = (min(max(value, low), high) - low) / (high - low)
        return left + (week - 1) / max(weeks - 1, 1) * width, top + (1 - share) * height

    points = [place(week + 1, value) for week, value in enumerate(values) if np.isfinite(value)]
    drawn = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    frame = (
        f'<text x="{at[0]}" y="{at[1] + 14}" style="font-weight:600">{escape(label)}</text>'
        f'<path d="M{left},{top}V{top + height}H{left + width}" fill="none" stroke="currentColor" stroke-width="1"/>'
        f'<text x="{left - 6}" y="{top + 8}" text-anchor="end">{high:g}</text>'
        f'<text x="{left - 6}" y="{top + height}" text-anchor="end">{low:g}</text>'
        f'<text x="{left}" y="{top + height + 16}">week 1</text>'
        f'<text x="{left + width}" y="{top + height + 16}" text-anchor="end">{weeks}</text>'
    )
    if not points:
        return frame
    x, y = points[-1]
    words = f"{values[-1]:.2f}" if high < 5 else f"{values[-1]:g}"
    return (
        f'{frame}<polyline points="{drawn}" fill="none" stroke="{colour}" stroke-width="2.5"/>'
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" fill="{colour}"/><text x="{x + 8:.1f}" y="{y + 4:.1f}">{words}</text>'
    )


def _svg(width: float, height: float, parts: Sequence[str], words: str) -> str:
    size = f'viewBox="0 -4 {width} {height}" style="width:100%;max-width:{1.4 * width:.0f}px"'
    return (
        f'<div class="live">{STYLE}<svg {size} role="img" aria-label="{escape(words)}">{"".join(parts)}</svg>'
        f"<p>{escape(words)}.</p></div>"
    )
