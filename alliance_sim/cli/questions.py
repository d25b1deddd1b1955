"""Commands that answer a question of one kind: evidence, calibrate, sensitivity, power, optimise, data."""

from pathlib import Path
from typing import Annotated

import typer

from alliance_sim.cli.answers import print_answer
from alliance_sim.cli.app import (
    ConfigFile,
    Overrides,
    Overwrite,
    ResultFolder,
    Scheduler,
    Workers,
    Yes,
    app,
    consent,
    console,
    need,
    piped,
    resumable,
    stoppable,
    who_works,
    writing,
)
from alliance_sim.evidence import DRAWS, FEWEST_DRAWS, MOST_DRAWS, SEED


@app.command(epilog="Examples: alliance-sim evidence   alliance-sim evidence --json evidence.json --figure evidence")
def evidence(
    json_file: Annotated[
        Path | None, typer.Option("--json", metavar="FILE", help="Also write FILE, a record a finding.")
    ] = None,
    csv_file: Annotated[
        Path | None, typer.Option("--csv", metavar="FILE", help="Also write FILE, a row a published number.")
    ] = None,
    figure: Annotated[
        Path | None, typer.Option("--figure", metavar="FILE", help="Also draw the comparison: FILE.png and FILE.svg.")
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="DIR", help="Write all of these into DIR: evidence.json, .csv, .png and .svg."),
    ] = None,
    parameters: Annotated[
        str,
        typer.Option("--parameters", metavar="NAME", help="calibrated, posterior, or the path of a CSV file of draws."),
    ] = "posterior",
    draws: Annotated[
        int,
        typer.Option(
            "--draws",
            metavar="N",
            min=FEWEST_DRAWS,
            max=MOST_DRAWS,
            help="Simulated practices, each under its own draw of the parameters.",
        ),
    ] = DRAWS,
    seed: Annotated[int, typer.Option("--seed", metavar="N", min=0, help="Seed of the random draws.")] = SEED,
    workers: Workers = None,
    scheduler: Scheduler = None,
    overwrite: Overwrite = False,
) -> None:
    """Compare the model with every published finding: those that set parameters, and those held out."""
    from alliance_sim.api.work import compare_literature
    from alliance_sim.files.single import refuse_others
    from alliance_sim.report.literature import comparison_files, print_comparison, write_comparison

    if out is not None:
        json_file = json_file or out / "evidence.json"
        csv_file = csv_file or out / "evidence.csv"
        figure = figure or out / "evidence"
    refuse_others(comparison_files(json_file, csv_file, figure), overwrite)
    with stoppable():
        compared = compare_literature(parameters, draws, seed, workers=who_works(workers, scheduler))
    print_comparison(console(), compared, draws, parameters)
    with writing("comparison"):
        written = write_comparison(compared, json_file, csv_file, figure, overwrite)
    for file in written:
        typer.echo(f"Written: {file}")


@app.command(
    epilog="Examples: alliance-sim calibrate configs/calibration.yaml --quick   "
    "alliance-sim calibrate configs/calibration.yaml --set effort.points=6000"
)
def calibrate(
    config: ConfigFile,
    out: ResultFolder = None,
    quick: Annotated[
        bool,
        typer.Option("--quick", help="A trial of a few minutes: it shows that everything works, and finds little."),
    ] = False,
    workers: Workers = None,
    scheduler: Scheduler = None,
    settings: Overrides = None,
    overwrite: Overwrite = False,
    yes: Yes = False,
) -> None:
    """Fit the free parameters to published findings that may set them. Run it again to resume."""
    from alliance_sim.api.work import fit_literature
    from alliance_sim.evidence.calibration.config import load_calibration
    from alliance_sim.report.fitted import print_fit

    calibration = load_calibration(config, settings or (), quick=quick)
    need("calibrate", {"sklearn": "scikit-learn", "numpyro": "numpyro"})
    folder = out if out is not None else Path("results") / (calibration.name + ("_quick" if quick else ""))
    working = who_works(workers, scheduler)
    consent(calibration, folder, yes)
    with resumable("calibration", folder):
        fit_literature(calibration, folder, workers=working, overwrite=overwrite)
    print_fit(console(), folder)


def _question_command(key: str, example: str, about: str) -> None:
    """Add the command of a kind of question; all of them take the same options."""

    def command(
        config: ConfigFile,
        out: ResultFolder = None,
        workers: Workers = None,
        scheduler: Scheduler = None,
        settings: Overrides = None,
        overwrite: Overwrite = False,
        yes: Yes = False,
    ) -> None:
        from alliance_sim.questions.frame.config import load_question

        print_answer(load_question(config, settings or (), key), out, who_works(workers, scheduler), overwrite, yes)

    app.command(key, help=about, epilog=f"Example: alliance-sim {key} {example}")(command)


_question_command(
    "sensitivity",
    "configs/sensitivity.yaml --out results/what_matters",
    "Find which parameters an estimate depends on: Morris screening, then Sobol indices with intervals.",
)
_question_command(
    "power",
    "configs/power.yaml --set power.wanted=0.9",
    "Plan a trial: its power and type I error rate at every size, and the smallest design that suffices.",
)
_question_command(
    "optimise",
    "configs/optimise.yaml --set optimise.trials=50",
    "Search the repair policy that is best for each profile of clients, and test the winner on new clients.",
)


@app.command(
    epilog="Examples: alliance-sim data docs/data/long.yaml   "
    "alliance-sim data my_clinic.yaml --beside configs/quickstart.yaml"
)
def data(
    mapping: Annotated[
        Path,
        typer.Argument(
            metavar="MAPPING",
            help="The YAML file that says which column of your table holds what.",
            callback=piped,
        ),
    ],
    out: ResultFolder = None,
    beside: Annotated[
        Path | None,
        typer.Option("--beside", metavar="CONFIG", help="Compare with the arms of CONFIG; default: with the model."),
    ] = None,
    workers: Workers = None,
    scheduler: Scheduler = None,
    settings: Overrides = None,
    overwrite: Overwrite = False,
    yes: Yes = False,
) -> None:
    """Estimate from a table of your own, and compare your clinic with simulated clinics of its size."""
    from alliance_sim.questions.frame.config import question_of, read_config

    question = question_of(mapping, read_config(mapping, settings or (), beside), "data")
    print_answer(question, out, who_works(workers, scheduler), overwrite, yes)
