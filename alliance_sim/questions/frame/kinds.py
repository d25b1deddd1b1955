"""All kinds of questions, by the section of a config that asks for them.

A new one is a package next to this one, and a name in `scenario.names.QUESTIONS`.
"""

from importlib import import_module

from alliance_sim.questions.frame.question import Kind
from alliance_sim.scenario.names import QUESTIONS
from alliance_sim.scenario.tree import Node


def kind_of(key: str) -> Kind:
    """The kind of question that a section of a config asks for; its module is imported when it is first asked for."""
    kind: Kind = import_module(f"alliance_sim.questions.{key}").KIND
    return kind


def asked_for(tree: Node) -> list[str]:
    """The sections of a config that ask for a question."""
    return [key for key in tree.fields if key in QUESTIONS]
