"""Tables for readers of the answer about technique and alliance."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from alliance_sim.estimates.found import records
from alliance_sim.questions.technique_and_alliance.found import Found, estimate, level, rate_words, turn_words
from alliance_sim.stats.numbers import interval, number, setting
from alliance_sim.stats.turning_point import verdict


def felt(found: Found) -> pd.DataFrame:
    """The felt alliance that each shift leads to."""
    table = found.tables["felt"]
    shown = pd.DataFrame({"shift (log-odds)": [setting(float(level)) for level in found.at.alliance]})
    for world in found.worlds:
        own = table[table["world"] == world]
        shown[f"{world}: felt alliance (0–1); SD among clients"] = [
            f"{number(a, 2)}; {number(b, 1, signed=True)}" for a, b in zip(own["felt"], own["sd_units"], strict=True)
        ]
    return shown


def compensation(found: Found, name: str = "compensation", of: str = "alliance") -> pd.DataFrame:
    """Excellent technique at weak levels against the average clinic."""
    return pd.DataFrame([_compensation_row(row, of) for row in records(found.tables[name])])


def _compensation_row(row: Mapping[str, Any], of: str) -> dict[str, object]:
    share = (100 * row["share"], 100 * row["share_low"], 100 * row["share_high"])
    return {
        "world": row["world"],
        f"{of} (SD)": setting(float(row["alliance"])),
        "difference in d": estimate(row["d"], row["d_low"], row["d_high"]),
        "middle 90 % of draws": interval(row["spread_low"], row["spread_high"], 2),
        "makes up in % of draws": estimate(*share, digits=0, signed=False),
        "so": verdict(row["share"]),
        "recovered (points)": estimate(row["recovery"], row["recovery_low"], row["recovery_high"], 1),
        "dropped out (points)": estimate(row["dropout"], row["dropout_low"], row["dropout_high"], 1),
        "draws": row["draws"],
    }


def turning(found: Found) -> pd.DataFrame:
    """Where the answer turns: better technique in place of the alliance, and of attunement."""
    names = {"turning": ("alliance", found.at.shown), "attunement_turning": ("attunement", found.at.attunement)}
    rows = []
    for row in records(found.tables["turning"]):
        if row["technique"] <= 0:
            continue
        shown: dict[str, object] = {"world": row["world"], "technique (SD)": setting(float(row["technique"]))}
        for name, (of, levels) in names.items():
            if name not in found.tables:
                continue
            same = [other for other in records(found.tables[name]) if _same(other, row)]
            shown[f"turns at {of} (SD)"] = turn_words(same[0], levels) if same else "–"
            shown[f"{of}: yes from"] = level(same[0]["yes_from"], levels) if same else "–"
            shown[f"{of}: no below"] = level(same[0]["no_below"], levels) if same else "–"
        rows.append(shown)
    return pd.DataFrame(rows)


def _same(row: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    return bool(row["world"] == other["world"] and row["technique"] == other["technique"])


def rates(found: Found) -> pd.DataFrame:
    """Exchange rates at a few places, and at average technique and attunement."""
    rows = []
    places = [(0.0, 0.0), *((0.0, weak) for weak in found.at.weak), (found.at.excellence, found.at.weak[0])]
    for world in found.worlds:
        row: dict[str, object] = {"world": world}
        for technique, alliance in places:
            head = f"at technique {setting(technique)}, alliance {setting(alliance)}"
            row[head] = _rate(found, found.rate(world, "surface", technique, alliance))
        if "attunement_surface" in found.tables:
            row["one SD of attunement, at technique 0, attunement 0"] = _rate(
                found, found.rate(world, "attunement_surface")
            )
        rows.append(row)
    return pd.DataFrame(rows)


def _rate(found: Found, row: Mapping[str, Any]) -> str:
    if np.isnan(row["rate"]):
        return "–"
    words = rate_words(row)
    return words if found.replaceable(row) else f"more than was played ({words})"


def interactions(found: Found) -> pd.DataFrame:
    """The interaction on both scales."""
    rows = []
    for row in records(found.tables["interaction"]):
        shown: dict[str, object] = {"world": row["world"]}
        for name, words in (("d", "d"), ("left", "log of distress left")):
            for which, head in (("weak", "at weak alliance"), ("usual", "at usual alliance"), ("more", "difference")):
                key = f"{name}_{which}"
                shown[f"{words}: {head}"] = estimate(row[key], row[f"{key}_low"], row[f"{key}_high"], 3)
        rows.append(shown)
    return pd.DataFrame(rows)
