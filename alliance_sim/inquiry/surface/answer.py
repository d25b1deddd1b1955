"""The answer about technique and alliance, in sentences, parts and tables for readers."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from alliance_sim.analysis.found import records
from alliance_sim.analysis.numbers import interval, number, setting
from alliance_sim.inquiry.kind import Part
from alliance_sim.inquiry.surface import explaining
from alliance_sim.inquiry.surface.section import Axes


class Found(NamedTuple):
    """Everything that was found."""

    at: Axes
    worlds: Sequence[str]  # with their own fit
    not_refitted: Mapping[str, str]  # world -> arm that is the same without
    mechanisms: Mapping[str, int]  # by arm
    draws: int
    tables: Mapping[str, pd.DataFrame]


YES, NO, OPEN = "yes", "no", "cannot be told"


def verdict(row: Mapping[str, Any]) -> str:
    """Whether excellence makes up: in most draws, in a minority, or neither as far as the interval tells."""
    return YES if row["share_low"] > 0.5 else NO if row["share_high"] < 0.5 else OPEN


def estimate(value: float, low: float, high: float, digits: int = 2, signed: bool = True) -> str:
    """A number with its interval."""
    return f"{number(value, digits, signed=signed)} {interval(low, high, digits)}"


# ---- the short answer --------------------------------------------------------------------------------------------


def short(found: Found) -> str:
    """The answer in a few sentences."""
    said = [_at(found, weak) for weak in found.at.weak]
    said += [_rates(found), _between(found), _frozen(found)]
    if "attunement" in found.tables:
        said.append(_attunement(found))
    return " ".join(sentence for sentence in said if sentence)


def _rows(found: Found, weak: float, worlds: Sequence[str], table: str = "compensation") -> list[dict[str, Any]]:
    own = found.tables[table]
    return [next(row for row in records(own) if row["world"] == world and row["alliance"] == weak) for world in worlds]


def _at(found: Found, weak: float) -> str:
    """What excellence does at a weak alliance, world by world."""
    words = [
        f"{row['world']}: {estimate(row['d'], row['d_low'], row['d_high'])} d, in {number(100 * row['share'], 0)} % of "
        f"draws ({verdict(row)})"
        for row in _rows(found, weak, found.worlds)
    ]
    return (
        f"Technique {setting(found.at.excellence)} SD above average at an alliance {setting(-weak)} SD below, against "
        f"an average clinic, and how often it makes up: {'; '.join(words)}."
    )


def _rate(found: Found, world: str, table: str = "surface") -> dict[str, Any]:
    own = found.tables[table]
    return next(r for r in records(own) if r["world"] == world and r["technique"] == 0.0 and r["alliance"] == 0.0)


def _rates(found: Found) -> str:
    """The exchange rate at the average clinic."""
    words = [f"{_said(_rate(found, world))} ({world})" for world in found.worlds]
    return f"From an average clinic, one SD of alliance is worth as much as {', '.join(words)} SD of technique."


def _said(row: Mapping[str, Any]) -> str:
    """An exchange rate with its interval; no number where no amount would do."""
    if not np.isfinite(row["rate"]):
        return "no amount of"
    return estimate(row["rate"], row["rate_low"], row["rate_high"], 1, signed=False)


def _between(found: Found) -> str:
    """Whether the answer depends on the mechanism."""
    said = []
    for weak in found.at.weak:
        given: dict[str, list[str]] = {}
        for row in _rows(found, weak, found.worlds):
            given.setdefault(verdict(row), []).append(row["world"])
        if len(given) == 1:
            said.append(f"at {setting(weak)} SD the answer is “{next(iter(given))}” under every mechanism")
        else:
            words = "; ".join(f"“{one}” under {', '.join(names)}" for one, names in given.items())
            said.append(f"at {setting(weak)} SD the answer depends on the mechanism ({words})")
    return f"So {', and '.join(said)}."


def _frozen(found: Found) -> str:
    """What the same worlds would have said without their own fit."""
    words = []
    for weak in found.at.weak:
        for world, arm in found.not_refitted.items():
            (fitted,), (frozen,) = _rows(found, weak, [world]), _rows(found, weak, [arm])
            if verdict(fitted) != verdict(frozen):
                words.append(
                    f"{world} at {setting(weak)} SD ({number(100 * frozen['share'], 0)} % of draws instead of "
                    f"{number(100 * fitted['share'], 0)} %)"
                )
    if not found.not_refitted:
        return ""
    if not words:
        return "Without a fit of its own, no world would have answered otherwise."
    return f"Without a fit of its own, the answer would have been another one for {', '.join(words)}."


def _attunement(found: Found) -> str:
    """The other way to a better alliance."""
    words = [f"{_said(_rate(found, world, 'attunement_surface'))} ({world})" for world in found.worlds]
    return (
        "Where the alliance differs by the therapists' attunement instead, one SD of attunement among therapists is "
        f"worth {', '.join(words)} SD of technique."
    )


# ---- parts -------------------------------------------------------------------------------------------------------


def parts(found: Found) -> list[Part]:
    """The parts of the answer."""
    about = explaining.about_compensation(found.at, found.draws, _luck(found))
    made = [
        Part("What is built in, and what is not", explaining.built_in(found.worlds, found.mechanisms)),
        Part("What the levels of alliance are", explaining.about_levels(found.at), _felt_shown(found)),
        Part("The surfaces", explaining.about_surfaces(found.at), None, "surfaces"),
        Part("Does excellence make up?", about, _compensation_shown(found)),
        Part("Where it makes up, and in how many worlds", explaining.PROBABILITY, None, "probability"),
        Part("The exchange rate", explaining.RATE, _rates_shown(found), "exchange"),
        Part("Interaction, and on which scale", explaining.about_interaction(found.at), _interaction_shown(found)),
    ]
    if "ways" in found.tables:
        made.append(Part("What an interaction is made of", explaining.WAYS, None, "ways"))
    if "attunement" in found.tables:
        words = explaining.about_attunement(_sd_of_attunement(found))
        made.append(Part("The other way: attunement", words, _compensation_shown(found, "attunement", "attunement")))
    return made


def _luck(found: Found) -> float:
    """The largest share of luck in the variance among draws of a difference; nan where each draw was played once."""
    return float(found.tables["compensation"]["luck"].max())


def _sd_of_attunement(found: Found) -> dict[str, float]:
    """What one SD of attunement among therapists does to felt alliance, in SD among clients, in each world."""
    table = found.tables["attunement_felt"]
    up = table[table["shift"] == min(level for level in found.at.attunement if level > 0)]
    return dict(zip(up["world"], up["sd_units"] / up["shift"], strict=True))


def _felt_shown(found: Found) -> pd.DataFrame:
    table = found.tables["felt"]
    shown = pd.DataFrame({"shift (log-odds)": [setting(float(level)) for level in found.at.alliance]})
    for world in found.worlds:
        own = table[table["world"] == world]
        shown[f"{world}: felt alliance (0–1); SD among clients"] = [
            f"{number(a, 2)}; {number(b, 1, signed=True)}" for a, b in zip(own["felt"], own["sd_units"], strict=True)
        ]
    return shown


def _compensation_shown(found: Found, name: str = "compensation", of: str = "alliance") -> pd.DataFrame:
    return pd.DataFrame([_compensation_row(row, of) for row in records(found.tables[name])])


def _compensation_row(row: Mapping[str, Any], of: str) -> dict[str, object]:
    share = (100 * row["share"], 100 * row["share_low"], 100 * row["share_high"])
    return {
        "world": row["world"],
        f"{of} (SD)": setting(float(row["alliance"])),
        "difference in d": estimate(row["d"], row["d_low"], row["d_high"]),
        "middle 90 % of draws": interval(row["spread_low"], row["spread_high"], 2),
        "makes up in % of draws": estimate(*share, digits=0, signed=False),
        "so": verdict(row),
        "recovered (points)": estimate(row["recovery"], row["recovery_low"], row["recovery_high"], 1),
        "dropped out (points)": estimate(row["dropout"], row["dropout_low"], row["dropout_high"], 1),
        "draws": row["draws"],
    }


def _rates_shown(found: Found) -> pd.DataFrame:
    rows = []
    places = [(0.0, 0.0), *((0.0, weak) for weak in found.at.weak), (found.at.excellence, found.at.weak[0])]
    for world in found.worlds:
        row: dict[str, object] = {"world": world}
        own = records(found.tables["surface"])
        for technique, alliance in places:
            here = next(r for r in own if (r["world"], r["technique"], r["alliance"]) == (world, technique, alliance))
            head = f"at technique {setting(technique)}, alliance {setting(alliance)}"
            row[head] = "–" if np.isnan(here["rate"]) else _said(here)
        rows.append(row)
    return pd.DataFrame(rows)


def _interaction_shown(found: Found) -> pd.DataFrame:
    rows = []
    for row in records(found.tables["interaction"]):
        shown: dict[str, object] = {"world": row["world"]}
        for name, words in (("d", "d"), ("left", "log of distress left")):
            for which, head in (("weak", "at weak alliance"), ("usual", "at usual alliance"), ("more", "difference")):
                key = f"{name}_{which}"
                shown[f"{words}: {head}"] = estimate(row[key], row[f"{key}_low"], row[f"{key}_high"], 3)
        rows.append(shown)
    return pd.DataFrame(rows)
