"""The short answer about technique and alliance: one plain sentence, then what stands behind it."""

from collections.abc import Mapping, Sequence
from typing import Any

from alliance_sim.questions.technique_and_alliance.found import Found, estimate, level, percent, rate_words, turn_words
from alliance_sim.stats.numbers import listed, number, setting
from alliance_sim.stats.turning_point import NO, OPEN, YES, verdict


def short(found: Found) -> str:
    """The answer: a headline that the numbers choose, and bullets."""
    said = [_turning(found)]
    said += [_at(found, weak) for weak in found.at.weak]
    said.append(_margin(found))
    if "attunement" in found.tables:
        said.append(_attunement(found))
    if found.not_refitted:
        said.append(_frozen(found))
    return f"**{headline(found)}**\n\n" + "\n".join(f"- {sentence}" for sentence in said)


def headline(found: Found) -> str:
    """How weak an alliance excellence makes up for, over the worlds; and where all worlds agree."""
    turns = {world: float(found.turns(world)["turns"]) for world in found.worlds}
    least, most = max(turns, key=lambda world: turns[world]), min(turns, key=lambda world: turns[world])
    if turns[most] >= 0:
        depth = "for no weaker alliance"
    elif len(turns) == 1:
        depth = f"for an alliance {_depth(found, turns[most])} below average"
    else:
        depth = (
            f"for an alliance {_depth(found, turns[least])} ({least}) to {_depth(found, turns[most])} ({most}) below "
            "average, depending on what makes clients change"
        )
    clauses = [clause for weak in found.at.weak if (clause := _agreed(found, weak))]
    return (
        f"By the best guess, technique {setting(found.at.excellence)} SD above average makes up {depth}"
        f"{''.join(clauses)}."
    )


def _depth(found: Found, turns: float) -> str:
    """How far below average an alliance is."""
    if turns >= 0:
        return "nothing"
    if turns == float("-inf"):
        return f"more than {setting(-found.at.shown[0])} SD"
    return f"{number(-turns, 1)} SD"


def _agreed(found: Found, weak: float) -> str:
    """What all worlds say of a weak alliance; nothing where they do not agree."""
    said = {verdict(row["share"]) for row in found.compensation(weak, found.worlds)}
    whom = "under any mechanism" if len(found.worlds) > 1 else "at all"
    if said == {NO}:
        return f"; not for one {setting(-weak)} SD below {whom}"
    if said == {YES} and len(found.worlds) > 1:
        return f"; for one {setting(-weak)} SD below under every mechanism"
    return ""


def _turning(found: Found) -> str:
    """Where the answer turns, world by world."""
    shown = found.at.shown
    words = []
    for world in found.worlds:
        row = found.turns(world)
        borders = f"yes from {level(row['yes_from'], shown)} up, no below {level(row['no_below'], shown)}"
        words.append(f"{turn_words(row, shown)} ({world}; {borders})")
    return (
        "*Where the answer turns.* Such a clinic does as well as an average one at a felt alliance of "
        f"{'; '.join(words)}: SD among clients, median over draws with its 95 % interval. Yes: in at least nine in ten "
        "draws; no: in at most one in ten; open between."
    )


def grouped(rows: Sequence[Mapping[str, Any]]) -> dict[str, list[Mapping[str, Any]]]:
    """Rows by their verdict: yes, open, no; those that none gives are left out."""
    given = {said: [row for row in rows if verdict(row["share"]) == said] for said in (YES, OPEN, NO)}
    return {said: rows for said, rows in given.items() if rows}


def _at(found: Found, weak: float) -> str:
    """What excellence does at a weak alliance."""
    groups = grouped(found.compensation(weak, found.worlds))
    words, against = [], " against the average clinic"  # said once
    for said, rows in groups.items():
        each = []
        for row in rows:
            size = f"{estimate(row['d'], row['d_low'], row['d_high'])} d{against}"
            each.append(f"{row['world']} ({size}, in {percent(row['share'])} of draws)")
            against = ""
        if len(groups) == 1 and len(rows) > 1:
            each = [f"every mechanism ({_span(rows)})"]
        words.append(f"**{said}** under {', '.join(each)}")
    return f"*Does it make up at an alliance {setting(-weak)} SD below?* {_sentence(words)}."


def _sentence(words: Sequence[str]) -> str:
    """Verdicts as a sentence, the first in capitals."""
    text = "; ".join(words)
    return f"**{text[2].upper()}{text[3:]}"


def _span(rows: Sequence[Mapping[str, Any]]) -> str:
    """Differences and shares of several worlds from the lowest to the highest."""
    low, high = (number(pick(row["d"] for row in rows), 2, signed=True) for pick in (min, max))
    shares = sorted({percent(pick(row["share"] for row in rows)) for pick in (min, max)})
    return f"{low} to {high} d against the average clinic, in {' to '.join(shares)} of draws"


def _margin(found: Found) -> str:
    """The exchange rate at the average clinic: a slope, no amount."""
    rows = {world: found.rate(world) for world in found.worlds}
    words = [f"{rate_words(row)} ({world})" for world, row in rows.items() if found.replaceable(row)]
    never = [world for world, row in rows.items() if not found.replaceable(row)]
    said = []
    if words:
        said.append(f"the next bit of alliance is worth {', '.join(words)} times as much technique, SD for SD")
    if never:
        said.append(
            f"under {listed(never)} practically nothing replaces it (more than the {setting(found.played)} SD of "
            "technique that were played)"
        )
    return f"*At the margin,* from an average clinic, {'; '.join(said)}."


def _attunement(found: Found) -> str:
    """The other way to a better alliance, on one yardstick."""
    said = []
    for weak in found.at.weak:
        words = []
        for verdict_of, rows in grouped(found.compensation(weak, found.worlds, "attunement")).items():
            each = [f"{row['world']} ({percent(row['share'])})" for row in rows]
            words.append(f"**{verdict_of}** under {', '.join(each)}")
        said.append(f"for {setting(-weak)} SD less attunement? {_sentence(words)}")
    return (
        "*On one yardstick,* SD among therapists on both sides (in brackets % of draws), does it make up "
        f"{'. And '.join(said)}."
    )


def _frozen(found: Found) -> str:
    """Where the answer would turn in the same worlds without their own fit, where that can be told and is 0.1 SD."""
    shown, words = found.at.shown, []
    for world, arm in found.not_refitted.items():
        fitted, frozen = found.turns(world), found.turns(arm)
        apart = frozen["turns_low"] > fitted["turns_high"] or frozen["turns_high"] < fitted["turns_low"]
        if apart and level(frozen["turns"], shown, 1) != level(fitted["turns"], shown, 1):
            words.append(f"{level(frozen['turns'], shown)} instead of {level(fitted['turns'], shown)} ({world})")
    if not words:
        return "*Without a fit of its own* the answer would turn at the same places, as far as can be told."
    return (
        f"*Without a fit of its own* the answer would turn at {', '.join(words)}: part of what mechanisms seem to "
        "decide is then the numbers, which were fitted to another one."
    )
