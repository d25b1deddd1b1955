"""The points of the short answer about a service, one a question, with numbers and their errors."""

from collections.abc import Iterator

from alliance_sim.questions.service.comparing import BY_SPILLOVER, FROM_SMALLEST, LIGHT, PER_CLIENT, PER_YEAR, SAME
from alliance_sim.questions.service.telling import Told, Value, compared_with, crossing_words, place
from alliance_sim.stats.numbers import listed, number

REFERRED, RECOVERED = PER_CLIENT[0], "recovered_referred_pct"


def points(told: Told) -> list[str]:
    """The list below the lead of the short answer, a line of Markdown each."""
    return [*_arms(told), *_cost(told), *_crossings(told), *_gain_itself(told), *_year(told), *_elsewhere(told)]


def _arms(told: Told) -> Iterator[str]:
    """Each arm's gain with its Monte-Carlo error, and how many more recover."""
    gains, recovered = [], []
    for arm in told.layout.changed:
        gains.append(f"{arm} {told.gain(REFERRED, arm).with_error(2, signed=True)}")
        recovered.append(f"{arm} {told.gain(RECOVERED, arm).words(1, signed=True)}")
    if gains:
        yield (
            f"- **What each arm brings** to everybody referred ({place(told)}): {'; '.join(gains)} {told.facts.scale} "
            f"points. Share that has recovered by then: {told.value(RECOVERED).words(1)} % under "
            f'"{told.layout.baseline}"; {"; ".join(recovered)} percentage points. '
            "(MCSE: Monte-Carlo standard error, that of so many simulated services.)"
        )


def _cost(told: Told) -> Iterator[str]:
    """What spill-over costs under the baseline at the ends of the caseloads, and where it costs most."""
    layout = told.layout
    if layout.off is None or not layout.on:
        return
    last = layout.caseloads[-1]
    made = {
        (world, caseload): told.value(REFERRED, world=world, caseload=caseload, kind=BY_SPILLOVER)
        for world in layout.on
        for caseload in layout.caseloads
    }
    ends = sorted({layout.caseloads[0], last})
    own = " and ".join(f"{_costs(made[layout.world, caseload])} at {caseload} places" for caseload in ends)
    most = min(layout.on, key=lambda world: made[world, last].value)
    other = f"; most at {last} places with {most}: it {_costs(made[most, last])}" if most != layout.world else ""
    yield f'- **What spill-over does by itself** ("{layout.baseline}", strain {layout.world}): it {own}{other}.'


def _costs(made: Value) -> str:
    """What spill-over takes or adds, with its verb."""
    return f"costs {made.negated().with_error(2)}" if made.value <= 0.0 else f"adds {made.with_error(2)}"


def _crossings(told: Told) -> Iterator[str]:
    """At what caseload each arm's gain is eaten, in every form of strain."""
    layout = told.layout
    titles = {SAME: "At what caseload does spill-over eat the gain?", LIGHT: "How far can caseloads be raised for it?"}
    for against, title in titles.items():
        forms: dict[str, list[str]] = {}
        for world in layout.on:
            words = _arms_at(told, against, world)
            if words:
                forms.setdefault(words, []).append(world)
        if forms:
            yield f"- **{title}** Compared with {compared_with(against, layout)}, the gain of an arm is used up:"
            yield from (f"  - *{listed(worlds)}*: {words}." for words, worlds in forms.items())


def _arms_at(told: Told, against: str, world: str) -> str:
    """Where the gain of each arm is eaten in one form of strain; arms with the same finding together."""
    groups: dict[str, list[str]] = {}
    for arm in told.layout.changed:
        cross = told.crossing(arm, REFERRED, against, world)
        if cross is not None:
            groups.setdefault(crossing_words(cross, told.layout.caseloads), []).append(arm)
    if len(groups) == 1 and len(told.layout.changed) > 1:
        return f"every arm {next(iter(groups))}"
    return "; ".join(f"{listed(arms)} {words}" for words, arms in groups.items())


def _gain_itself(told: Told) -> Iterator[str]:
    """How the gain itself changes with strain."""
    layout = told.layout
    if layout.off is None or not (layout.on and layout.changed):
        return
    said = [f"{arm} {changed_words(told, arm)}" for arm in layout.changed]
    forms = f"Of {len(layout.on)} forms of strain, at {layout.caseloads[-1]} places"
    yield f"- **Is the gain itself smaller?** {forms}: {'; '.join(said)}."


def changed_words(told: Told, arm: str) -> str:
    """In how many forms of strain an arm's gain is another one."""
    found = told.changed_gain(arm)
    return f"in {len(found.smaller) or 'none'} clearly smaller, in {len(found.larger) or 'none'} clearly larger"


def _year(told: Told) -> Iterator[str]:
    """What more places bring when a year is counted and not a client."""
    layout = told.layout
    if len(layout.caseloads) < 2:
        return
    first, last = layout.caseloads[0], layout.caseloads[-1]
    worlds = layout.on or layout.worlds
    few, many = (told.value(PER_YEAR, caseload=caseload).words(1) for caseload in (first, last))
    times = {world: told.times(world) for world in worlds}
    others = [f"{times[world].words(1)} ({world})" for world in worlds if world != layout.world]
    falls = [
        world
        for world in worlds
        if told.value(REFERRED, world=world, caseload=last, kind=FROM_SMALLEST).is_clearly_below
    ]
    yield (
        f"- **Counted by the year**, {number(last / first, 1).removesuffix('.0')} times the places ({first} to {last}) "
        f'bring {times[layout.world].words(1)} times the recovered treatments ("{layout.baseline}", strain '
        f"{layout.world}: from {few} to {many} per therapist)"
        + (f"; with strain of other forms {listed(others)}" if others else "")
        + f". Improvement of everybody referred is clearly less at {last} places than at {first} in "
        f"{len(falls) or 'none'} of {len(worlds)}{f' ({listed(falls)})' if falls else ''}. Hours by themselves tire "
        "nobody in this model."
    )


def _elsewhere(told: Told) -> Iterator[str]:
    """The other scenarios: what places bring, what each arm brings, and why where an arm does harm."""
    layout = told.layout
    first, last, here = layout.caseloads[0], layout.caseloads[-1], layout.reference
    for scenario in list(layout.scenarios)[1:]:
        few, many = (told.value(REFERRED, scenario=scenario, caseload=c).words(2) for c in (first, last))
        gains = {arm: told.gain(REFERRED, arm, scenario=scenario) for arm in layout.changed}
        words = f'- **Scenario "{scenario}":** everybody referred improves by {few} points at {first} places'
        words += f' and by {many} at {last} ("{layout.baseline}", strain {layout.world}).'
        if gains:
            said = [f"{arm} {gain.with_error(2, signed=True)}" for arm, gain in gains.items()]
            words += f" At {here} places: {'; '.join(said)}."
        for arm, gain in gains.items():
            if gain.is_clearly_below:
                gave_up, ended = (told.gain(name, arm, scenario=scenario) for name in ("gave_up_pct", "ended_year"))
                words += (
                    f" Under {arm} everybody referred fares worse than under {layout.baseline}: treatments ended in "
                    f"the year change by {ended.words(1, signed=True)} per therapist, and those who give up waiting by "
                    f"{gave_up.words(1, signed=True)} percentage points."
                )
        yield words
