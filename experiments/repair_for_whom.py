"""Which repair policy for whom: does the best policy depend on who the client is?

Question, profiles and plan are stated in configs/repair_for_whom.yaml. All five policies are played with the same
people and the same luck, under draws of the posterior, and compared among the clients of each profile.

    python experiments/repair_for_whom.py [--set PATH=VALUE ...]
"""

from alliance_sim.api.script import answer_script

if __name__ == "__main__":
    answer_script(__file__)
