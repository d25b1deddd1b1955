"""What a table says of its clients: therapist, group, how treatment ended, scores at intake, end and follow-ups."""

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np
import pandas as pd

from alliance_sim.estimands.clinics import Floats
from alliance_sim.questions.data.names import FOLLOW_UP, NO_SESSION
from alliance_sim.questions.data.reading.cells import Cells
from alliance_sim.questions.data.reading.items import Fate, answers_of, scored
from alliance_sim.questions.data.reading.questionnaires import Plan
from alliance_sim.questions.data.reading.sessions import Sessions
from alliance_sim.questions.data.reading.table import Table
from alliance_sim.questions.data.settings import Left
from alliance_sim.questions.data.text import quoted
from alliance_sim.scenario.catalog import ScoringKey


class People(NamedTuple):
    """The clients of a table, in the order in which they appear.

    `clients` has their labels as index and those of the columns therapist, group, left, symptoms_intake and
    symptoms_end that are known; `follow_ups` their scores, a column for each code of an occasion.
    """

    clients: pd.DataFrame
    follow_ups: pd.DataFrame
    items: dict[str, Fate]  # by setting


def read_people(plan: Plan, table: Table, sessions: Sessions) -> People:
    """Read what is known of every client."""
    section, who = plan.section, sessions.rows["client"].tolist()
    clients = pd.DataFrame(index=pd.Index(dict.fromkeys(who), dtype=object))
    for noun, column in section.labels.items():
        if noun != "client":
            clients[noun] = clients.index.map(table.labels(column).labels(who, noun))
    if section.left is not None:
        clients["left"] = clients.index.map(_left(table, section.left, who))
    items: dict[str, Fate] = {}
    for when in ("intake", "end"):
        own = section.symptoms.at(when) if section.symptoms is not None else None
        if own == when and plan.scale is not None:
            cells = table.of_clients(getattr(section.symptoms, own))
            cells.one_each(who, "score", of_numbers=True)
            found = cells.numbers(plan.scale.low, plan.scale.high)
            clients[f"symptoms_{when}"] = pd.Series(found).groupby(who, sort=False).last()
        elif own is not None and own != when and plan.key is not None:
            scores, items[f"symptoms.{own}"] = _items(table, who, getattr(section.symptoms, own), plan.key)
            clients[f"symptoms_{when}"] = scores
    follow_ups = pd.DataFrame(index=clients.index)
    if "symptoms" in sessions.measures:
        rows = sessions.rows.set_index("client")
        for key, code, at in section.occasions.stated():
            if at >= NO_SESSION:
                continue
            held = rows["symptoms"][rows["session"] == at]
            held = held[~held.index.duplicated(keep="last")].reindex(clients.index)
            name = f"symptoms_{key}"
            if at <= FOLLOW_UP:
                follow_ups[code] = held
            else:
                clients[name] = clients[name].fillna(held) if name in clients else held
    return People(clients, follow_ups, items)


def _items(table: Table, who: Sequence[str], pattern: str, key: ScoringKey) -> tuple[Floats, Fate]:
    """Scores of clients, in their order, from items that stand in one row of a client or in several."""

    def cells_of(item: int) -> Cells:
        cells = table.of_clients(pattern, item)
        cells.one_each(who, "answer", of_numbers=True)
        return cells

    answers = answers_of(cells_of, key.size, key.answers, key.reversed)
    return scored(pd.DataFrame(answers.T).groupby(list(who), sort=False).last().to_numpy().T, key)


def _left(table: Table, codes: Left, who: Sequence[str]) -> dict[str, str]:
    """Whether each client left early; a client whose cells are all empty stayed, if an empty code says so."""
    cells = table.of_clients(codes.column, codes=codes)
    texts = cells.one_each(who, "way of leaving")
    first = {client: k for k, client in reversed(list(enumerate(who)))}
    alone = np.full(len(who), "", object)
    for client, text in texts.items():
        alone[first[client]] = text
    meanings = replace(cells, texts=alone).coded(codes)
    for client, text in texts.items():
        if not text and not meanings[first[client]]:
            allowed = 'a code of data.left; add "" to one of its lists if an empty cell has a meaning'
            cells.say(first[client], f"nothing for client {quoted(client)}", allowed)
    return {client: meanings[k] for client, k in first.items()}
