"""What questionnaires and raters record, for the NumPy model: `m` the model, `b` before, `h` the hour, by lane."""

from types import SimpleNamespace
from typing import Any

import numpy as np

from peers.numpy_stages import Array, expit


def answer_questionnaires(m: Any, b: SimpleNamespace, h: SimpleNamespace) -> None:
    """Fill in the client's and the therapist's alliance measure, 12 items each."""
    p, z = m.law.rating, m.rng.standard_normal((4, m.lanes))
    shown = b.deference + h.mask
    own = (1.0 - p.candour) * shown + p.leniency * b.leniency + p.occasion * z[0]
    felt = np.stack((h.felt_goal, h.felt_task, h.felt_bond))
    style = p.therapist_occasion * z[1] - p.therapist_style * m.modesty - p.therapist_shift
    by_client = four_items(m, felt + own + p.subscale * z[[2, 2, 3]])
    by_therapist = four_items(m, p.therapist_shrink * (felt + m.blind * shown) + style)
    by_client = np.where(h.attended, by_client, np.nan)
    h.wai_goal, h.wai_task, h.wai_bond = by_client / 4.0
    h.wai_client = by_client.sum(axis=0) / 12.0
    h.wai_therapist = np.where(h.attended, by_therapist.sum(axis=0) / 12.0, np.nan)


def four_items(m: Any, components: Array) -> Array:
    """Sums of the answers (1-5) to four items about each component, under the graded response model."""
    p = m.law.rating
    odds = np.exp(p.shift + p.slope * components)
    u = m.rng.random((4, *components.shape))
    total = np.full(components.shape, 4.0)
    for k in (1, 2, 3, 4):
        at_most = 1.0 / (1.0 + odds * np.exp((2.5 - k) * p.spread))
        total += (u > at_most).sum(axis=0)
    return total


def report_ruptures(m: Any, b: SimpleNamespace, h: SimpleNamespace) -> None:
    """What client, therapist and observer say about ruptures in this session."""
    p, u = m.law.rating, m.rng.random((5, m.lanes))
    kind = np.where(h.breaks, h.rupture, np.where(u[0] < h.confronts, 2, 1))
    by_client = (
        p.report_base - p.report_style * b.leniency + h.breaks * (p.report_rupture + p.report_severity * h.severity)
    )
    by_observer = p.observer_base + p.observer_strain * h.strain + p.observer_rupture * h.breaks
    says = np.where(h.breaks, h.noticed, u[1] < p.therapist_false)
    h.rupture_therapist = kind * (h.attended & says)
    h.rupture_client = kind * (h.attended & (u[2] < expit(by_client)))
    coded = np.where(u[4] < p.observer_confuses, 3 - kind, kind)
    h.rupture_observer = coded * (h.attended & (u[3] < expit(by_observer)))
    seen = np.floor(1.5 + 4.0 * h.resolution + p.resolved_error * m.rng.standard_normal(m.lanes))
    rated = np.where(h.something, np.clip(seen, 1.0, 5.0), 5.0)
    h.resolved_observer = np.where(h.rupture_observer > 0, rated, np.nan)
