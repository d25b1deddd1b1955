"""One treatment told session by session."""

import pandas as pd
import pytest

from alliance_sim.estimates.tables import open_results, rows_of_replicate
from alliance_sim.report.story import choose, departure, tell
from alliance_sim.report.telling import from_folder

WEEK = {
    "replicate": 1, "therapist": 2, "client": 7, "session": 1, "attended": True, "goal": 0.6, "task": 0.6, "bond": 0.6,
    "alliance": 0.6, "expressed": 0.7, "severity": 0.0, "resolution": 0.0, "unresolved": 0.0, "rupture": "none",
    "source": "none", "noticed": False, "acknowledged": False, "explored": False, "negotiated": False,
    "repaired": False, "defensive": False, "over_apologised": False, "pressed_on": False, "wai_client": 4.0,
    "wai_therapist": 3.5, "rupture_client": "none", "rupture_therapist": "none", "rupture_observer": "none",
    "symptoms": 12.0, "left": "no",
}  # fmt: skip
WITHDRAWAL = {"rupture": "withdrawal", "source": "task", "severity": 0.8, "alliance": 0.4, "expressed": 0.7}
REPAIRED = {"noticed": True, "acknowledged": True, "explored": True, "negotiated": True, "repaired": True}


def weeks(*changes: dict[str, object], client: int = 7) -> pd.DataFrame:
    rows = [{**WEEK, "client": client, "session": k, **change} for k, change in enumerate(changes, start=1)]
    return pd.DataFrame(rows)


EVERYBODY = {f"rupture_{who}": "withdrawal" for who in ("client", "therapist", "observer")}
MISSED = {"attended": False, "wai_client": float("nan"), "symptoms": float("nan")}


@pytest.mark.parametrize(
    ("change", "parts"),
    [
        (WITHDRAWAL, ("over how they work: the client withdraws (marked)", "does not notice", "Nobody reports")),
        (WITHDRAWAL, ("shows (0.70) is above what the client feels (0.40)",)),
        (
            WITHDRAWAL | REPAIRED,
            ("notices", "acknowledges", "asks with real interest", "agrees with the client", "is repaired"),
        ),
        (WITHDRAWAL | {"noticed": True, "defensive": True}, ("answers defensively",)),
        (WITHDRAWAL | {"noticed": True, "pressed_on": True}, ("but presses on with the technique",)),
        (WITHDRAWAL | {"pressed_on": True}, ("does not notice, and presses on",)),
        (WITHDRAWAL | {"noticed": True}, ("notices and leaves it at that",)),
        (WITHDRAWAL | {"noticed": True, "over_apologised": True, "resolution": 0.25}, ("console the therapist",)),
        (WITHDRAWAL | {"noticed": True, "acknowledged": True, "resolution": 0.25}, ("mends part of it (25 %)",)),
        (WITHDRAWAL | EVERYBODY, ("Client, therapist and observer all report a withdrawal.",)),
        (
            WITHDRAWAL | {"rupture_client": "withdrawal"},
            ("The client reports a withdrawal; the therapist and the obs",),
        ),
        ({"rupture_observer": "confrontation"}, ("codes a minor sign of confrontation, though there was no rupture.",)),
        (MISSED, ("The client did not come.",)),
    ],
)
def test_a_week_says_what_was_felt_shown_done_and_reported_in_order(
    change: dict[str, object], parts: tuple[str, ...]
) -> None:
    words = next(p for p in tell(weeks({}, change), arm="repair").paragraphs if p.startswith("Week 2."))
    places = [words.index(part) for part in parts]
    assert places == sorted(places)
    assert "nan" not in words


def test_twins_are_told_once_until_they_part() -> None:
    own = weeks({}, {**WITHDRAWAL, **REPAIRED, "alliance": 0.55}, {"alliance": 0.65})
    twin = weeks({}, WITHDRAWAL, {"alliance": 0.3, "left": "dropout"})
    story = tell(own, twin, arm="repair", baseline="leave it")
    assert departure(own, twin) == 2
    assert "leave it" not in story.paragraphs[1]
    assert story.paragraphs[2].startswith("Week 2. Here the two runs part.")
    assert "Under “leave it”: the same withdrawal." in story.paragraphs[2]
    assert "a dropout" in story.paragraphs[3]


def test_a_twin_who_stays_longer_is_told_to_the_end() -> None:
    own, twin = weeks({}, {"left": "dropout"}), weeks({}, {}, {}, {})
    story = tell(own, twin, arm="press on", baseline="leave it")
    assert any(p.startswith("Week 4. Under “leave it” only:") for p in story.paragraphs)


def test_without_a_twin_the_story_is_that_of_one() -> None:
    story = tell(weeks({}, WITHDRAWAL), arm="repair")
    assert story.client == 7
    assert "two runs" not in story.text()


def test_the_client_chosen_is_one_whose_rupture_was_met_otherwise() -> None:
    plain, torn, mended = [{}] * 8, WITHDRAWAL, WITHDRAWAL | REPAIRED
    first, third = weeks(*plain, client=1), weeks({}, torn, *plain, client=3)
    own = pd.concat([first, weeks({}, mended, *plain, client=2), third])
    twin = pd.concat([first, weeks({}, torn, *plain, client=2), third])
    assert choose(own, twin) == 2


def test_without_such_a_client_one_with_repairs_is_chosen() -> None:
    own = pd.concat([weeks({}, WITHDRAWAL, client=4), weeks({}, {**WITHDRAWAL, **REPAIRED}, client=9)])
    assert choose(own) == 9


def test_a_waiting_list_has_no_treatment_to_tell() -> None:
    with pytest.raises(ValueError, match="nobody in this arm had a session"):
        choose(weeks().reindex(columns=list(WEEK)))


def test_a_story_of_a_real_run_names_the_person_and_the_end(reported) -> None:
    told = from_folder(reported.folder, reported.experiment)
    assert told is not None
    text = told.story.text()
    assert "points on the PHQ-9" in text
    assert "One client is an illustration, not evidence" in text
    assert "nan" not in text


def test_clients_of_a_run_can_be_told_whatever_befell_them(reported) -> None:
    sessions = rows_of_replicate(open_results(reported.folder).of("repair")[0].sessions, 1)  # type: ignore[arg-type]
    for client in sorted(set(sessions["client"]))[::5]:
        told = from_folder(reported.folder, reported.experiment, arm="repair", client=int(client))
        assert told is not None
        assert "nan" not in told.story.text().split()


def test_an_arm_or_client_that_is_not_there_is_named(reported) -> None:
    with pytest.raises(KeyError, match="there is no such arm; the arms are leave it, repair, restore only"):
        from_folder(reported.folder, reported.experiment, arm="nobody")
    with pytest.raises(KeyError, match="clients have numbers 1 to 24"):
        from_folder(reported.folder, reported.experiment, client=99)
