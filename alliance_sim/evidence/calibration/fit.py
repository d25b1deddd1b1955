"""The whole of a calibration: simulate, learn, sample, check; every stage kept, so that it goes on where it stopped."""

import io
import json
import platform
from hashlib import blake2b, sha256
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path

import numpy as np
import pandas as pd
from ruamel.yaml import YAML

import alliance_sim
from alliance_sim.compiled import LAW_VERSION
from alliance_sim.evidence.calibration.config import Calibration, free_defaults
from alliance_sim.evidence.calibration.emulator import Emulator, emulation_error, fit_emulator
from alliance_sim.evidence.calibration.prior import Prior
from alliance_sim.evidence.calibration.recovery import INTERVALS, recover
from alliance_sim.evidence.calibration.sampling import Chains, sample
from alliance_sim.evidence.calibration.simulate import Job, simulate
from alliance_sim.evidence.calibration.targets import Target, off_scale, targets
from alliance_sim.evidence.practice import Sites
from alliance_sim.experiment.kept import Stage
from alliance_sim.experiment.workers import Workers
from alliance_sim.files.record import Record, record_of
from alliance_sim.files.sums import noting
from alliance_sim.sources import behind
from alliance_sim.stats.linear import Floats

LIBRARIES = ("numpy", "scipy", "numba", "scikit-learn", "numpyro", "jax")

WIDER = 2.0
"""The first later wave is drawn from a posterior with all errors multiplied by this, those that follow by ever less."""


def calibrate(calibration: Calibration, folder: Path, workers: Workers, stage: Stage) -> None:
    """Fit the free parameters to the tier-fit findings, and write everything into the folder.

    Simulations are kept in folder/simulations and found again; what follows them takes minutes. Raises
    KeyboardInterrupt when stopped, ConfigError for files in the folder that were changed.
    """
    with noting() as noted:
        tables, divergent = _fit(calibration, folder, workers, stage)
    record = record_of(folder)
    _write(tables, calibration, record, divergent)
    record.close(address(calibration), (file.relative_to(folder).as_posix() for file in noted.used))


def _fit(
    calibration: Calibration, folder: Path, workers: Workers, stage: Stage
) -> tuple[dict[str, pd.DataFrame], float]:
    """What a calibration finds, by file, and the share of trajectories of its chains that diverged.

    parameters: a row a free parameter (prior, posterior, what was learned, mixing, recovery); targets: a row a number
    (published, emulated and simulated anew at the posterior); posterior: a row a draw; recovery: a row a synthetic fit
    and parameter; trace: means over chains, a row a draw.
    """
    effort, prior = calibration.effort, calibration.prior
    wanted = targets(calibration.leave_out)
    small = max(2, effort.sites // 4)
    job = Job(wanted, prior.paths, Sites(effort.sites, small, small, small), effort.seed, calibration.mechanisms)
    values = np.array([target.value for target in wanted])
    published = np.array([target.error for target in wanted])

    def run(words: str, points: Floats, first: int) -> Floats:
        return simulate(job, points, first, folder / "simulations", workers, stage(words, len(points)))

    def explore(words: str, learned: Emulator, errors: Floats, steps: int, seed: int) -> Chains:
        progress = stage(words, effort.chains)
        return sample(
            learned, values, errors, chains=effort.chains, steps=steps, seed=seed, workers=workers, progress=progress
        )

    points, unseen = prior.design(effort.points, effort.seed), prior.design(effort.checks, effort.seed + 1)
    found = run("Playing the first wave", points, 0)
    found_unseen = run("Playing points for checks", unseen, effort.points)
    emulator = fit_emulator(prior, points, found, effort.seed)
    wrong = emulation_error(emulator, unseen, found_unseen)
    near, learned, fresh = wrong, emulator, effort.second // 8
    used = effort.points + effort.checks
    for wave in range(effort.waves if effort.second else 0):
        errors = _errors(published, near, effort.discrepancy) * WIDER ** (1.0 - wave / effort.waves)
        seed, steps = effort.seed + 100 * (wave + 1), max(50, effort.steps // 2)
        chains = explore(f"Looking for wave {wave + 2}", learned, errors, steps, seed)
        more = chains.thinned(effort.second, effort.seed + wave)
        found_more = run(f"Playing wave {wave + 2}", more, used)
        used += effort.second
        # the first points of a wave are kept from the emulator, to measure it where the posterior is
        seen, found_seen = np.vstack([points, more[fresh:]]), np.vstack([found, found_more[fresh:]])
        learned = fit_emulator(prior, seen, found_seen, effort.seed)
        near = emulation_error(learned, more[:fresh], found_more[:fresh])
        points, found = np.vstack([points, more]), np.vstack([found, found_more])
    errors = _errors(published, near, effort.discrepancy)
    chains = explore("Sampling the posterior", learned, errors, effort.steps, effort.seed)
    draws = chains.thinned(effort.draws, effort.seed)
    found_anew = run("Playing the posterior anew", draws[: effort.checks], used)
    # known parameters near the ends of their ranges could only be missed towards the middle
    inner = np.flatnonzero((np.abs(prior.scaled(unseen)) < 0.9).mean(axis=1) > 0.8)[: effort.recoveries]
    errors, progress = _errors(published, wrong, effort.discrepancy), stage("Recovering known parameters", len(inner))
    back = recover(emulator, unseen[inner], found_unseen[inner], published, errors, effort.seed, workers, progress)
    tables = {
        "parameters": _parameter_table(prior, chains, back),
        "targets": _target_table(wanted, learned.predict(draws), found_anew, near),
        "posterior": pd.DataFrame(draws, columns=list(prior.paths)),
        "recovery": back,
        "trace": pd.DataFrame(chains.draws.mean(axis=1), columns=list(prior.paths)),
    }
    return tables, chains.divergent


def _errors(published: Floats, emulated: Floats, discrepancy: float) -> Floats:
    """Standard error of each comparison: published, model discrepancy, emulator and simulation, added in squares."""
    return np.sqrt(published * published * (1.0 + discrepancy * discrepancy) + emulated * emulated)


def _parameter_table(prior: Prior, chains: Chains, back: pd.DataFrame) -> pd.DataFrame:
    flat = chains.flat
    low, middle, high = np.quantile(flat, [0.05, 0.5, 0.95], axis=0)
    prior_sd = (prior.high - prior.low) / np.sqrt(12.0)
    learned = 1.0 - flat.var(axis=0) / (prior_sd * prior_sd)
    table = pd.DataFrame(
        {
            "parameter": prior.paths,
            "prior_low": prior.low,
            "prior_high": prior.high,
            "default": free_defaults(prior),
            "mean": flat.mean(axis=0),
            "median": middle,
            "sd": flat.std(axis=0),
            "low": low,
            "high": high,
            "learned": learned,
            "informed": [informed(share) for share in learned],
            "r_hat": chains.r_hat,
            "effective_draws": chains.effective,
        }
    )
    if len(back):
        by = back.assign(off=(back["mean"] - back["truth"]) ** 2).groupby("parameter", sort=False)
        table["recovery_rmse"] = np.sqrt(by["off"].mean().to_numpy()) / (prior.high - prior.low)
        for level in INTERVALS:
            table[f"coverage_{level}"] = by[f"inside_{level}"].mean().to_numpy()
    return table


def informed(share: float) -> str:
    """How well the findings inform a parameter, in a word, by the share of prior variance that is gone."""
    return "well" if share > 0.9 else "partly" if share > 0.5 else "hardly"


def _target_table(wanted: tuple[Target, ...], emulated: Floats, anew: Floats, near: Floats) -> pd.DataFrame:
    table = pd.DataFrame([(t.key, t.finding, t.name) for t in wanted], columns=["target", "finding", "name"])
    fisher, value, error = (np.array([getattr(t, name) for t in wanted]) for name in ("fisher", "value", "error"))
    table["published"] = off_scale(fisher, value)
    table["error"], table["error_basis"] = error, [t.basis for t in wanted]
    table["emulated"] = off_scale(fisher, emulated).mean(axis=0)
    for name, numbers in (("played", off_scale(fisher, anew)), ("z", (anew - value) / error)):
        table[name] = np.nanmean(numbers, axis=0)
        table[f"{name}_low"], table[f"{name}_high"] = np.nanquantile(numbers, [0.025, 0.975], axis=0)
    table.insert(list(table.columns).index("z"), "emulator_error", near)
    return table


def _write(tables: dict[str, pd.DataFrame], calibration: Calibration, record: Record, divergent: float) -> None:
    """Write the tables, the draws as a population of parameters, and what they rest on."""
    for name, table in tables.items():
        record.write(f"{name}.csv", table.to_csv(index=False, float_format="%.6g", lineterminator="\n"))
    yaml = YAML()
    yaml.width = 110
    stream = io.StringIO()
    stream.write(f"# The calibration {calibration.name} as it was read, with everything that was set.\n")
    yaml.dump(calibration.stated(), stream)
    record.write("config.yaml", stream.getvalue())
    parameters = tables["parameters"]
    about = {
        "address": address(calibration),
        "title": calibration.title,
        "program": alliance_sim.__version__,
        "law": LAW_VERSION,
        "findings": sha256(files("alliance_sim.evidence").joinpath("findings.csv").read_bytes()).hexdigest(),
        "python": platform.python_version(),
        "libraries": {name: version(name) for name in LIBRARIES},
        "effort": calibration.effort._asdict(),
        "left_out": list(calibration.leave_out),
        "divergent": divergent,
        "largest_r_hat": float(parameters["r_hat"].max()),
        "fewest_effective_draws": float(parameters["effective_draws"].min()),
        "centre": {row.parameter: float(f"{row.mean:.3g}") for row in parameters.itertuples()},
    }
    record.write("calibration.json", json.dumps(about, indent=2) + "\n")


def address(calibration: Calibration) -> str:
    """A hash of all that decides what a calibration finds: code, findings, and everything that its config states."""
    stated = {name: value for name, value in calibration.stated().items() if name not in ("title", "question")}
    text = json.dumps([behind(__name__), stated])
    return blake2b(text.encode(), digest_size=16).hexdigest()


def is_finished(calibration: Calibration, folder: Path) -> bool:
    """Whether a folder holds what this calibration finds, as it was written: same code, findings and config."""
    record = record_of(folder)
    return record.made.removesuffix(DRAWN) == address(calibration) and record.is_complete()


DRAWN = " and drawn"
"""What the record of a calibration says at its end where its figures were drawn too."""


def mark_drawn(folder: Path) -> None:
    """Say in the record of a finished calibration that its figures are there."""
    record = record_of(folder)
    record.close(record.made.removesuffix(DRAWN) + DRAWN, record.pieces)
