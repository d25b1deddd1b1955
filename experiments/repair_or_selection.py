"""Does repair strengthen, or do better therapists merely have both?

Question, scenarios, estimands and plan are stated in configs/repair_or_selection.yaml. Twins give the causal effect;
studies of the same clients are analysed as published studies are. It takes some minutes; once stopped, it goes on.

    python experiments/repair_or_selection.py [--set PATH=VALUE ...]
"""

from alliance_sim.api.script import answer_script

if __name__ == "__main__":
    answer_script(__file__)
