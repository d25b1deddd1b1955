"""Names that a config uses besides the declared settings: questions, texts, and what parameters start from."""

WORLD_KEYS = ("treatment", "policy", "symptoms", "mechanisms", "parameters")
"""What an arm may override, in the order in which it is shown."""

CALIBRATED, POSTERIOR = "calibrated", "posterior"
"""Names of what `parameters` may start from: the defaults, and the draws of a posterior that come with the program."""

QUESTIONS = [
    "rival_mechanisms",
    "repair_or_selection",
    "technique_and_alliance",
    "rupture_detection",
    "sensitivity",
    "power",
    "repair_for_whom",
    "alliance_and_outcome",
    "service",
    "optimise",
    "data",
]
"""Sections of a config that ask a question; each is answered by the package of `alliance_sim.questions` of its name."""

TEXTS = {
    "title": "a short name of the experiment",
    "question": "what is asked, in words",
    "hypothesis": "what is expected, and why",
    "rivals": "a list of other explanations of the same result",
    "extends": "a config that this one starts from, as a path seen from this file",
    "treatment": "a treatment of the catalogue, or a file of your own",
    "policy": "a repair policy of the catalogue, or a file of your own",
    "policy.custom": "a policy of your own in Python, as module:function",
    "symptoms": "a symptom scale of the catalogue, or a file of your own",
    "parameters": (
        "calibrated (the defaults, which are the centre of the posterior), posterior (every replicate has its own draw "
        "of the parameters, so that replicates also differ by what is not known about them), or settings one by one, "
        "which replace any draw"
    ),
    "parameters.base": "calibrated, posterior, or the path of a CSV file of draws that a calibration has written",
    "arms": "the settings that are compared: a name for each arm, and what it changes",
    "baseline": "the arm that the others are compared with; the first, if none is named",
    "factors": "settings that are varied: a path and its values, crossed with each other and with the arms",
    "design": "settings that are sampled, listed or varied one at a time, crossed with factors and arms",
    "design.method": "latin_hypercube, sobol, saltelli, morris (these four need points and ranges), one_at_a_time or "
    "list",
    "design.points": "how many settings (saltelli: the base number, which is multiplied; morris: how many "
    "trajectories); a power of two for sobol and saltelli",
    "design.ranges": "paths and their ranges: two numbers, plausible (the declared range), a list of options, or a "
    "name with several paths that move together",
    "design.factors": "for one_at_a_time: paths and their values, as in factors",
    "design.file": "for list: a CSV file with a line of paths, and below it a setting a line",
    "design.settings": "for list, in place of a file: the settings one by one, each with its paths and values",
    "design.seed": "seed of the sampling (the simulation has its own); 1, if none is stated",
    "design.levels": "for morris: levels of the grid that trajectories step on, an even number; 4, if none is stated",
    "design.second_order": "for saltelli: also the settings that second-order indices need",
    "precision": "add replicates until an estimate is as precise as wanted at every setting, at most `replicates`",
    "precision.estimate": "the name of the estimate, as in estimates.csv",
    "precision.mcse": "the Monte-Carlo standard error that is wanted, in the unit of the estimate",
    "precision.of": "level (of each arm, the default) or contrast (of each arm minus the baseline)",
    "precision.first": "replicates before the first look, and between looks; 20, if none is stated",
}
"""Settings that are words, with their meaning."""
