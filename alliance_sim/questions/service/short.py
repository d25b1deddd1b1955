"""The short answer about a service: a few plain sentences that depend on what was found, and a list of numbers."""

from collections.abc import Iterator

from alliance_sim.questions.service.comparing import LIGHT, PER_CLIENT, SAME
from alliance_sim.questions.service.points import points
from alliance_sim.questions.service.telling import Told, Value
from alliance_sim.stats.numbers import listed, number

REFERRED = PER_CLIENT[0]
END = "No finding informs how strain works, so that the answers for all of its forms are part of the answer."


def short(told: Told) -> str:
    """The answer in a few sentences, and below them a list."""
    lead = " ".join([*_gains(told), *_eaten(told), *_gain_itself(told)])
    return "\n".join([lead, "", *points(told), f"- {END}"])


def _gains(told: Told) -> Iterator[str]:
    """What each arm brings at the reference caseload, and how much that is."""
    layout, scale, reliable = told.layout, told.facts.scale, told.facts.reliable
    weeks = layout.scenarios[layout.scenario].horizon
    level = told.value(REFERRED).words(2)
    found = (
        f"With {layout.reference} places for each therapist, everybody referred improves by {level} {scale} points "
        f'within {weeks} weeks under "{layout.baseline}"'
    )
    if not layout.changed:
        yield f"{found}."
        return
    gains = {arm: told.gain(REFERRED, arm) for arm in layout.changed}
    added = listed([f"{arm} {_words(gain)}" for arm, gain in gains.items()])
    part = 100.0 * max(abs(gain.value) for gain in gains.values()) / reliable if reliable > 0.0 else 0.0
    size = (
        f", at most {number(part, 0)} % of the {number(reliable, 0)} points from which on a change of a "
        "single client counts as reliable"
    )
    yield f"{found}; the other arms add to that: {added} points{size if reliable > 0.0 else ''}."


def _words(gain: Value) -> str:
    """A gain with its interval; said where it may be nothing."""
    return gain.words(2, signed=True) + ("" if gain.is_clear else " (cannot be told from nothing)")


def _eaten(told: Told) -> Iterator[str]:
    """In which forms of strain a gain is eaten at some caseload, and in which it is not."""
    layout = told.layout
    if not (layout.on and layout.changed and len(layout.caseloads) > 1):
        return
    against = LIGHT if layout.off is None else SAME
    eaten: dict[bool, list[str]] = {True: [], False: []}
    for world in layout.on:
        found = [told.crossing(arm, REFERRED, against, world) for arm in layout.changed]
        eaten[any(cross is not None and cross.at <= layout.caseloads[-1] for cross in found)].append(world)
    most, forms = layout.caseloads[-1], len(layout.on)
    if not eaten[True]:
        yield f"In none of {forms} forms of strain does spill-over eat the gain of an arm at any caseload up to {most}."
        return
    others = f"; not in {listed(eaten[False])}" if eaten[False] else ""
    yield (
        f"Spill-over eats the gain of at least one arm at some caseload up to {most} in {len(eaten[True])} of {forms} "
        f"forms of strain: {listed(eaten[True])}{others}."
    )


def _gain_itself(told: Told) -> Iterator[str]:
    """Whether strain makes the gain itself smaller, or costs everybody the same."""
    layout = told.layout
    if layout.off is None or not (layout.on and layout.changed):
        return
    smaller = {arm: told.changed_gain(arm).smaller for arm in layout.changed}
    if any(smaller.values()):
        found = [f"{arm} in {len(worlds)}" for arm, worlds in smaller.items()]
        yield f"The gain itself is clearly smaller under strain for {listed(found)} of {len(layout.on)} forms."
        return
    yield (
        "The gain itself, arm against arm under the same strain, is clearly smaller in no form and for no arm: where a "
        "gain is eaten, strain costs everybody, with the arm or without it, as much as the arm brings."
    )
