"""Can technical competence make up for a weak alliance?

Question, hypothesis and rivals are stated in configs/technique_vs_relationship.yaml and printed first. The verdict
reads, in each world, what a standard deviation of competence and of attunement brings, and whether competence
brings more where attunement is high, which is said to be the mark of a gate.

    python experiments/technique_vs_relationship.py [--set PATH=VALUE ...]
"""

from alliance_sim.api.script import print_estimate, run_script

BOTH = "competence_mean × attunement_mean"


def main() -> None:
    """Run the experiment and print the answer."""
    study = run_script(__file__)
    for arm in study.experiment.arms:
        print(f"\nIn a world where change is by “{arm}”, pre-post change in standard deviations:")
        slopes = study.estimates.rows("slope", "pre_post_d", arm)
        for name, words in (
            ("competence_mean", "one SD more competence brings"),
            ("attunement_mean", "one SD more attunement brings"),
            (BOTH, "competence brings more for each SD of attunement by"),
        ):
            print_estimate(f"  {words}", slopes[slopes["baseline"] == f"per unit of {name}"])
    print(
        "\nRead it so: a gate makes competence pay more where the relationship is better. But attunement also keeps\n"
        "clients in treatment and helps them bear challenge, so that some of this appears in worlds without a gate:\n"
        "an interaction alone does not show one. Which world was assumed (change); the sizes emerged."
    )


if __name__ == "__main__":
    main()
