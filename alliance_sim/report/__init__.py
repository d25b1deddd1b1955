"""Words: report.html, the plain-language answer and the story of one treatment.

Names are imported when they are first used, so that small commands stay quick.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from alliance_sim.report.page import pictures, write
    from alliance_sim.report.story import Story, choose, tell
    from alliance_sim.report.summary import Answer, answer

__all__ = ["Answer", "Story", "answer", "choose", "pictures", "tell", "write"]

_HOMES = {
    "Story": "story",
    "Answer": "summary",
    "answer": "summary",
    "choose": "story",
    "pictures": "page",
    "tell": "story",
    "write": "page",
}


def __getattr__(name: str) -> Any:
    """Import a public name from its module when it is first used."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
