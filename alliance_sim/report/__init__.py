"""Words: report.html, the plain-language answer and the story of one treatment."""

from alliance_sim.report.answer import Answer, answer
from alliance_sim.report.page import pictures, write
from alliance_sim.report.story import Story, choose, tell

__all__ = ["Answer", "Story", "answer", "choose", "pictures", "tell", "write"]
