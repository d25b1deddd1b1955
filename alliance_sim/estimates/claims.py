"""Claims of direction: the one place that decides between "more", "less", "no difference" and "cannot tell"."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

from alliance_sim.stats.estimate import Estimate

OPEN = "cannot be distinguished from zero"


class Claim(NamedTuple):
    """A claim that was made: what of, in which words, and of which kind (1, -1, 0 for open, None for no difference)."""

    estimate: Estimate
    words: str
    kind: int | None
    margin: float | None


_made: list[list[Claim]] = []


@contextmanager
def recorded() -> Iterator[list[Claim]]:
    """Collects the claims that are made meanwhile, and sets them between ⟦ and ⟧: for tests of pages."""
    _made.append([])
    try:
        yield _made[-1]
    finally:
        _made.pop()


def claim(
    estimate: Estimate, up: str, down: str, unclear: str = OPEN, same: str = "", margin: float | None = None
) -> str:
    """The words that the interval bears: `up` or `down` where it excludes zero, else `unclear`.

    With a margin that was stated beforehand: `up` or `down` where the whole interval is beyond it, `same` where it is
    within it, else `unclear`. Without `same`, nothing is ever called the same.

    >>> claim(Estimate(2, 1, 3), "more", "less"), claim(Estimate(2, -1, 5), "more", "less", "perhaps more")
    ('more', 'perhaps more')
    >>> claim(Estimate(0.01, -0.02, 0.04), "more", "less", "open", "no difference", margin=0.05)
    'no difference'
    """
    if margin is None:
        kind: int | None = estimate.sign
    else:
        beyond = estimate.beyond(margin)
        kind = 0 if beyond is None else estimate.sign if beyond else None
    words = {1: up, -1: down, 0: unclear, None: same or unclear}[kind]
    if _made:
        _made[-1].append(Claim(estimate, words, kind, margin))
        return f"⟦{words}⟧"
    return words
