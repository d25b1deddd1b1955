"""Power: how large a trial must be, what one of the planned size finds, and how often its analysis errs."""

from collections.abc import Sequence

from alliance_sim.questions.frame.question import Kind, Question
from alliance_sim.questions.power.plan import plan_of
from alliance_sim.questions.power.section import SECTION, wrong


def size(question: Question) -> Sequence[str]:
    """How much will be simulated."""
    plan, section = plan_of(question), question.section
    cells = plan.coarse()
    clients = sum(int(plan.all_clients(*cell.design)) for cell in cells) * plan.replicates
    draws = ", and under draws of the posterior" if plan.draws else ""
    sizes = (
        ("therapists of an arm", plan.planned.therapists, section.therapists, "clinic.therapists"),
        ("clients of each therapist", plan.planned.clients, section.clients, "clinic.caseload"),
    )
    added = [(own, noun, name) for noun, own, stated, name in sizes if own not in stated]
    trials = f"{len(plan.designs())} designs of {plan.replicates:,} trials each, with and without an effect{draws}"
    search = f"at most {section.refine:,} more trials for each of {len(plan.clients)} caseloads"
    return [
        *(f"The planned trial adds {own} {noun} (`{name}`) to the sizes that are stated." for own, noun, name in added),
        f"{trials}: {len(cells) * plan.replicates:,} trials and {clients:,} clients.",
        f"Search: {search}; then {section.confirm:,} fresh trials of each kind to confirm.",
    ]


KIND = Kind(
    "power",
    "power of a planned trial at every size, false positives without an effect, the smallest trial that suffices",
    SECTION,
    size,
    wrong,
    command="power",
    fewest=100,  # a share of fewer trials is known to ten points at best
)
