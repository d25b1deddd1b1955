"""What was found, as tidy tables: a row a setting, a parameter, a step."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from alliance_sim.estimands.catalogue import BY_NAME
from alliance_sim.law.about import About
from alliance_sim.questions.sensitivity.around import Around
from alliance_sim.questions.sensitivity.basis import Basis
from alliance_sim.questions.sensitivity.draws import Drawn, order_of
from alliance_sim.questions.sensitivity.naming import name_of
from alliance_sim.questions.sensitivity.section import Wanted
from alliance_sim.questions.sensitivity.steps import Decomposed, Fixed, Screened, agreement
from alliance_sim.questions.sensitivity.varying import Varied
from alliance_sim.scenario.registry import by_path
from alliance_sim.scenario.scenario import Population
from alliance_sim.stats.estimate import Estimate
from alliance_sim.stats.sign_changes import over_settings
from alliance_sim.stats.sobol import total_ahead


class OverRanges(NamedTuple):
    """Everything that was found over ranges; decomposed and fixed are empty without Sobol indices."""

    varied: Sequence[Varied]
    bases: Sequence[Basis]
    around: Around
    screened: Sequence[Screened]
    decomposed: Sequence[Decomposed]
    fixed: Sequence[Fixed]


def setting_table(wanted: Sequence[Wanted], found: OverRanges) -> pd.DataFrame:
    """A row an estimate and setting, in order of importance: range, basis, screening, indices (nan without)."""
    tables = []
    for k, each in enumerate(wanted):
        effects = found.screened[k].effects
        table = pd.DataFrame(
            {
                "estimate": each.label,
                "setting": [one.key for one in found.varied],
                "name": [name_of(one.key, one.words) for one in found.varied],
                "meaning": [one.meaning for one in found.varied],
                "range": [one.span for one in found.varied],
                "kind": [basis.kind for basis in found.bases],
                "basis": [basis.words for basis in found.bases],
                "learned": [basis.learned for basis in found.bases],
                "uninformed": [basis.uninformed for basis in found.bases],
                "unit": each.unit,
                "mu_star": effects.mu_star,
                "mu_star_low": np.maximum(effects.mu_star - effects.reach, 0.0),
                "mu_star_high": effects.mu_star + effects.reach,
                "mu": effects.mu,
                "sigma": effects.sigma,
            }
        )
        for number, block in enumerate(found.screened[k].blocks, 1):
            table[f"mu_star_block_{number}"] = block
        _add_indices(table, found.decomposed[k] if found.decomposed else None)
        tables.append(table.sort_values(["total", "mu_star"], ascending=False, na_position="last", kind="stable"))
    return pd.concat(tables, ignore_index=True)


def _add_indices(table: pd.DataFrame, found: Decomposed | None) -> None:
    """Put the Sobol indices beside the screening of their settings."""
    for name in ("first", "total"):
        columns = np.full((len(table), 3), np.nan)
        if found is not None:
            share, reach = getattr(found.indices, name), getattr(found.indices, f"{name}_reach")
            columns[found.settings] = np.column_stack([share, share - reach, share + reach])
        table[name], table[f"{name}_low"], table[f"{name}_high"] = columns.T
    for number, block in enumerate(found.blocks if found is not None else (), 1):
        column = np.full(len(table), np.nan)
        column[found.settings] = block.total  # type: ignore[union-attr]
        table[f"total_block_{number}"] = column


def luck_table(wanted: Sequence[Wanted], found: OverRanges | None, drawn: Sequence[Drawn]) -> pd.DataFrame:
    """A row an estimate and step: the share of luck, with luck shared and apart, and how far blocks agree."""
    rows = []
    for k, each in enumerate(wanted):
        if found is not None:
            one = found.screened[k]
            rows.append(_luck_row(each, "screening", one.luck, agreement(one.blocks)))
        if found is not None and found.decomposed:
            two = found.decomposed[k]
            rows.append(_luck_row(each, "Sobol indices", two.luck, agreement([block.total for block in two.blocks])))
        if drawn:
            rows.append(_luck_row(each, "posterior", drawn[k].luck, agreement(drawn[k].blocks)))
    return pd.DataFrame(rows)


def _luck_row(
    each: Wanted, step: str, luck: tuple[float, float, float, int], agreed: tuple[float, float]
) -> dict[str, object]:
    share, apart, error, settings = luck
    return {
        "estimate": each.label, "step": step, "share": share, "share_apart": apart, "error": error, "unit": each.unit,
        "settings": settings, "rank_agreement": agreed[0], "largest_difference": agreed[1],
    }  # fmt: skip


def fixing_table(wanted: Sequence[Wanted], found: OverRanges) -> pd.DataFrame:
    """A row an estimate: what the settings with indices explain together, and the spread with and without the rest."""
    rows = []
    for each, one in zip(wanted, found.fixed, strict=True):
        explained = one.explained
        rows.append(
            {
                "estimate": each.label, "explained": explained.share, "low": explained.low, "high": explained.high,
                "sd_all": one.sd_all, "sd_fixed": one.sd_fixed, "unit": each.unit, "points": explained.points,
            }
        )  # fmt: skip
    return pd.DataFrame(rows)


def spread_table(wanted: Sequence[Wanted], found: OverRanges) -> pd.DataFrame:
    """A row an estimate: as configured, how it is spread over places drawn evenly from the ranges, and what was lost.

    little, other_sign, within_luck: shares of the places with their intervals (`OverSettings`); middle_like: the median
    over the places at which treatments are like the config's own, `like` of them; undefined, lost: of the screening.
    """
    around, rows = found.around, []
    for k, (each, one) in enumerate(zip(wanted, found.screened, strict=True)):
        configured, y, errors = around.answers[0, k], around.answers[1:, k], around.errors[1:, k]
        spread = over_settings(y, errors, configured)
        near = over_settings(y[around.like], errors[around.like], configured)
        rows.append(
            {
                "estimate": each.label, "unit": each.unit, "configured": configured, "error": around.errors[0, k],
                "middle": spread.middle, "middle_low": spread.middle_low, "middle_high": spread.middle_high,
                "low": spread.low, "high": spread.high, **_ends("little", spread.little),
                **_ends("other_sign", spread.other_sign), **_ends("within_luck", spread.unsure),
                "places": spread.points, "middle_like": near.middle, "middle_like_low": near.middle_low,
                "middle_like_high": near.middle_high, "like": near.points, "settings": len(found.varied),
                "still": int((one.effects.largest == 0).sum()), "undefined": int((~np.isfinite(one.answers)).sum()),
                "trajectories": one.effects.trajectories, "lost": one.effects.lost, "left_out": one.left_out,
            }
        )  # fmt: skip
    return pd.DataFrame(rows)


def _ends(name: str, share: Estimate) -> dict[str, float]:
    return {name: share.value, f"{name}_low": share.low, f"{name}_high": share.high}


def treatments_table(found: OverRanges) -> pd.DataFrame:
    """A row an arm and quantity by which a treatment is known: as configured, and how it is spread over the places."""
    around, rows = found.around, []
    first = around.answers.shape[1] - len(around.told)
    for k, each in enumerate(around.told, first):
        configured = around.answers[0, k]
        spread = over_settings(around.answers[1:, k], around.errors[1:, k], configured)
        rows.append(
            {
                "arm": each.of, "quantity": BY_NAME[each.estimate].label, "unit": each.unit, "configured": configured,
                "middle": spread.middle, "middle_low": spread.middle_low, "middle_high": spread.middle_high,
                "low": spread.low, "high": spread.high, "places": spread.points,
            }
        )  # fmt: skip
    return pd.DataFrame(rows)


def pairs_table(wanted: Sequence[Wanted], found: OverRanges) -> pd.DataFrame:
    """A row an estimate and pair of settings, the largest share first; empty where pairs were not computed."""
    rows = []
    for each, one in zip(wanted, found.decomposed, strict=True):
        shares, reaches = one.indices.pairs, one.indices.pairs_reach
        own = [
            {
                "estimate": each.label,
                "one": found.varied[one.settings[a]].meaning,
                "other": found.varied[one.settings[b]].meaning,
                "share": shares[a, b], "low": shares[a, b] - reaches[a, b], "high": shares[a, b] + reaches[a, b],
            }
            for a, b in zip(*np.triu_indices(len(one.settings), 1), strict=True)
            if np.isfinite(shares[a, b])
        ]  # fmt: skip
        rows += sorted(own, key=lambda row: -float(row["share"]))
    return pd.DataFrame(rows, columns=["estimate", "one", "other", "share", "low", "high"])


def ahead_table(wanted: Sequence[Wanted], found: OverRanges) -> pd.DataFrame:
    """A row an estimate and two settings with indices: how much larger the total share of the one is than the other's.

    The settings are in order of their shares, so that no difference is below zero; interval from paired resamples.
    Nothing of an estimate without indices.
    """
    rows = []
    for each, one in zip(wanted, found.decomposed, strict=True):
        total = one.indices.total
        if not np.isfinite(total).all():
            continue  # an estimate that hardly varies has no indices
        order = np.argsort(-total, kind="stable")
        for place, a in enumerate(order):
            for b in order[place + 1 :]:
                value, reach = total_ahead(one.indices, int(a), int(b))
                names = [found.varied[one.settings[k]].key for k in (a, b)]
                rows.append((each.label, *names, value, value - reach, value + reach))
    return pd.DataFrame(rows, columns=["estimate", "setting", "other", "ahead", "low", "high"])


def posterior_table(wanted: Sequence[Wanted], population: Population, drawn: Sequence[Drawn]) -> pd.DataFrame:
    """A row an estimate and drawn parameter, in order of importance."""
    rows = []
    for each, one in zip(wanted, drawn, strict=True):
        given = one.given
        for k in order_of(one):
            r = one.partial[k]
            rows.append(
                {
                    "estimate": each.label, "parameter": population.paths[k],
                    "name": named(population.paths[k]), "meaning": meaning_of(population.paths[k]),
                    "first": given.first[k], "first_low": given.first_low[k], "first_high": given.first_high[k],
                    "first_by_chance": given.first_by_chance, "delta": given.delta[k],
                    "delta_low": given.delta_low[k], "delta_high": given.delta_high[k],
                    "delta_by_chance": given.delta_by_chance, "partial_r": r.value, "partial_low": r.low,
                    "partial_high": r.high, "with_first": one.together[order_of(one)[0], k], "flips": k in one.flipping,
                }
            )  # fmt: skip
    return pd.DataFrame(rows)


def fifths_table(wanted: Sequence[Wanted], population: Population, drawn: Sequence[Drawn]) -> pd.DataFrame:
    """A row an estimate, drawn parameter and fifth of the draws, parameters in order of importance."""
    rows = []
    for each, one in zip(wanted, drawn, strict=True):
        for k in order_of(one):
            path = population.paths[k]
            rows += [
                {
                    "estimate": each.label, "parameter": path, "name": named(path), "meaning": meaning_of(path),
                    "scale": unit_of(path), "fifth": fifth,
                    **part._asdict(),
                }
                for fifth, part in enumerate(one.parts[k], 1)
            ]  # fmt: skip
    return pd.DataFrame(rows)


def signs_table(wanted: Sequence[Wanted], drawn: Sequence[Drawn]) -> pd.DataFrame:
    """A row an estimate: its mean and spread over the draws, and how many draws have another sign."""
    rows = []
    for each, one in zip(wanted, drawn, strict=True):
        low, high = np.quantile(one.answers, [0.025, 0.975]) if len(one.answers) else (np.nan, np.nan)
        rows.append(
            {
                "estimate": each.label, "unit": each.unit, "draws": len(one.answers), "mean": float(one.answers.mean()),
                "low": float(low), "high": float(high), "other_sign": one.other.share,
                "other_sign_low": one.other.low, "other_sign_high": one.other.high, "unsure": one.other.unsure,
                "undefined": one.undefined,
            }
        )  # fmt: skip
    return pd.DataFrame(rows)


def meaning_of(path: str) -> str:
    """What a parameter of a population means."""
    return by_path()[f"parameters.{path}"].about.meaning


def named(path: str) -> str:
    """What a parameter of a population is called."""
    return name_of(f"parameters.{path}", meaning_of(path))


def unit_of(path: str) -> str:
    """The unit of a parameter of a population."""
    about = by_path()[f"parameters.{path}"].about
    return about.unit if isinstance(about, About) else ""
