"""Which ruptures do the field's criteria find in session ratings, and how many do they find where there is none?

Question, scenarios and plan are stated in configs/rupture_detection.yaml. It takes about a quarter of an hour on one
core; when stopped and started again, it continues where it was.

    python experiments/rupture_detection.py [--set PATH=VALUE ...]
"""

from alliance_sim.api.script import answer_script

if __name__ == "__main__":
    answer_script(__file__)
