"""The parts of the answer about technique and alliance."""

from alliance_sim.estimates.found import records
from alliance_sim.law.change import Change
from alliance_sim.questions.frame.question import Part
from alliance_sim.questions.technique_and_alliance import explaining, showing
from alliance_sim.questions.technique_and_alliance.found import Found

OPEN_TO_ALL = (Change.ADDITIVE, Change.TECHNIQUE_ONLY)
"""Mechanisms in which technique works, and without a gate."""


def parts(found: Found) -> list[Part]:
    """The parts of the answer."""
    borders = explaining.at_borders(records(found.tables["compensation"]))
    about = explaining.about_compensation(found.at, found.draws, _luck(found), borders)
    turning, turns = explaining.about_turning(found.at), showing.turning(found)
    made = [
        Part("What is built in, and what is not", explaining.built_in(found.worlds, found.mechanisms)),
        Part("What the levels of alliance are", explaining.about_levels(found.at), showing.felt(found)),
        Part("The surfaces", explaining.about_surfaces(found.at), None, "surfaces"),
        Part("Does excellence make up?", about, showing.compensation(found)),
        Part("Where the answer turns", turning, turns, "turning"),
        Part("Where it makes up, and in how many worlds", explaining.PROBABILITY, None, "probability"),
        Part("The exchange rate at the margin", _about_rate(found), showing.rates(found), "exchange"),
        Part("Interaction, and on which scale", explaining.about_interaction(found.at), showing.interactions(found)),
    ]
    if "ways" in found.tables:
        made.append(Part("What an interaction is made of", _about_ways(found), None, "ways"))
    if "attunement" in found.tables:
        borders = explaining.at_borders(records(found.tables["attunement"]))
        words = explaining.about_attunement(_sd_of_attunement(found), borders)
        made.append(Part("The other way: attunement", words, showing.compensation(found, "attunement", "attunement")))
    return made


def _luck(found: Found) -> float:
    """The largest share of luck in the variance among draws of a difference; nan where each draw was played once."""
    return float(found.tables["compensation"]["luck"].max())


def _about_rate(found: Found) -> str:
    """The exchange rate, with the first world in which technique replaces some of the alliance as an example."""
    for world in found.worlds:
        rate, turns = found.rate(world), float(found.turns(world)["turns"])
        if found.replaceable(rate) and rate["rate"] > 0 and float("-inf") < turns < 0:
            told = {"rate": float(rate["rate"]), "turns": turns}
            return explaining.about_rate(told, world, found.at.excellence, found.played)
    return explaining.about_rate(None, "", found.at.excellence, found.played)


def _about_ways(found: Found) -> str:
    """What an interaction is made of, and what is left with every way closed where technique works without a gate."""
    rows = records(found.tables["ways"])
    way = str(rows[-1]["way"])
    left = [
        row
        for row in rows
        if row["way"] == way and found.mechanisms[row["world"]] in OPEN_TO_ALL and row["world"] in found.worlds
    ]
    return explaining.about_ways(left, way)


def _sd_of_attunement(found: Found) -> dict[str, float]:
    """What one SD of attunement among therapists does to felt alliance, in SD among clients, in each world."""
    table = found.tables["attunement_felt"]
    up = table[table["shift"] == min(level for level in found.at.attunement if level > 0)]
    return dict(zip(up["world"], up["sd_units"] / up["shift"], strict=True))
