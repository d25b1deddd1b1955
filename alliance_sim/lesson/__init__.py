"""Pages for teaching: lessons are data, and every number in them comes from the engine."""

from alliance_sim.lesson.library import find, shipped
from alliance_sim.lesson.models import Lesson
from alliance_sim.lesson.reading import load
from alliance_sim.lesson.writing import settings_in, write

__all__ = ["Lesson", "find", "load", "settings_in", "shipped", "write"]
