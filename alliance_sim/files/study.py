"""What a result folder belongs to: a study, known by its title, its question or the place of its config."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

EXPERIMENT, CALIBRATION = "experiment", "calibration"


class StudyKey(NamedTuple):
    """What a result folder belongs to. A study stays the same when its design, seed or replicates change."""

    kind: str  # experiment, calibration, or the section of a question
    title: str  # as stated; empty where none is
    question: str
    config: str  # where the config lies, seen from the folder; empty where that is not known

    def is_same(self, other: "StudyKey") -> bool:
        """Whether two are one study: of one kind, with the same title or question; without either, the same config."""
        if self.kind != other.kind:
            return False
        if (self.title and self.title == other.title) or (self.question and self.question == other.question):
            return True
        nameless = not (self.title or self.question or other.title or other.question)
        return nameless and (self.config == other.config or not (self.config and other.config))


def study_before(folder: Path) -> StudyKey | None:
    """The study of a folder that was written by a version without records; None for any other folder."""
    manifest = _json(folder / "manifest.json")
    if {"format", "name", "config", "origins", "versions"} <= manifest.keys() and isinstance(manifest["config"], dict):
        title, question = (str(manifest["config"].get(name) or "").strip() for name in ("title", "question"))
        if manifest.get("origins", {}).get("title") == "default":
            title = ""
        return StudyKey(question_kind(manifest) or EXPERIMENT, title, question, "")
    calibration = _json(folder / "calibration.json")
    if {"address", "law", "centre", "title"} <= calibration.keys():
        return StudyKey(CALIBRATION, str(calibration["title"]), "", "")
    return None


def _json(file: Path) -> dict[str, Any]:
    """What a JSON file holds; nothing for any other file."""
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def question_kind(manifest: Mapping[str, Any]) -> str:
    """The kind of the question that a manifest.json is of; empty for an experiment. Version 0.2 called it inquiry."""
    return str(manifest.get("question_kind") or manifest.get("inquiry") or "")
