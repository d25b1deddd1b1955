"""What the package's own statistics save, and how far they agree with the libraries that could be used instead.

    pip install statsmodels semopy
    python benchmarks/own_statistics.py [ROUNDS]

Each is fitted to the same simulated data by turns, ROUNDS times (20). Prints a table in Markdown: median milliseconds
of both, the median ratio of neighbours in time, and the largest relative difference of the estimates. A library that is
not installed is left out.
"""

import importlib.util
import statistics
import sys
import time
import warnings
from collections.abc import Callable, Iterator
from typing import NamedTuple

import numpy as np
import pandas as pd

from alliance_sim.stats.clustered import clustered
from alliance_sim.stats.cross_lagged import random_intercept_cross_lagged
from alliance_sim.stats.linear import Codes, Floats
from alliance_sim.stats.multilevel import random_intercept

Fit = Callable[[], Floats]


class Rival(NamedTuple):
    """One statistic in two programs; both return the same numbers."""

    what: str
    library: str
    ours: Fit
    theirs: Fit


def practice(seed: int = 1, therapists: int = 30, clients: int = 20) -> tuple[Floats, Floats, Codes]:
    """Outcome, two predictors and therapist of clients."""
    rng = np.random.default_rng(seed)
    code = np.repeat(np.arange(therapists), clients)
    x = rng.normal(size=(len(code), 2)) + rng.normal(size=therapists)[code][:, None]
    return 0.5 * x[:, 0] + rng.normal(size=therapists)[code] + rng.normal(size=len(code)), x, code


def waves(seed: int = 11, people: int = 400, count: int = 5) -> tuple[Floats, Floats]:
    """Waves of two measures with lasting levels and lagged effects; one in ten was missed."""
    rng = np.random.default_rng(seed)
    lasting = rng.multivariate_normal([0.0, 0.0], [[1.0, 0.3], [0.3, 1.0]], people)
    own, found = np.zeros((people, 2)), []
    for step in rng.multivariate_normal([0.0, 0.0], [[1.0, 0.2], [0.2, 1.0]], (count + 30, people)):
        own = own @ np.array([[0.3, 0.15], [-0.1, 0.4]]) + step
        found.append(lasting + own)
    whole = np.array(found[-count:]).transpose(1, 0, 2)
    whole[rng.random((people, count)) < 0.1] = np.nan
    return whole[:, :, 0], whole[:, :, 1]


def rivals() -> Iterator[Rival]:
    """What can be compared with the libraries that are installed."""
    y, x, code = practice()
    if importlib.util.find_spec("statsmodels"):
        import statsmodels.api as sm

        design = sm.add_constant(x)
        yield Rival(
            "random intercept, REML: coefficients",
            "statsmodels MixedLM",
            lambda: random_intercept(y, x, code).coefficients,
            lambda: sm.MixedLM(y, design, code).fit(method="powell").fe_params,
        )
        yield Rival(
            "least squares, errors by clusters",
            "statsmodels OLS",
            lambda: np.sqrt(np.diag(clustered(y, x, code).covariance))[:2],
            lambda: sm.OLS(y, design).fit(cov_type="cluster", cov_kwds={"groups": code}).bse[1:],
        )
        levels = np.column_stack([x, pd.get_dummies(code).to_numpy(float)])
        yield Rival(
            "the same with fixed effects of 30 therapists: slopes",
            "statsmodels OLS",
            lambda: clustered(y, x, code, units=code).coefficients,
            lambda: (
                sm.OLS(y, np.column_stack([x, levels])).fit(cov_type="cluster", cov_kwds={"groups": code}).params[:2]
            ),
        )
    if importlib.util.find_spec("semopy"):
        import semopy

        one, other = waves()
        data = pd.DataFrame({f"{n}{t}": m[:, t] for n, m in (("x", one), ("y", other)) for t in range(one.shape[1])})
        yield Rival(
            "random-intercept cross-lagged panel, 5 waves, some missed: lags",
            "semopy, FIML",
            lambda: np.array([each.value for each in _lags(one, other)]),
            lambda: _semopy(semopy, data),
        )


def _lags(one: Floats, other: Floats) -> tuple:
    found = random_intercept_cross_lagged(one, other)
    assert found is not None
    return found.x_to_x, found.y_to_x, found.x_to_y, found.y_to_y


def _semopy(semopy: object, data: pd.DataFrame) -> Floats:
    """The same model, with the same equality constraints."""
    count = data.shape[1] // 2
    lines = [f"I{n} =~ " + " + ".join(f"1*{n}{t}" for t in range(count)) for n in "xy"]
    lines += [f"w{n}{t} =~ 1*{n}{t}" for n in "xy" for t in range(count)]
    lines += [f"{n}{t} ~~ 0*{n}{t}" for n in "xy" for t in range(count)]
    for t in range(1, count):
        lines += [f"wx{t} ~ a*wx{t - 1} + b*wy{t - 1}", f"wy{t} ~ c*wx{t - 1} + d*wy{t - 1}"]
        lines += [f"wx{t} ~~ e*wx{t}", f"wx{t} ~~ f*wy{t}", f"wy{t} ~~ g*wy{t}"]
    lines += ["wx0 ~~ wy0", "Ix ~~ Iy", *(f"I{n} ~~ 0*w{m}0" for n in "xy" for m in "xy")]
    model = semopy.Model("\n".join(lines))  # type: ignore[attr-defined]
    model.fit(data, obj="FIML")
    table = model.inspect()
    found = table[(table["op"] == "~") & table["lval"].isin(["wx1", "wy1"])].set_index(["lval", "rval"])["Estimate"]
    return np.array([found[pair] for pair in (("wx1", "wx0"), ("wx1", "wy0"), ("wy1", "wx0"), ("wy1", "wy0"))], float)


def timed(fit: Fit) -> tuple[float, Floats]:
    """Milliseconds and the numbers."""
    start = time.perf_counter()
    found = np.asarray(fit(), np.float64)
    return 1e3 * (time.perf_counter() - start), found


def main(rounds: int = 20) -> None:
    """Print the table."""
    print("| statistic | library | ours, ms | theirs, ms | times as fast | largest difference |")
    print("|---|---|---|---|---|---|")
    for each in rivals():
        timed(each.ours)
        pairs = [(timed(each.ours), timed(each.theirs)) for _ in range(rounds)]
        ours, theirs = ([pair[k][0] for pair in pairs] for k in (0, 1))
        one, other = pairs[0][0][1], pairs[0][1][1]
        off = float(np.max(np.abs(one - other) / np.abs(other)))
        ratio = statistics.median(b / a for a, b in zip(ours, theirs, strict=True))
        numbers = f"{statistics.median(ours):.2f} | {statistics.median(theirs):.1f} | {ratio:.0f} | {off:.1e}"
        print(f"| {each.what} | {each.library} | {numbers} |")


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    main(*map(int, sys.argv[1:]))
