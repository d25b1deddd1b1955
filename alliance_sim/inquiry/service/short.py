"""The short answer about a service, in sentences that depend on what was found."""

from collections.abc import Iterator

from alliance_sim.analysis.service_year import BY_NAME
from alliance_sim.inquiry.service.comparing import BY_SPILLOVER, FROM_SMALLEST, LIGHT, PER_CLIENT, PER_YEAR, SAME
from alliance_sim.inquiry.service.telling import Crossing, Told, compared_with, crossing_words, listed

REFERRED = PER_CLIENT[0]


def short(told: Told) -> str:
    """The answer in a few sentences."""
    return " ".join([*_gains(told), *_cost(told), *_crossings(told), *_year(told), *_elsewhere(told), END])


END = "No finding informs how strain works, so that the answers for its other forms are part of the answer."


def _gains(told: Told) -> Iterator[str]:
    """What each arm brings at the reference caseload."""
    layout = told.layout
    service = layout.scenarios[layout.scenario]
    level = told.value(REFERRED)
    words = (
        f'With {layout.reference} places for each therapist (scenario "{layout.scenario}", strain {layout.world}), '
        f"everybody referred improves by {level.words(2)} {told.scale} points within {service.horizon} weeks under "
        f'"{layout.baseline}"'
    )
    brings = [f"{arm} {told.gain(REFERRED, arm).with_error(2, signed=True)}" for arm in layout.changed]
    yield f"{words}; added to that: {'; '.join(brings)}." if brings else f"{words}."


def _cost(told: Told) -> Iterator[str]:
    """What spill-over itself costs at the ends of the caseloads."""
    layout = told.layout
    if layout.off is None or layout.world == layout.off:
        return
    costs = [
        f"{told.value(REFERRED, caseload=caseload, kind=BY_SPILLOVER).with_error(2, signed=True)} at {caseload} places"
        for caseload in sorted({layout.caseloads[0], layout.caseloads[-1]})
    ]
    yield f"Spill-over by itself adds {' and '.join(costs)}."


def _crossings(told: Told) -> Iterator[str]:
    """At what caseload spill-over eats each gain in the first world, and that of the first arm in the others."""
    layout = told.layout
    ways = []
    for against in (SAME, LIGHT):
        found = [(arm, told.crossing(arm, REFERRED, against)) for arm in layout.changed]
        places = _grouped([(arm, cross) for arm, cross in found if cross is not None], told)
        if places:
            ways.append(f"compared with {compared_with(against, layout)}, that of {places}")
    if ways:
        yield f"**At what caseload does spill-over eat the gain?** {_capital('; '.join(ways))}."
    if layout.changed and len(layout.on) > 1:
        arm = layout.changed[0]
        against = SAME if layout.off is not None else LIGHT
        others = [(world, told.crossing(arm, REFERRED, against, world)) for world in layout.on if world != layout.world]
        places = _grouped([(world, cross) for world, cross in others if cross is not None], told)
        yield f"With strain of other forms the gain of {arm} is eaten, compared in the first way: {places}."


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


def _grouped(found: list[tuple[str, Crossing]], told: Told) -> str:
    """Names with the same finding together."""
    groups: dict[str, list[str]] = {}
    for name, cross in found:
        groups.setdefault(crossing_words(cross, told.layout.caseloads), []).append(name)
    return "; ".join(f"{listed(names)}: {words}" for words, names in groups.items())


def _year(told: Told) -> Iterator[str]:
    """Whether the answer is another one when a year is counted and not a client."""
    layout = told.layout
    if len(layout.caseloads) < 2:
        return
    first, last = layout.caseloads[0], layout.caseloads[-1]
    worlds = layout.on or layout.worlds

    def clearly(name: str, sign: int) -> list[str]:
        """The worlds in which an estimate is clearly higher (1) or lower (-1) at the largest caseload."""
        found = {world: told.value(name, world=world, caseload=last, kind=FROM_SMALLEST) for world in worlds}
        return [world for world, value in found.items() if value.is_clear and sign * value.value > 0.0]

    few, many = (told.value(PER_YEAR, caseload=caseload).words(1) for caseload in (first, last))
    falls, rises = clearly(REFERRED, -1), clearly(PER_YEAR, 1)
    begin = "**Counted by the year** the answer is another one: from" if rises else "Counted by the year, from"
    yield (
        f"{begin} {first} to {last} places, recovered treatments of a therapist go from {few} to {many} "
        f"({layout.baseline}), and rise in {len(rises)} of {len(worlds)} forms of strain; improvement of everybody "
        f"referred falls in {len(falls)}{_named(falls)}."
    )


def _named(names: list[str]) -> str:
    return f" ({listed(names)})" if names else ""


def _elsewhere(told: Told) -> Iterator[str]:
    """The other scenarios: what places bring, and what the first arm brings beside it."""
    layout = told.layout
    for scenario in list(layout.scenarios)[1:]:
        ends = (layout.caseloads[0], layout.caseloads[-1])
        few, many = (told.value(REFERRED, scenario=scenario, caseload=caseload) for caseload in ends)
        words = (
            f'In the scenario "{scenario}", everybody referred improves by {few.words(2)} points at {ends[0]} places '
        )
        words += f"and by {many.words(2)} at {ends[1]}"
        if layout.changed:
            arm = layout.changed[0]
            gain = told.gain(REFERRED, arm, scenario=scenario)
            words += f"; {arm} adds {gain.with_error(2, signed=True)} at {layout.reference}"
        yield f"{words}."


def unit(name: str, scale: str) -> str:
    """The unit of an estimate, with the name of the symptom scale."""
    given = BY_NAME[name].unit
    return f"{scale} points" if given == "points" else given


def digits(name: str) -> int:
    """Decimals of an estimate."""
    return 2 if BY_NAME[name].unit in ("points", "SD", "strain") else 1
