"""The page of an answer: its parts, tables for readers, and pictures."""

from collections.abc import Iterator
from math import isfinite

import pandas as pd

from alliance_sim.estimands.criteria import BY_NAME, PUBLISHED
from alliance_sim.estimates.found import records
from alliance_sim.figures import detection_curves, detection_settings, detection_shares
from alliance_sim.figures.picture import Picture
from alliance_sim.questions.frame.question import Answer, Part, Question
from alliance_sim.questions.rupture_detection.beside import HOW, judged, over
from alliance_sim.questions.rupture_detection.found import Found, gather
from alliance_sim.questions.rupture_detection.measuring import Plan
from alliance_sim.questions.rupture_detection.saying import SHARES
from alliance_sim.questions.rupture_detection.use import differ, recommended
from alliance_sim.questions.rupture_detection.words import mended, short, types
from alliance_sim.stats.numbers import number

HOW_SHARES = (
    "*With* and *without*: mean share of clients in the world with ruptures and in the one without any, Monte-Carlo "
    "standard error in brackets. *Minus null*: share with ruptures minus the mean of the clinic's own null, mean over "
    "clinics in points, with its interval; the next part has the nulls and says what is more. A *fall* is what a "
    "criterion takes for a rupture; “repaired” means that the client's last fall was made good, “stronger” that it "
    "was and that the (up to) three ratings after it are higher than the three before it."
)
HOW_FAIR = (
    "A criterion that takes its unit from the ratings (reliable change, SD, moving range) is laxer where ratings vary "
    "less, and more ratings are more occasions to fall: so what it reports without ruptures shows not only that it is "
    "blind. *Threshold*: the least fall that counts, in points of the rating; mean over clinics and, where the unit is "
    "the client's own, over clients. *With* and *without*: as in the table before. *Same threshold*: without ruptures, "
    "the criterion made as strict as it is in the same clinic with ruptures (where the unit is the client's own, as "
    "strict on average). *And as many ratings*: of each client, moreover, no more ratings than the same client gives "
    "with ruptures, the first ones. Percent of clients, Monte-Carlo standard error in brackets."
)
HOW_SESSIONS = (
    "Percent, Monte-Carlo standard error in brackets. *Found*: ruptures with a fall in their session or the next rated "
    "one. *False alarms*: stretches of as many sessions without any rupture near them that hold a fall; flags at "
    "random would find as many ruptures as they raise false alarms. *Specificity*: stretches without a rupture that "
    "hold no fall, 100 minus false alarms. *Right*: flags with a rupture in their session or the one before. *Youden's "
    "index*: found minus false alarms, 0 for flags at random and 100 for perfect ones. *Area* under the curve: over "
    "all thresholds, the chance that a stretch with a rupture holds a larger fall than one without; 0.5 is chance."
)
HOW_CLIENTS = (
    "Percent of clients. Where nearly every client has a rupture at some time, the question for whole clients is more "
    "whether a severe one is among them, and whether what a criterion calls repaired was."
)
HOW_SETTINGS = (
    "Dependability is the share of the variance of one rating, sessions 3 to 9, that lies between clients. Error is "
    "not all that lowers it: the alliance itself moves from week to week, so that ratings without any error would not "
    "have a dependability of 1 either. Criteria are taken as they stand, each with the unit of its sample. Monte-Carlo "
    "standard error in brackets."
)
HOW_NULLS = (
    "How many of the shares (flagged, repaired, stronger; by every criterion whose null is at least 1 %) of clinics "
    "without ruptures lie inside their own null band; nominal is 95 %. *Worst* is the share that does so least often. "
    "*Null too high*, *too low*: of so many shares, by the mean over clinics of share minus the mean of the clinic's "
    "own null, with intervals that hold together for the shares of a row (95 %, Bonferroni); *farthest off* is the "
    "largest such mean, points, Monte-Carlo standard error in brackets. The null “stable” gives every client a level "
    "and independent error; “line” a straight line; “drift” a level, a state that drifts from week to week, the mean "
    "course of the sample, and error. Where the alliance itself drifts, independent error is the wrong null: falls "
    "from one session to the next are then fewer than it says, and long low stretches more. Where ratings crowd at "
    "the top of the scale, no null made from components of variance is quite right."
)
HOW_CLINICS = (
    "Correlation over clinics of what a criterion reports with what truly "
    "happened. *Flagged* with the rate of ruptures per session, *unrepaired* with clients whose last rupture was not "
    "repaired. *Excess*: share minus the mean of the clinic's own null."
)
HOW_PUBLISHED = (
    "For reference, not to be compared number by number: other samples, questionnaires, lengths and rules. Beside "
    "a study stands what the preset that is most like its rule reports here, with ruptures and without any."
)
SAMPLED = {
    "dependability": ("dependability", 2), "mean": ("mean rating", 2), "sd": ("SD", 2),
    "sessions": ("rated sessions a client", 1), "true_sessions": ("sessions with a rupture, %", 0),
}  # fmt: skip
"""What is told of samples: in words, and with how many decimals."""

MOST_DIGITS = 2
"""More decimals than these no number of a table bears."""

YOUR_OWN = """The detector and the null band take any matrix of ratings, clients by sessions, nan where there is none:

```python
import pandas as pd
from alliance_sim.estimands.criteria import BY_NAME
from alliance_sim.estimands.null_band import null_band

ratings = pd.read_csv("my_ratings.csv").pivot(index="client", columns="session", values="rating").to_numpy(float)
print(null_band(ratings, BY_NAME["reliable_drop"].criterion, reliability=0.77))
```

The table has a row for each share (flagged, repaired, unrepaired, stronger): what is observed, the mean of the null,
and the band. Report them together, with the null that was used."""


def answer(asked: Question, plan: Plan, rows: pd.DataFrame) -> Answer:
    """The answer, from the rows of all replicates."""
    found = gather(asked, plan, rows)
    made = {picture.name: picture for picture in pictures(found)}
    written = {
        "prevalence": found.prevalence, "yardstick": found.yardstick, "accuracy": found.accuracy,
        "curves": found.curves, "settings": found.settings, "excess": found.excess,
        "nulls": found.nulls, "clinics": found.clinics, "samples": samples(found), "criteria": criteria(found),
    }  # fmt: skip
    kept = {name: table for name, table in written.items() if not table.empty}
    return Answer(short(found), list(parts(found, made)), kept, list(made.values()))


def pictures(found: Found) -> Iterator[Picture]:
    """The figures that there are data for."""
    arms = [found.base, *([found.without] if found.without else []), *found.others]
    happened = {name: found.sample(f"true_{name}", found.base) for name in ("flagged", "repaired")}
    yield detection_shares.build(found.prevalence, arms, happened, found.fairly(), found.verdicts())
    yield detection_curves.build(
        found.curves, found.accuracy, {name: found.threshold(name, found.base) for name in found.criteria}
    )
    if not found.settings.empty:
        yield detection_settings.build(found.settings, [found.names[name] for name in found.levels])


def parts(found: Found, made: dict[str, Picture]) -> Iterator[Part]:
    """The parts of the page, in order."""
    yield Part("What to use for what", recommended(found))
    yield Part("What criteria report, with ruptures and without any", HOW_SHARES, reported(found), "shares")
    looks = int(found.excess["looks"].max())
    yield Part("More than ratings without events would give?", HOW.format(looks=looks), judged(found))
    if not found.yardstick.empty:
        yield Part("The same by one yardstick", HOW_FAIR, by_one_yardstick(found))
    yield Part(
        "Which ruptures they find, session by session", f"{types(found)} {HOW_SESSIONS}", sessions(found), "curves"
    )
    yield Part("Client by client", f"{mended(found)} {HOW_CLIENTS}", clients(found))
    if "settings" in made:
        yield Part("Rating error and the number of sessions", HOW_SETTINGS, sampled(found), "settings")
    if not found.nulls.empty:
        yield Part("Is the null band right?", HOW_NULLS, nulls(found))
    yield Part("Comparing clinics", f"{HOW_CLINICS} {differ(found)}", clinics(found))
    yield Part("The criteria", "", criteria(found))
    yield Part("Published prevalences", HOW_PUBLISHED, published(found))
    yield Part("Your own ratings", YOUR_OWN)


def _both(value: float, error: float, digits: int = 0) -> str:
    """A number with its error in brackets, both with as many more decimals as it takes to see the error."""
    while error > 0 and digits < MOST_DIGITS and float(number(error, digits + 1)) == 0.0:
        digits += 1
    return f"{number(value, digits)} ({number(error, digits + 1)})" if isfinite(value) else "–"


def reported(found: Found) -> pd.DataFrame:
    """Shares with ruptures, without, and beyond the null: a row a criterion."""
    made = []
    beyond = {(row["criterion"], row["share"]): row for row in records(found.excess)}
    for name in found.criteria:
        row = {"criterion": BY_NAME[name].label}
        with_ = found.shares(name, found.base)
        for share, words in (("flagged", "fall"), ("repaired", "“repaired”"), ("stronger", "“stronger”")):
            row[f"{words}: with, %"] = _both(with_[share]["mean"], with_[share]["mcse"])
            if found.without:
                none = found.shares(name, found.without)[share]
                row[f"{words}: without, %"] = _both(none["mean"], none["mcse"])
            row[f"{words}: minus null, points"] = over(beyond[name, share], "excess")
        made.append(row)
    return pd.DataFrame(made)


def by_one_yardstick(found: Found) -> pd.DataFrame:
    """Thresholds with ruptures and without, and what is reported without them at the same threshold."""
    made = []
    for own in records(found.yardstick):
        row = {"criterion": BY_NAME[str(own["criterion"])].label}
        for end, words in (("base", "with"), ("other", "without")):
            name = f"threshold_{end}"
            row[f"threshold: {words}, points"] = _both(own[name], own[f"{name}_mcse"], 2)
        for share, words in (("flagged", "fall"), ("repaired", "“repaired”")):
            columns = {"base": "with", "own": "without", "same": "same threshold", "alike": "and as many ratings"}
            row |= {
                f"{words}: {what}, %": _both(own[f"{share}_{how}"], own[f"{share}_{how}_mcse"])
                for how, what in columns.items()
            }
        made.append(row)
    return pd.DataFrame(made)


def sessions(found: Found) -> pd.DataFrame:
    """Accuracy session by session."""
    columns = {
        "found": "sensitivity_all", "withdrawals": "sensitivity_withdrawal",
        "confrontations": "sensitivity_confrontation", "severe": "sensitivity_severe", "false alarms": "false_alarms",
        "specificity": "specificity", "right": "right", "Youden's index": "youden",
    }  # fmt: skip
    made = []
    for name in found.criteria:
        row = {"criterion": BY_NAME[name].label}
        row |= {words: _both(found.of(name, q), found.of(name, f"{q}_mcse")) for words, q in columns.items()}
        made.append(row | {"area": _both(found.of(name, "area"), found.of(name, "area_mcse"), 2)})
    return pd.DataFrame(made)


def clients(found: Found) -> pd.DataFrame:
    """Accuracy client by client."""
    columns = {
        "flagged, of those with a severe rupture": "client_flagged_if_severe",
        "flagged, of those without": "client_flagged_if_no_severe",
        "flagged, of those without any rupture": "client_flagged_if_none",
        "“repaired”, of those whose last was repaired": "client_repaired_if_repaired",
        "“repaired”, of those whose last was not": "client_repaired_if_not",
        "truly repaired, of the “repaired”": "client_repaired_right",
    }
    made = []
    for name in found.criteria:
        row = {"criterion": BY_NAME[name].label}
        made.append(
            row | {words: _both(found.of(name, q), found.of(name, f"{q}_mcse")) for words, q in columns.items()}
        )
    return pd.DataFrame(made)


def samples(found: Found) -> pd.DataFrame:
    """What ratings are like at every setting, with ruptures and without."""
    own = found.summary[found.summary["criterion"] == ""]
    arms = [found.base, *([found.without] if found.without else [])]
    own = own[own["arm"].isin(arms) & own["quantity"].isin(list(SAMPLED))]
    keys = [*found.levels, "arm"]
    means, errors = (
        own.pivot_table(index=keys, columns="quantity", values=value, sort=False).reindex(columns=list(SAMPLED))
        for value in ("mean", "mcse")
    )
    return means.join(errors.add_suffix("_mcse")).reset_index()


def sampled(found: Found) -> pd.DataFrame:
    """The same for readers: numbers with their errors, and as many decimals as they bear."""
    table = samples(found)
    made = table[[*found.levels, "arm"]].rename(columns={"arm": "world"} | found.names)
    for name, (words, digits) in SAMPLED.items():
        made[words] = [
            _both(value, error, digits) for value, error in zip(table[name], table[f"{name}_mcse"], strict=True)
        ]
    return made


def nulls(found: Found) -> pd.DataFrame:
    """Whether null bands hold what they should, in words."""
    made = []
    for row in records(found.nulls):
        criterion, share = str(row["worst_of"]).split(" ")
        far, of = (str(row["miss_of"]) or " ").split(" ")
        made.append(
            {found.names[name]: row[name] for name in found.levels}
            | {"null": row["null"], "inside, %": _both(row["inside"], row["mcse"])}
            | {
                "worst, %": _both(row["worst"], row["worst_mcse"]),
                "which": f"{BY_NAME[criterion].label}: {SHARES[share]}",
                "null too high, shares": f"{row['too_high']} of {row['shares']}",
                "too low": f"{row['too_low']} of {row['shares']}",
                "farthest off": _both(row["miss"], row["miss_mcse"], 1),
                "where": f"{BY_NAME[far].label}: {SHARES[of]}" if of else "–",
            }
        )
    return pd.DataFrame(made)


def clinics(found: Found) -> pd.DataFrame:
    """Correlations over clinics, in words."""
    made: dict[str, dict[str, str]] = {}
    for row in records(found.clinics):
        name = BY_NAME[str(row["criterion"])].label
        words = f"{number(row['r'], 2)} [{number(row['low'], 2)}, {number(row['high'], 2)}]"
        made.setdefault(name, {"criterion": name})[f"{row['share']}, {row['what']}: r"] = words
    return pd.DataFrame(list(made.values()))


def criteria(found: Found) -> pd.DataFrame:
    """The criteria in words, and what of them is ours."""
    presets = [BY_NAME[name] for name in found.criteria]
    return pd.DataFrame(
        [
            {
                "criterion": p.label,
                "a fall is": p.fall,
                "repaired when": p.repaired,
                "source": p.source,
                "ours": p.ours or "–",
            }
            for p in presets
        ]
    )


def published(found: Found) -> pd.DataFrame:
    """Published prevalences beside what the nearest criterion reports with and without ruptures."""
    made = []
    for study in PUBLISHED:
        row = {"study": study.study, "sample": study.sample, "known from": study.status}
        for share, value in (("flagged", study.flagged), ("repaired", study.repaired)):
            row[f"{share}, %"] = number(value, 1)
            own = "–"
            if study.criterion in found.criteria:
                arms = [found.base, *([found.without] if found.without else [])]
                own = " / ".join(number(found.share(study.criterion, arm, share), 1) for arm in arms)
            row[f"{share} here: with / without ruptures, %"] = own
        made.append(row)
    return pd.DataFrame(made)
