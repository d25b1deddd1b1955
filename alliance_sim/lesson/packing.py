"""Numbers packed small: a byte each, with the scale that turns it back into what the engine gave."""

from base64 import b64encode
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from alliance_sim.law.rating import SymptomScale

NOTHING = 255
"""The byte of a number that is not there."""

STEPS = 250
"""Most steps between the lowest and the highest number."""


class ByteScale(NamedTuple):
    """number = low + step * byte."""

    low: float
    step: float


_SCALES = {
    "wai_client": ByteScale(1.0, 1 / 12),  # the mean of twelve items
    **dict.fromkeys(("ruptures", "repairs", "dropout", "dropped", "recovered"), ByteScale(0.0, 1.0)),
    **dict.fromkeys(("hidden", "nod"), ByteScale(-1.0, 2 / STEPS)),
}


def scale_of(name: str, symptoms: SymptomScale) -> ByteScale:
    """The scale of a quantity: scores and ratings keep their own steps, so that they are exact; levels have 250."""
    width = symptoms.high - symptoms.low
    if name in ("symptoms", "symptoms_end"):
        return ByteScale(symptoms.low, max(symptoms.step, width / STEPS))
    if name == "symptoms_fall":
        return ByteScale(-width, max(symptoms.step, 2 * width / STEPS))
    return _SCALES.get(name, ByteScale(0.0, 1 / STEPS))


def pack(values: NDArray[np.float64], scale: ByteScale) -> dict[str, Any]:
    """Numbers as text, with their scale. Raises ValueError for a number beyond it."""
    known = np.isfinite(values)
    steps = np.rint((np.where(known, values, scale.low) - scale.low) / scale.step)
    if steps.min(initial=0) < 0 or steps.max(initial=0) >= NOTHING:
        raise ValueError("a number is beyond the scale that it is packed with")
    return {"low": scale.low, "step": scale.step, "bytes": text_of(np.where(known, steps, NOTHING).astype(np.uint8))}


def text_of(values: NDArray[np.uint8]) -> str:
    """Bytes as base64."""
    return b64encode(values.tobytes()).decode("ascii")
