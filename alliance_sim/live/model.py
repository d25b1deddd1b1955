"""The model of the live page: made anew from what is chosen on it."""

from typing import Any, ClassVar

from alliance_sim.agents import AllianceModel
from alliance_sim.live.controls import Control, changes_of, controls_of, not_allowed
from alliance_sim.live.world import World, changed, world_of
from alliance_sim.scenario import ConfigError


class LiveModel(AllianceModel):
    """`AllianceModel` in a world whose settings are arguments, as Mesa's interface passes them.

    `seed` is where luck starts from; `further` holds other settings as PATH=VALUE, separated by semicolons; the
    rest are `Control.key`s. What cannot be played is kept in `mistake`, and the world is played without the changes.
    """

    world: ClassVar[World] = world_of(None)

    def __init__(self, seed: int = 1, further: str = "", **kwargs: Any) -> None:
        changes = changes_of(self.controls(), kwargs)
        changes += [text.strip() for text in further.split(";") if text.strip()]
        self.mistake = ""
        try:
            if problems := not_allowed(changes):
                raise ConfigError(problems)
            self.chosen = changed(self.world, [*changes, f"seed={seed}"])
        except ConfigError as error:
            self.mistake = str(error)
            self.chosen = self.world
        super().__init__(self.chosen.experiment.points[0].scenario, seed=self.chosen.experiment.seed)

    @classmethod
    def controls(cls) -> tuple[Control, ...]:
        """The controls of the world that is played."""
        return controls_of(cls.world)
