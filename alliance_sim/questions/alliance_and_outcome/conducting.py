"""The inquiry into alliance and outcome: play, measure, and put the answer together."""

from pathlib import Path

from alliance_sim.experiment.kept import Stage
from alliance_sim.questions.alliance_and_outcome import comparing, drawing, reading, remarks, telling, wording
from alliance_sim.questions.alliance_and_outcome.estimators import BETWEEN, WITHIN
from alliance_sim.questions.alliance_and_outcome.measured import drawn_arms, measured
from alliance_sim.questions.alliance_and_outcome.playing import play_all, worlds_of
from alliance_sim.questions.alliance_and_outcome.section import MODEL, wrong
from alliance_sim.questions.frame.question import Answer, Kind, Part, Question


def conduct(asked: Question, folder: Path, workers: int, stage: Stage) -> Answer:
    """Play every world, its twins and its jolted sessions, and answer."""
    m = measured(asked, play_all(asked, folder, workers, stage))
    near, arms = asked.section.near, drawn_arms(asked)
    pictures = [
        drawing.steps_picture(m),
        drawing.bias_picture(m, BETWEEN, "between", near),
        drawing.session_picture(m),
        drawing.bias_picture(m, WITHIN, "within", near),
    ]
    steps = f"{wording.STEPS} {remarks.left_out(m)}".strip()
    parts = [
        Part("Three causal questions", wording.QUESTIONS, reading.truths_table(m)),
        Part("From the effect to the correlation", steps, comparing.steps_table(m), "steps"),
        Part("Which estimator to use, when", wording.use(near), reading.use_table(m, near)),
        Part("Controls", remarks.controls(m, near)),
        Part("Between clients", wording.between(near), reading.bias_table(m, BETWEEN, near), "between"),
        Part("One session", wording.SESSION, None, "session"),
        Part("Within clients", wording.within(near), reading.bias_table(m, WITHIN, near), "within"),
        Part("From improvement to the alliance", remarks.reverse_words(m)),
        Part("False alarms", wording.ALARMS, reading.alarms_table(m)),
        Part("How raters err", wording.RATERS, comparing.raters_table(m, asked.section.halo)),
        Part("Single studies", wording.studies(asked), reading.studies_table(m)),
    ]
    if arms:
        parts.append(Part("What the fitted findings leave open", wording.DRAWS, comparing.draws_table(m, arms)))
    parts.append(Part("The estimators", wording.ESTIMATORS, reading.estimators_table()))
    parts.append(Part("Beside the literature", wording.LITERATURE))
    tables = {
        "truths": m.truths, "performance": m.performance, "steps": m.steps, "responses": m.responses, "draws": m.draws
    }  # fmt: skip
    return Answer(telling.short(m, arms, near), parts, tables, pictures)


def size(asked: Question) -> list[str]:
    """How much is played."""
    worlds, section = worlds_of(asked), asked.section
    clinic = asked.experiment.points[0].scenario.clinic
    weeks = ", ".join(map(str, section.jolted))
    return [
        (
            f"{len(worlds)} worlds of {asked.experiment.replicates} studies each: {clinic.therapists} therapists with "
            f"{clinic.caseload} clients for {clinic.weeks} weeks, and within them smaller studies of "
            f"{section.small_therapists} with {section.small_caseload}; the cross-lagged model in the first "
            f"{section.cross_lagged} studies of worlds with none, one or all of the distortions."
        ),
        (
            f"Truths from the same clients with the alliance raised and lowered by {section.raised} and "
            f"{section.raised_more} log-odds, and with single sessions jolted in weeks {weeks} "
            f"(clinics a world: {section.jolted_clinics})."
        ),
    ]


KIND = Kind(
    "alliance_and_outcome",
    "what the observed correlation of alliance and outcome estimates, and which analysis recovers which effect",
    MODEL,
    conduct,
    size,
    wrong,
)
