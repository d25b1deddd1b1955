"""From a mapping to an answer: read, estimate, play clinics like it, compare, and say what came of it."""

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from alliance_sim.estimands.estimated import Estimated, estimated
from alliance_sim.experiment.kept import Advance, Stage
from alliance_sim.figures import dropout, outcome, own_course, standing
from alliance_sim.figures.picture import Picture
from alliance_sim.questions.data import drops, telling, words
from alliance_sim.questions.data.accounting import account_table, columns_in_words
from alliance_sim.questions.data.clinic import Clinic, read_clinic
from alliance_sim.questions.data.comparing import Compared, compared, play_worlds
from alliance_sim.questions.data.direction import in_own_points
from alliance_sim.questions.data.following import follow_up_table, follow_ups_in_words
from alliance_sim.questions.data.imitating import look_of
from alliance_sim.questions.data.keeping import keep_tables
from alliance_sim.questions.data.notes import notes_of
from alliance_sim.questions.data.sureness import with_sureness
from alliance_sim.questions.frame.question import Answer, Part, Question
from alliance_sim.report.naming import short_title
from alliance_sim.scenario.problem import counted

MOST_GROUPS = 4
"""So many groups have figures of their own."""


class Found(NamedTuple):
    """Everything that came of a clinic."""

    clinic: Clinic
    own: Estimated
    beside: Compared


def clinic_of(asked: Question) -> Clinic:
    """The clinic of a config. Raises ConfigError for mistakes in mapping or table."""
    return read_clinic(asked.section, asked.tree, asked.path)


def size(asked: Question) -> Sequence[str]:
    """What there is, and how much is played beside it."""
    clinic = clinic_of(asked)
    sim, worlds = asked.experiment.points[0].scenario.clinic, len(asked.experiment.points)
    played = (
        f"{counted(asked.experiment.replicates, 'simulated clinic')} of {counted(sim.therapists, 'therapist')} with "
        f"{counted(sim.caseload, 'client')} each, {counted(sim.weeks, 'week')}, in {counted(worlds, 'world')} "
        f"(seed {asked.experiment.seed})"
    )
    return [
        telling.size_in_words(clinic),
        f"{played}; the clients who have a counterpart in the data are looked at",
        f"{asked.section.resamples} resamples for intervals",
        *(f"Note: {told}" for told in telling.few_in_words(clinic)),
        *(f"Note: {told}" for told in telling.few_clinics_in_words(asked.experiment.replicates)),
    ]


def seen(asked: Question) -> Sequence[tuple[str, str]]:
    """How the table was read, and what to look at; for the owner of the data, so that clients have their labels."""
    clinic = clinic_of(asked)
    read = [("Read", words) for words in (telling.cells_in_words(clinic), *columns_in_words(clinic))]
    return [*read, *(("Note", note.removeprefix("Note: ")) for note in notes_of(clinic, ids=True))]


def conduct(asked: Question, folder: Path, workers: int, stage: Stage) -> Answer:
    """Read the clinic, estimate, play clinics of its size, and hold it against them."""
    clinic = clinic_of(asked)
    folder.mkdir(parents=True, exist_ok=True)
    keep_tables(clinic, folder, asked.section.dependability)
    own = estimates_of(
        clinic, asked.section.resamples, asked.experiment.seed, asked.section.dependability,
        stage("Estimating", asked.section.resamples),
    )  # fmt: skip
    look = look_of(clinic, asked.experiment.points[0].scenario.clinic.caseload)
    groups = clinic.loaded.groups
    played = play_worlds(asked.experiment, look, groups, asked.section.dependability, folder, workers, stage)
    return answer_of(asked, Found(clinic, own, compared(own.estimates, played, groups, clinic.higher_is_better)))


def estimates_of(
    clinic: Clinic, resamples: int, seed: int, dependability: float, advance: Advance = lambda _: None
) -> Estimated:
    """The estimates of a clinic with intervals, in each of its groups."""
    loaded = clinic.loaded
    own = estimated(
        loaded.seen, loaded.group, loaded.groups, clinic.plan.planned,
        resamples=resamples, seed=seed, dependability=dependability, advance=advance,
    )  # fmt: skip
    sure = with_sureness(own, clinic, dependability)
    return in_own_points(sure, clinic.scale) if clinic.scale is not None and clinic.higher_is_better else sure


def answer_of(asked: Question, found: Found) -> Answer:
    """The answer in words, tables and pictures."""
    clinic, own, beside = found
    groups = clinic.loaded.groups[:MOST_GROUPS]
    several = len(clinic.loaded.groups) > 1
    pictures = overview(clinic, own)
    parts = [
        Part("The data, as they were read", telling.reading_in_words(clinic), telling.reading_table(clinic)),
        Part("What became of every column", "", account_table(clinic)),
        Part(
            "What the clinic shows",
            f"{telling.headlines_in_words(clinic, own)} {telling.estimates_in_words(own)}",
            # one group's estimates stand beside the simulated ones, if they stand anywhere
            telling.estimates_table(own, clinic.higher_is_better) if several or beside.standings.empty else None,
        ),
        *(Part(picture.title, "", None, picture.name) for picture in pictures),
    ]
    later = follow_up_table(clinic)
    if later is not None:
        parts.append(Part("Follow-ups", follow_ups_in_words(clinic), later))
    for g, group in enumerate(groups):
        rows = beside.standings[beside.standings["group"] == group]
        suffix, label = (f"_{g + 1}", group) if several else ("", "")
        if len(rows):
            forest = standing.draw(rows, f"beside_the_model{suffix}", label)
            title = f"Beside simulated clinics of the same size{f': {group}' if several else ''}"
            told = telling.beside_in_words(beside, group)
            parts.append(Part(title, told, telling.standings_table(rows), forest.name))
            pictures.append(forest)
        course = _course(clinic, own, beside, group, f"session_by_session{suffix}", label)
        if course is not None:
            parts.append(Part(course.title, "", None, course.name))
            pictures.append(course)
    found_drops = drops.drops_table(clinic, asked.section.dependability, asked.experiment.seed)
    if found_drops is not None:
        parts.append(Part("Drops in ratings, and what they would be if nothing had happened", drops.WORDS, found_drops))
    parts += [
        Part("What an unusual percentile can mean", words.caution()),
        Part("How it was done", words.method_in_words(asked.experiment, clinic, own)),
    ]
    tables = {
        "estimates": own.estimates, "courses": own.courses, "beside_the_model": beside.standings,
        "courses_of_simulated_clinics": beside.courses,
    }  # fmt: skip
    return Answer(telling.short(asked, clinic, own, beside), parts, tables, pictures)


def overview(clinic: Clinic, own: Estimated) -> list[Picture]:
    """The figures of a run that data without twins can have: outcome of several groups, and who stays."""
    groups = clinic.loaded.groups
    made = []
    levels = own.estimates[own.estimates["kind"] == "level"]
    if len(groups) > 1 and (levels["estimate"].isin(outcome.SHOWN) & levels["value"].notna()).any():
        picture = outcome.draw(levels, groups, groups[0])
        made.append(picture._replace(title="Outcome by group", caption=words.OUTCOME_CAPTION))
    staying = own.courses[own.courses["quantity"] == "staying"]
    if len(staying):
        table = staying.rename(columns={"low": "spread_low", "high": "spread_high"})
        for name in ("spread_low", "spread_high"):
            table[name] = table[name].fillna(table["value"])
        picture = dropout.draw(table, groups, groups[0], "session")
        made.append(picture._replace(caption=words.STAYING_CAPTION))
    return made


def _course(clinic: Clinic, own: Estimated, beside: Compared, group: str, name: str, label: str) -> Picture | None:
    """The course of a group beside its worlds; None where nothing is known by session."""
    rows = own.courses[own.courses["arm"] == group]
    if rows.empty or not rows["quantity"].ne("staying").any():
        return None
    simulated = beside.courses[beside.courses["group"] == group]
    scale = short_title("symptoms", clinic.instrument) if clinic.instrument else ""
    return own_course.draw(rows, simulated, scale, name, label, clinic.higher_is_better)
