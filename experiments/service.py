"""What do rupture training and progress monitoring bring to a service over a year, and at what caseload is it used up?

Question, arms and plan are stated in configs/service.yaml.

    python experiments/service.py [--set PATH=VALUE ...]
"""

from alliance_sim.study import ask_inquiry

if __name__ == "__main__":
    ask_inquiry(__file__)
