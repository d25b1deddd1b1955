"""The inquiries that come with the project: each states its question and its plan, and has its script and its page."""

import ast
from pathlib import Path

from alliance_sim.questions.frame.config import load_question

ROOT = Path(__file__).parents[3]


def test_an_inquiry_states_its_question_its_plan_and_its_caveats(shipped_question: Path) -> None:
    asked = load_question(shipped_question)
    assert asked.title
    assert asked.question.endswith("?")
    assert all(asked.ademp), f"{shipped_question.name}: a part of the plan is not stated"
    assert asked.caveats


def test_an_inquiry_has_a_short_script_of_its_name(shipped_question: Path) -> None:
    if load_question(shipped_question).kind.command != "run":
        return  # a tool with a command of its own; its config is an example
    text = (ROOT / "experiments" / f"{shipped_question.stem}.py").read_text(encoding="utf-8")
    assert "answer_script(__file__)" in text
    assert len(text.splitlines()) <= 40
    assert ast.get_docstring(ast.parse(text))


def test_an_inquiry_has_a_page_that_its_command_made(shipped_question: Path) -> None:
    page = (ROOT / "docs" / "questions" / f"{shipped_question.stem}.md").read_text(encoding="utf-8")
    assert page.startswith(f"# {load_question(shipped_question).title}\n")
    command = load_question(shipped_question).kind.command
    assert f"`alliance-sim {command} configs/{shipped_question.name}`" in page
    for image in [part.partition(")")[0] for part in page.split("](../images/")[1:]]:
        assert (ROOT / "docs" / "images" / image).exists()


def test_size_and_plan_are_told_before_anything_is_played(shipped_question: Path) -> None:
    asked = load_question(shipped_question)
    assert all(isinstance(line, str) and line for line in asked.kind.size(asked))
