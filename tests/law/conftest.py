"""Random cases for the formulas of docs/model.md."""

from types import SimpleNamespace

import numpy as np
import pytest

from alliance_sim.law.attention import Treatment
from alliance_sim.law.rupture import Break
from alliance_sim.law.state import ClientState, ClientTraits, TherapistState, TherapistTraits
from alliance_sim.law.world import Parameters

KINDS = ("calm", "withdrawal", "confrontation")


def shaken(group, rng):
    """A group of parameters, each moved to a random point in the middle of its range."""
    values = {}
    for name, note in type(group).__annotations__.items():
        about = note.__metadata__[0]
        values[name] = float(about.low + (0.2 + 0.6 * rng.random()) * (about.high - about.low))
    return group._replace(**values)


@pytest.fixture(params=range(15))
def case(request):
    """Random people, states, events and parameters; no parameter is at an end, so that no term is zero by chance."""
    rng = np.random.default_rng(request.param)
    kind = request.param % 3
    severity = float(rng.uniform(0.1, 1.5)) if kind else 0.0
    share = rng.random
    return SimpleNamespace(
        rng=rng,
        p=Parameters(*(shaken(group, rng) for group in Parameters())),
        client=ClientState(
            *rng.normal(0.5, 1.0, 3), *rng.uniform(0.1, 1.0, 3), share(), share(), rng.uniform(0, 0.5),
            rng.uniform(0.5, 2.0), float(rng.integers(1, 4)), share(), rng.uniform(0, 2),
            rng.uniform(0.2, 3), rng.normal(0, 0.3), rng.uniform(0, 2), 0.0, 3.0, 3.5, 4.0,
        ),
        traits=ClientTraits(
            *rng.normal(size=2), share(), share(), share(), rng.normal(0, 0.5), rng.normal(), share(), 1.2, 2.0,
            rng.uniform(0.3, 3.0),
        ),
        helper=TherapistTraits(*rng.normal(size=5)),
        therapist=TherapistState(rng.uniform(0, 2), rng.uniform(0, 0.5)),
        treatment=Treatment(*rng.uniform(0.1, 1.0, 4), rng.uniform(0.5, 1.5), *rng.random(2), rng.uniform(0.5, 1.5)),
        broken=Break(kind, int(rng.integers(1, 4)) if kind else 0, severity),
        kind=KINDS[kind],
    )  # fmt: skip
