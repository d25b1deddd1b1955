"""The lessons that come with the program, and how a name on the command line becomes a file."""

from pathlib import Path

from alliance_sim.scenario.problem import ConfigError, Place, Problem, nearest
from alliance_sim.scenario.reading import read

FOLDER = Path(__file__).parent / "lessons"


def shipped() -> tuple[str, ...]:
    """Names of the lessons that come with the program."""
    return tuple(sorted(file.stem for file in FOLDER.glob("*.yaml")))


def questions() -> dict[str, str]:
    """The question of each of these lessons, by name; the lessons themselves are not checked."""
    trees = {name: read(find(name), name, "file") for name in shipped()}
    return {name: str(tree.fields["question"].value) for name, tree in trees.items()}


def find(name: str) -> Path:
    """The file of a lesson: a shipped one by its name, or the path of a YAML file of one's own.

    Raises ConfigError for a name that is neither.
    """
    if name.endswith((".yaml", ".yml")) or "/" in name or "\\" in name:
        return Path(name)
    if name in shipped():
        return FOLDER / f"{name}.yaml"
    allowed = f"{', '.join(shipped())}, or the path of a file such as my-lesson.yaml"
    raise ConfigError([Problem(Place("NAME"), f'"{name}"', allowed, nearest(name, shipped()))])
