"""Words: report.html, the plain-language answer and the story of one treatment."""

from alliance_sim.report.answering import answer
from alliance_sim.report.page import pictures, write
from alliance_sim.report.story import Story, choose, tell

__all__ = ["Story", "answer", "choose", "pictures", "tell", "write"]
