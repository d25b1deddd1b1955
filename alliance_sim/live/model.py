"""The model of the live page: made anew from what is chosen on it."""

from typing import Any, ClassVar

from alliance_sim.agents import AllianceModel
from alliance_sim.live.controls import PageControl, changes_of, controls_of, not_allowed
from alliance_sim.live.setup import LiveSetup, changed, setup_of
from alliance_sim.scenario.problem import ConfigError, refuse


class LiveModel(AllianceModel):
    """`AllianceModel` whose settings are arguments, as Mesa's interface passes them.

    `seed` is that of the random draws; `further` holds other settings as PATH=VALUE, separated by semicolons; the
    rest are keys of `PageControl`. Settings that cannot be run are explained in `mistake`; the model then runs without
    any of the changes.
    """

    setup: ClassVar[LiveSetup] = setup_of(None)

    def __init__(self, seed: int = 1, further: str = "", **kwargs: Any) -> None:
        changes = changes_of(self.controls(), kwargs)
        changes += [text.strip() for text in further.split(";") if text.strip()]
        self.mistake = ""
        try:
            refuse(not_allowed(changes))
            self.chosen = changed(self.setup, [*changes, f"seed={seed}"])
        except ConfigError as error:
            self.mistake = str(error)
            self.chosen = self.setup
        super().__init__(self.chosen.experiment.points[0].scenario, seed=self.chosen.experiment.seed)

    @classmethod
    def controls(cls) -> tuple[PageControl, ...]:
        """The controls of the setup that was started."""
        return controls_of(cls.setup)
