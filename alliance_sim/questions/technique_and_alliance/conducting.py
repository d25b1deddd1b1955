"""The whole inquiry: play the surfaces, judge them, and say what came of it."""

from pathlib import Path

import pandas as pd

from alliance_sim.experiment.kept import Stage
from alliance_sim.figures.picture import Picture
from alliance_sim.figures.technique_alliance import draw_probability, draw_surfaces
from alliance_sim.figures.technique_exchange import draw_exchange, draw_turning, draw_ways
from alliance_sim.questions.frame.question import Answer, Question
from alliance_sim.questions.technique_and_alliance import judging
from alliance_sim.questions.technique_and_alliance.answer import parts
from alliance_sim.questions.technique_and_alliance.found import Found
from alliance_sim.questions.technique_and_alliance.playing import play_attunement, play_channels, play_levels
from alliance_sim.questions.technique_and_alliance.section import Axes, axes, mechanisms, worlds
from alliance_sim.questions.technique_and_alliance.sentences import short


def conduct(asked: Question, folder: Path, workers: int, stage: Stage) -> Answer:
    """Play, judge and answer."""
    at, own = axes(asked), worlds(asked)
    draws = _draws(asked)
    levels = play_levels(asked, at, folder, workers, stage)
    surfaces = {arm: judging.surface_of(levels, arm, at, draws[arm]) for arm in asked.experiment.arms}
    tables = {
        "surface": judging.surface_table(surfaces),
        "felt": judging.felt_table(surfaces, at),
        "compensation": judging.compensation_table(surfaces, at),
        "turning": judging.turning_table(surfaces),
        "interaction": judging.interaction_table(surfaces, at),
    }
    if at.attunement:
        rows = play_attunement(asked, at, own, folder, workers, stage)
        other = {arm: judging.surface_by_attunement(rows, arm, at, draws[arm]) for arm in own}
        tables["attunement_surface"] = judging.surface_table(other)
        tables["attunement"] = judging.compensation_table(other, at)
        tables["attunement_turning"] = judging.turning_table(other)
        tables["attunement_felt"] = judging.felt_table(other, at._replace(alliance=at.attunement))
    if asked.section.channels:
        tables["ways"] = judging.channel_table(play_channels(asked, own, folder, workers, stage), draws)
    pictures = _pictures(asked, at, tables)
    found = Found(at, own, dict(asked.section.not_refitted), mechanisms(asked), max(draws.values()), tables)
    return Answer(short(found), parts(found), tables, pictures)


def _draws(asked: Question) -> dict[str, int]:
    """How many draws the replicates of each arm are played with in turn; without draws each replicate stands alone."""
    played = asked.experiment.replicates
    return {point.arm: min(point.scenario.draws or played, played) for point in asked.experiment.points}


def _turns(tables: dict[str, pd.DataFrame], at: Axes) -> dict[str, pd.DataFrame]:
    """Where the answer turns at excellent technique, by what the alliance is made weaker by."""
    named = {
        "felt alliance (SD among clients)": "turning",
        "attunement of the therapists (SD among therapists)": "attunement_turning",
    }
    known = {words: tables[name] for words, name in named.items() if name in tables}
    return {words: table[table["technique"] == at.excellence] for words, table in known.items()}


def _pictures(asked: Question, at: Axes, tables: dict[str, pd.DataFrame]) -> list[Picture]:
    own, surface = worlds(asked), tables["surface"]
    others = asked.section.not_refitted
    verdicts = {"in how many of the worlds": judging.verdicts(surface, own)}
    if others:
        frozen = [others.get(world, world) for world in own]
        verdicts["the same without their own fit"] = judging.verdicts(surface, frozen)
    made = [
        draw_surfaces("surfaces", surface, own, at.weak, at.excellence),
        draw_turning("turning", _turns(tables, at), own, at.weak),
        draw_probability("probability", surface, own, verdicts),
        draw_exchange("exchange", surface, own),
    ]
    return [*made, draw_ways("ways", tables["ways"], own)] if "ways" in tables else made
