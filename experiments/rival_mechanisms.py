"""Which accounts of how the alliance works can the published findings tell apart?

Question, rivals and plan are stated in configs/rival_mechanisms.yaml. Every rival is fitted to the same findings with
the same effort, which takes hours; stopped, it goes on where it was.

    python experiments/rival_mechanisms.py [--set PATH=VALUE ...]
"""

from alliance_sim.api.script import answer_script

if __name__ == "__main__":
    answer_script(__file__)
