"""What should a therapist do about a rupture: leave it alone, press on, or repair?

Question, hypothesis and rivals are stated in configs/quickstart.yaml and printed first. The verdict reads felt
alliance, dropout and symptoms at the end against the baseline, with the same clients and the same luck.

    python experiments/quickstart.py [--set PATH=VALUE ...]
"""

from alliance_sim.api.script import print_estimate, run_script


def main() -> None:
    """Run the experiment and print the answer."""
    study = run_script(__file__)
    for arm in (name for name in study.experiment.arms if name != study.experiment.baseline):
        print(f"\n“{arm}” minus “{study.experiment.baseline}”")
        for name, words in (
            ("alliance_end", "felt alliance at the end (0–1)"),
            ("dropout_pct", "dropout"),
            ("symptoms_end", "symptoms at the end"),
        ):
            print_estimate(f"  {words}", study.estimates.contrast(name, arm))


if __name__ == "__main__":
    main()
