"""What do rupture training and progress monitoring bring to a service over a year, and at what caseload is it used up?

Question, arms and plan are stated in configs/service.yaml.

    python experiments/service.py [--set PATH=VALUE ...]
"""

from alliance_sim.api.script import answer_script

if __name__ == "__main__":
    answer_script(__file__)
