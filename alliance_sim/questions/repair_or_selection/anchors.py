"""The worlds that sentences are about."""

from typing import NamedTuple

from alliance_sim.law.repair import RepairEffect
from alliance_sim.questions.repair_or_selection.worlds import Kind, first, where_repair_is_idle


class Anchors(NamedTuple):
    """Worlds that sentences are about; None where the config has none."""

    teaching: str | None
    restoring: str | None
    nothing: str | None
    selecting: str | None
    idle: list[str]

    @property
    def named(self) -> list[tuple[str, str]]:
        """(world, words) of those that are there."""
        pairs = (
            (self.teaching, "where repair teaches"),
            (self.restoring, "where it only restores"),
            (self.nothing, "where it does nothing"),
            (self.selecting, "under selection only"),
        )
        return [(world, words) for world, words in pairs if world is not None]


def anchors(worlds: dict[str, Kind]) -> Anchors:
    """The worlds to speak about."""
    return Anchors(
        first(worlds, RepairEffect.CORRECTIVE, selects=False),
        first(worlds, RepairEffect.RESTORATION_ONLY, selects=False),
        first(worlds, RepairEffect.NONE, selects=False),
        first(worlds, RepairEffect.NONE, selects=True),
        where_repair_is_idle(worlds),
    )
