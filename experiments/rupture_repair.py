"""Does repair strengthen the alliance, or only put back what the rupture broke? And for whom?

Question, hypothesis and rivals are stated in configs/rupture_repair.yaml and printed first. The verdict reads three
paired comparisons: repair against ignoring, repair against a repair that teaches nothing (the rival), and how much
more repair brings where there is a history of relational trauma.

    python experiments/rupture_repair.py [--set PATH=VALUE ...]
"""

from alliance_sim.api.script import print_estimate, run_script


def main() -> None:
    """Run the experiment and print the answer."""
    study = run_script(__file__)
    look = study.estimates
    print_estimate(
        "Does repair help at all? Felt alliance at the end, repair minus ignoring",
        look.contrast("alliance_end", "repair"),
    )
    rival = look.contrast("alliance_end", "repair, restoring only")
    print_estimate("The same, where repair restores and teaches nothing (the rival)", rival)
    for arm in ("repair", "repair, restoring only"):
        row = look.rows("interaction", "alliance_end", arm)
        print_estimate(f"How much more it brings with a history of trauma than without ({arm})", row)
    print(
        "\nRead it so: what the rival also brings is restoration, not growth. What repair brings beyond it, and\n"
        "brings more with trauma than without, is the corrective experience. That it exists was assumed\n"
        "(repair_effect); how large it is in the end, through bond, dropout and further ruptures, emerged."
    )


if __name__ == "__main__":
    main()
