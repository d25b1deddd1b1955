"""The whole of an experiment or an inquiry: from a config to a folder with its answer; with progress, and resumed."""

from alliance_sim.study.conducting import (
    Study,
    ask,
    ask_inquiry,
    compile_law,
    conduct,
    face_literature,
    fit_literature,
    inquire,
    say,
    write_lesson,
)

__all__ = [
    "Study", "ask", "ask_inquiry", "compile_law", "conduct", "face_literature", "fit_literature", "inquire", "say",
    "write_lesson",
]  # fmt: skip
