"""Does the alliance predict outcome in every kind of therapy, and do the kinds differ?

Question, hypothesis and rivals are stated in configs/cross_modality.yaml and printed first. The verdict reads, for
each treatment, pre-post change, its difference from the baseline treatment with the same clients and therapists, and
the alliance-outcome correlation as studies compute it.

    python experiments/cross_modality.py [--set PATH=VALUE ...]
"""

from alliance_sim.api.script import print_estimate, run_script


def main() -> None:
    """Run the experiment and print the answer."""
    study = run_script(__file__)
    for arm in study.experiment.arms:
        print(f"\n{arm}")
        print_estimate("  pre-post change", study.estimates.level("pre_post_d", arm))
        if arm != study.experiment.baseline:
            words = f"  difference from {study.experiment.baseline}, same clients and therapists"
            print_estimate(
                words, study.estimates.contrast("between_d", arm) or study.estimates.contrast("pre_post_d", arm)
            )
        print_estimate("  alliance–outcome correlation", study.estimates.level("alliance_outcome_r", arm))
    print(
        "\nRead it so: treatments were given different profiles of attention and challenge, and the same specific\n"
        "effect (efficacy 1). That differences are small is therefore partly assumed; that the correlation holds in\n"
        "each of them emerged."
    )


if __name__ == "__main__":
    main()
