"""What does the observed correlation of alliance and outcome estimate, and which analysis recovers which effect?

Scenarios and plan are stated in configs/alliance_and_outcome.yaml. Every estimator is compared with the effect that
matched twins show. Stopped, it goes on where it was.

    python experiments/alliance_and_outcome.py [--set PATH=VALUE ...]
"""

from alliance_sim.api.script import answer_script

if __name__ == "__main__":
    answer_script(__file__)
