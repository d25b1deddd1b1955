"""The clinic as pictures: caseloads with this week's ruptures, and how the weeks went. SVG, quick to draw."""

from typing import Any

import matplotlib as mpl
import numpy as np
from jinja2 import Environment, PackageLoader, StrictUndefined
from matplotlib.colors import to_hex

from alliance_sim.agents import AllianceModel, Client
from alliance_sim.law.scales import expit
from alliance_sim.law.state import Left, Rupture

COLOURS = [to_hex(mpl.colormaps["cividis"](k / 20)) for k in range(21)]
"""Felt alliance from 0 (dark blue) to 1 (yellow), in steps of 0.05; also for the colour-blind."""

SPACING, ROW, LABEL, TOP = 24, 30, 96, 88
MOST_ROWS = 12
"""Therapists below each other before a second column begins."""

MARKS = {Left.NO: "", Left.DROPOUT: "×", Left.COMPLETED: "✓"}
KINDS = {Rupture.NONE: "", Rupture.WITHDRAWAL: "▼", Rupture.CONFRONTATION: "▲"}

_PAGES = Environment(
    loader=PackageLoader("alliance_sim.live", ""), undefined=StrictUndefined, autoescape=True,
    trim_blocks=True, lstrip_blocks=True,
)  # fmt: skip
_PAGES.globals["colours"] = COLOURS
_DRAWN: Any = _PAGES.get_template("pictures.svg.j2").module


def alliance_of(client: Client) -> float:
    """Felt alliance of a client now, 0-1: the mean of goal, task and bond."""
    return float(np.mean([expit(part) for part in (client.state.goal, client.state.task, client.state.bond)]))


def caseloads(model: AllianceModel) -> str:
    """Therapists with their clients: colour by felt alliance, a ring for a rupture of this week, grey for who left."""
    therapists = list(model.therapist_set)
    columns = 1 if len(therapists) <= MOST_ROWS else 2
    rows = -(-len(therapists) // columns)
    wide = LABEL + model.settings.clinic.caseload * SPACING + 12
    drawn = []
    for place, therapist in enumerate(therapists):
        x, y = (place // rows) * wide, TOP + (place % rows) * ROW
        clients = [_dot(client, x + LABEL + k * SPACING + 12) for k, client in enumerate(therapist.caseload)]
        drawn.append({"x": x, "y": y, "number": therapist.number, "strain": therapist.state.strain, "clients": clients})
    return str(_DRAWN.caseloads(model, drawn, max(columns * wide, 400), rows * ROW + TOP))


def _dot(client: Client, x: float) -> dict[str, Any]:
    """One client as a dot."""
    here = client.left == Left.NO
    return {
        "x": x,
        "number": client.number,
        "felt": alliance_of(client),
        "left": MARKS[Left(client.left)],
        "rupture": KINDS[Rupture(client.record.events.rupture)] if here else "",
        "repaired": bool(here and client.record.events.repaired),
    }


def trajectories(model: AllianceModel) -> str:
    """How the weeks went so far: mean felt alliance, mean distress, ruptures, and who is still in treatment."""
    table, clients = model.datacollector.get_model_vars_dataframe(), len(model.client_set)
    weeks = model.settings.clinic.weeks
    panels = []
    for place, (label, column, high, colour) in enumerate(
        (
            ("felt alliance, mean (0 none, 1 full)", "alliance", 1.0, "#0072b2"),
            ("distress, mean (SD above the community)", "distress", 3.0, "#d55e00"),
            ("ruptures in the week", "ruptures", max(5.0, 0.5 * clients), "#009e73"),
            ("clients in treatment", "in_treatment", float(clients), "#aa4499"),
        )
    ):
        values = np.array(table[column] if len(table) else [], float)
        x, y = (place % 2) * 340, (place // 2) * 170
        across = x + 40 + np.arange(len(values)) / max(weeks - 1, 1) * 240
        down = y + 26 + (1 - np.clip(values, 0.0, high) / high) * 100
        known = np.isfinite(values)
        points = list(zip(across[known], down[known], strict=True))
        now = values[-1] if len(values) else None
        shown = {"x": x, "y": y, "label": label, "low": 0.0, "high": high, "colour": colour}
        panels.append({**shown, "points": points, "now": now})
    words = "Nothing has happened yet"
    if len(table):
        last = table.iloc[-1]
        words = f"Week {model.week}: alliance {last['alliance']:.2f}, distress {last['distress']:.2f}"
    return str(_DRAWN.weeks(panels, weeks, words))
