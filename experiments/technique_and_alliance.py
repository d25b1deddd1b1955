"""Can technical excellence make up for a weak alliance?

Question, worlds and plan are stated in configs/technique_and_alliance.yaml: outcome over technique and alliance under
four accounts of change, each with the numbers that were fitted to the same findings under it.

    python experiments/technique_and_alliance.py [--set PATH=VALUE ...]
"""

from alliance_sim.api.script import answer_script

if __name__ == "__main__":
    answer_script(__file__)
