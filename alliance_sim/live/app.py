"""Mesa's own Solara interface around the model. Started by `alliance-sim explore`."""

import json
import os
from pathlib import Path
from typing import Any

import solara
from mesa.visualization import Slider, SolaraViz
from mesa.visualization.utils import update_counter

from alliance_sim.live.controls import PageControl
from alliance_sim.live.model import LiveModel
from alliance_sim.live.pictures import caseloads, trajectories
from alliance_sim.live.serving import ASKED
from alliance_sim.live.setup import as_config, setup_of

_asked = json.loads(os.environ.get(ASKED, "{}"))
LiveModel.setup = setup_of(
    Path(_asked["config"]) if _asked.get("config") else None, _asked.get("settings", ()), _asked.get("arm")
)


def _input(control: PageControl) -> Any:
    """A control as Mesa's interface wants it."""
    own = {"label": control.meaning, "value": control.value}
    if set(control.options) == {True, False}:
        return own | {"type": "Checkbox"}
    if control.options:
        return own | {"type": "Select", "values": list(control.options)}
    kind = int if control.step == 1.0 else float
    numbers = (kind(number) for number in (control.value, control.low, control.high, control.step))
    return Slider(control.meaning, *numbers, dtype=kind)


@solara.component  # type: ignore[untyped-decorator]
def Clinic(model: LiveModel) -> None:
    """Caseloads, this week."""
    update_counter.get()
    if model.mistake:
        solara.Error(f"Not run: {model.mistake}")
    solara.HTML(tag="div", unsafe_innerHTML=caseloads(model), classes=["clinic"])


@solara.component  # type: ignore[untyped-decorator]
def Weeks(model: LiveModel) -> None:
    """How the weeks went."""
    update_counter.get()
    solara.HTML(tag="div", unsafe_innerHTML=trajectories(model), classes=["weeks"])


@solara.component  # type: ignore[untyped-decorator]
def Save(model: LiveModel) -> None:
    """The chosen settings as a config."""
    update_counter.get()
    text = as_config(model.chosen)
    solara.FileDownload(text, filename="explored.yaml", label="Save this as a config")
    solara.Markdown(f"`alliance-sim run explored.yaml` simulates it many times.\n\n```yaml\n{text}```")


@solara.component  # type: ignore[untyped-decorator]
def Page() -> None:
    """The page. Each tab of a browser has a model of its own."""
    seed = LiveModel.setup.experiment.seed
    params: dict[str, Any] = {
        "seed": {"type": "InputText", "label": "seed of the random draws", "value": seed},
        **{control.key: _input(control) for control in LiveModel.controls()},
        "further": {"type": "InputText", "label": "further settings: PATH=VALUE; PATH=VALUE", "value": ""},
    }
    model = solara.use_memo(lambda: LiveModel(seed=seed), [])
    parts = [(Clinic, 0), (Weeks, 0), (Save, 1)]
    SolaraViz(model, components=parts, model_params=params, name=LiveModel.setup.name, play_interval=500)
