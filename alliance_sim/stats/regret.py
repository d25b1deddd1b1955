"""Regret: what a group loses under a policy that was chosen for another one."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from alliance_sim.stats.draws import Whole
from alliance_sim.stats.montecarlo import summarise

Floats = NDArray[np.float64]


def regrets(gains: Mapping[tuple[str, str], Floats], own: Mapping[str, str], draw: Whole | None = None) -> pd.DataFrame:
    """Gain of a group's own policy minus that of every policy, in the same replicates, with interval and MCSE.

    gains: (policy, group) -> gain in every replicate, more is better; own: group -> the policy chosen for it. Below
    zero the group fares better under the other policy: its own was chosen on other replicates, and by luck. A group's
    own policy has regret 0 by definition. draw (replicates): the draw of the parameters, where replicates share some.
    """
    rows = []
    for policy in dict.fromkeys(policy for policy, _ in gains):
        for group in own:
            summary = summarise(gains[own[group], group] - gains[policy, group], draw=draw)
            rows.append({"policy": policy, "profile": group, "own": policy == own[group], **summary._asdict()})
    return pd.DataFrame(rows).drop(columns="variance_ratio")
