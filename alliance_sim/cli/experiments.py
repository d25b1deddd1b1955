"""Commands about experiments and their results: check, parameters, run, results, story."""

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
    bad,
    consent,
    console,
    failed,
    print_notes,
    resumable,
    who_works,
    writing,
)
from alliance_sim.scenario.letters import visible


@app.command(epilog="Example: alliance-sim check configs/quickstart.yaml --set replicates=5")
def check(config: ConfigFile, settings: Overrides = None) -> None:
    """Check a config and show what it would run, how large it is and how long it takes (tried once). Writes nothing."""
    from alliance_sim.api.reading import code_of, print_config
    from alliance_sim.files.record import changed_manifest
    from alliance_sim.scenario.custom import only_looking

    print_notes([changed_manifest(config)])
    screen = console()
    with only_looking() as policies:
        print_config(screen, config, settings or ())
    for code in code_of(policies):
        screen.print(f"Running it runs {code}.", markup=False)


@app.command(
    epilog="Examples: alliance-sim parameters rupture   alliance-sim parameters cbt   alliance-sim parameters trauma   "
    "alliance-sim parameters optimise"
)
def parameters(
    name: Annotated[
        str | None,
        typer.Argument(metavar="NAME", help="A path, the beginning of one, a catalogue name, or any word."),
    ] = None,
    json_schema: Annotated[
        bool, typer.Option("--json-schema", help="Print a JSON schema of configs instead, for editors.")
    ] = False,
) -> None:
    """List settings with meaning, unit, range, default and source; and treatments, policies and instruments."""
    from alliance_sim.scenario import reference
    from alliance_sim.scenario.names import QUESTIONS

    section, _, path = (name or "").lower().strip(".").partition(".")
    if json_schema:
        import json

        from alliance_sim.scenario import config

        typer.echo(json.dumps(config.json_schema(), indent=2))
    elif name is None:
        reference.print_all_settings(console())
    elif section in QUESTIONS:
        from alliance_sim.questions.frame.settings import print_section

        print_section(console(), section, path)
    else:
        reference.print_settings(console(), name)


@app.command(epilog="Example: alliance-sim run configs/rupture_repair.yaml --out results/first --set replicates=10")
def run(
    config: ConfigFile,
    out: ResultFolder = None,
    workers: Workers = None,
    scheduler: Scheduler = None,
    settings: Overrides = None,
    overwrite: Overwrite = False,
    yes: Yes = False,
) -> None:
    """Run an experiment or answer a question: simulate, estimate, draw, report. Run it again to resume.

    CONFIG may also be the manifest.json of an earlier run, which is then repeated with the same numbers.
    """
    from rich.markdown import Markdown

    from alliance_sim.api.reading import notes_on_manifest, read_asked
    from alliance_sim.api.work import run_experiment
    from alliance_sim.questions.frame.config import read_config
    from alliance_sim.scenario import Experiment

    working = who_works(workers, scheduler)
    tree = read_config(config, settings or ())
    print_notes(notes_on_manifest(config, tree))
    asked = read_asked(config, tree)
    if not isinstance(asked, Experiment):
        print_answer(asked, out, working, overwrite, yes)
        return
    folder = out if out is not None else Path("results") / asked.name
    consent(asked, folder, yes)
    with resumable("run", folder):
        study = run_experiment(asked, folder, workers=working, overwrite=overwrite)
    screen = console()
    screen.print(Markdown(study.answer))
    screen.print(f"Report: {folder / 'report.html'}", markup=False)


@app.command(
    epilog="Examples: alliance-sim results results   alliance-sim results results/quickstart --sql "
    "'SELECT arm, avg(symptoms_end) FROM replicates GROUP BY arm'"
)
def results(
    folder: Annotated[
        Path, typer.Argument(metavar="DIR", help="The folder of a run or an answer, or one that holds such folders.")
    ],
    sql: Annotated[
        str | None,
        typer.Option("--sql", metavar="QUERY", help="Query its tables; a query that is wrong lists what there is."),
    ] = None,
    csv_file: Annotated[
        str | None,
        typer.Option("--csv", metavar="FILE", help="With --sql: write all rows to FILE; - is the terminal."),
    ] = None,
    remove_superseded: Annotated[
        bool,
        typer.Option("--remove-superseded", help="Remove finished work that today's design or answer does not use."),
    ] = False,
    overwrite: Overwrite = False,
) -> None:
    """List runs and answers; or show one, with its design points or its answer; or query its tables in SQL."""
    if remove_superseded:
        _remove_superseded(folder, sql)
    elif sql is not None:
        _query(folder, sql, csv_file, overwrite)
    elif csv_file is not None:
        raise bad("--csv", "no query", "--sql QUERY, whose rows are written")
    else:
        from alliance_sim.api.folders import show

        show(console(), folder)


def _query(folder: Path, sql: str, csv_file: str | None, overwrite: bool) -> None:
    """Print the rows of a query, or write them into a file."""
    from alliance_sim.api.folders import select
    from alliance_sim.estimates.query import QueryError
    from alliance_sim.files.single import refuse_others, write_file
    from alliance_sim.report.stored import print_rows

    if csv_file not in (None, "-"):
        refuse_others([Path(csv_file)], overwrite)
    try:
        rows, lacking = select(folder, sql)
    except QueryError as error:
        raise failed(visible(f"--sql: {error}"), 2) from None
    print_notes([f"there are {what}; run the config again." for what in lacking])
    if csv_file is None:
        print_rows(console(), rows)
        return
    text = rows.to_csv(index=False, lineterminator="\n")
    if csv_file == "-":
        typer.echo(text, nl=False)
        return
    try:
        write_file(Path(csv_file), text, overwrite)
    except OSError as error:
        raise bad("--csv", f"{csv_file} ({error})", "a file that can be written") from None
    typer.echo(f"Written: {csv_file} ({len(rows):,} rows)")


def _remove_superseded(folder: Path, sql: str | None) -> None:
    """Remove finished work of a result folder that is not used any more."""
    from alliance_sim.api.folders import remove_superseded
    from alliance_sim.experiment.failing import FAILURES

    if sql is not None:
        raise bad("--remove-superseded", "a query", "one of the two")
    try:
        remove_superseded(console(), folder)
    except (OSError, *FAILURES) as error:
        raise failed(f"Not removed: {error}") from None


@app.command(epilog="Example: alliance-sim story configs/rupture_repair.yaml --arm repair --client 12")
def story(
    config: ConfigFile,
    client: Annotated[
        int | None, typer.Option("--client", metavar="ID", help="Which client (from 1); default: an instructive one.")
    ] = None,
    arm: Annotated[
        str | None, typer.Option("--arm", metavar="NAME", help="Which arm; default: the first after the baseline.")
    ] = None,
    replicate: Annotated[int, typer.Option("--replicate", metavar="N", help="Which simulated clinic (from 1).")] = 1,
    figure: Annotated[
        Path | None, typer.Option("--figure", metavar="FILE", help="Also draw the story: FILE.png and FILE.svg.")
    ] = None,
    settings: Overrides = None,
    overwrite: Overwrite = False,
) -> None:
    """Describe one treatment session by session, and its twin: the same client in the baseline arm."""
    from alliance_sim.api.progress import compile_law
    from alliance_sim.figures.picture import figure_files, save_single
    from alliance_sim.files.single import refuse_others
    from alliance_sim.report.telling import by_playing
    from alliance_sim.scenario import load
    from alliance_sim.scenario.experiment import check_choice

    experiment = load(config, settings or ())
    check_choice(experiment, arm=arm, client=client, replicate=replicate)
    if figure is not None:
        refuse_others(figure_files(figure).values(), overwrite)
    compile_law()
    found = by_playing(experiment, arm=arm, client=client, replicate=replicate)
    if found is None:
        raise failed("In this clinic nobody had a session, so there is no treatment to describe.")
    console().print(found.story.text(), markup=False)
    if figure is not None:
        with writing("figure"):
            save_single(found.picture.figure, figure, overwrite)
