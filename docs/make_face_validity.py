"""Write docs/face_validity.md and its pictures: what a clinician would look at first.

    python docs/make_face_validity.py [CALIBRATION.yaml]

Everything is simulated at the defaults of the law, with a fixed seed; the calibration config says how far the prior of
what repair teaches reaches. It takes one to three minutes on two cores.
"""

import sys
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from alliance_sim.evidence.calibration.config import load_calibration
from alliance_sim.evidence.face import after, course, learning
from alliance_sim.evidence.face.clinics import ClinicSample
from alliance_sim.evidence.face.facts import Facts, facts
from alliance_sim.figures import face
from alliance_sim.figures.picture import Picture, rendered
from alliance_sim.scenario.registry import by_path
from alliance_sim.stats.estimate import Estimate
from alliance_sim.stats.numbers import interval, number

DOCS = Path(__file__).parent
CALIBRATION = DOCS.parent / "configs" / "calibration.yaml"


def main(calibration: Path, sample: ClinicSample) -> None:
    """Simulate, draw and write."""
    found = facts(sample, upper_ends(calibration), lambda words: print(f"{words} …", flush=True))
    drawn = pictures(found)
    for picture in drawn:
        (DOCS / "images" / f"{picture.name}.png").write_bytes(rendered(picture.figure)[".png"])
    (DOCS / "face_validity.md").write_text(page(found, drawn), encoding="utf-8")


def upper_ends(calibration: Path) -> dict[str, float]:
    """How far the prior of what repair teaches reaches; the plausible range where it is not fitted."""
    prior = load_calibration(calibration).prior
    fitted = dict(zip(prior.paths, prior.high, strict=True))
    return {
        path: float(fitted.get(path, by_path()[f"parameters.{path}"].about.high))  # type: ignore[union-attr]
        for path in learning.TEACHES
    }


def pictures(found: Facts) -> list[Picture]:
    """All figures of the page."""
    single, policies = found.single, {plain(name): means for name, means in found.weekly.items()}
    lines = {
        title: {line.label: line.points for line in own}
        for title, own in (
            (f"Repaired in its session ({found.after.repaired_clients:,} clients)", found.after.repaired),
            (f"Not repaired ({found.after.unrepaired_clients:,} clients)", found.after.unrepaired),
        )
    }
    taught = found.taught
    panels = {
        "felt alliance, minus the\nweek before (0–1)": {
            "all clients": [t.everybody.before for t in taught],
            "clients with relational trauma": [t.trauma.before for t in taught],
        },
        "felt alliance, minus the twin to\nwhom it never happened (0–1)": {
            "all clients": [t.everybody.never for t in taught],
            "clients with relational trauma": [t.trauma.never for t in taught],
        },
        "symptoms at the end, repair\nminus ignore (points)": {
            "all clients": [t.policy.symptoms for t in taught],
            "clients with relational trauma": [t.policy_trauma.symptoms for t in taught],
        },
    }
    rows = [t.dial.label if t.dial.rival else f"teaches: {t.dial.label}" for t in taught]
    rows[-1] = learning.FITTED
    parted = [k for k in range(1, len(taught)) if taught[k].dial.rival != taught[k - 1].dial.rival]
    return [
        face.draw_course(policies),
        face.draw_clients(*single),
        face.draw_rupture(lines, list(after.STEPS)),
        face.draw_courses({plain(name): own for name, own in found.courses.items()}, course.COURSES),
        face.draw_learning(rows, panels, [*parted, len(rows) - 1]),
    ]


def page(found: Facts, drawn: list[Picture]) -> str:
    """The page, from its template."""
    pages = Environment(
        loader=FileSystemLoader(DOCS),
        undefined=StrictUndefined,
        keep_trailing_newline=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    pages.globals |= {"within": within, "direction": direction, "number": number, "plain": plain}
    pages.filters["direction_of"] = direction
    clinic = found.sample.clinic
    return pages.get_template("face_validity.md.j2").render(
        **found._asdict(),
        pictures={picture.name: picture for picture in drawn},
        clients=found.sample.clinics * clinic.therapists * clinic.caseload,
        courses_of=course.COURSES,
        later=after.LATER,
        near=after.NEAR,
        severe=after.SEVERE,
        weeks=(after.WEEKS.start, after.WEEKS.stop - 1),
        large=course.LARGE,
        teaches=learning.TEACHES,
        aims=learning.AIMS,
        dial={t.dial.label: t for t in found.taught},
    )


def direction(found: Estimate) -> str:
    """On which side of zero an estimate lies; unclear where the interval holds zero, or is not known."""
    return {1: "above", -1: "below", 0: "unclear"}[found.sign]


def within(found: Estimate, digits: int, signed: bool = False) -> str:
    """An estimate as people read it, with digits enough to see that zero is not in its interval.

    >>> within(Estimate(-0.123, -0.3, 0.1), 2), within(Estimate(0.02, 0.004, 0.04), 2)
    ('−0.12 [−0.30, 0.10]', '0.020 [0.004, 0.040]')
    """
    least = min(abs(found.low), abs(found.high))
    while found.low * found.high > 0.0 and least < 0.5 * 10.0**-digits and digits < 6:
        digits += 1
    return f"{number(found.value, digits, signed)} {interval(found.low, found.high, digits)}"


def plain(name: str) -> str:
    """A name of the catalogue as it is read."""
    return name.replace("_", " ")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else CALIBRATION, ClinicSample())
