"""What a table says of its clients: therapist, group, how treatment ended, scores at intake, end and follow-ups."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from alliance_sim.questions.data.characters import quoted
from alliance_sim.questions.data.occasions import FOLLOW_UP, NO_SESSION
from alliance_sim.questions.data.reading.columns import group_column
from alliance_sim.questions.data.reading.complaints import Complaints
from alliance_sim.questions.data.reading.items import Scores, answers_of, scored
from alliance_sim.questions.data.reading.questionnaires import Plan
from alliance_sim.questions.data.reading.sessions import Sessions
from alliance_sim.questions.data.reading.table import Cells, Table
from alliance_sim.questions.data.reading.values import coded, labels, numbers, one_each
from alliance_sim.questions.data.settings import Left
from alliance_sim.scenario.catalog import ScoringKey


class People(NamedTuple):
    """The clients of a table, in the order in which they appear.

    `clients` has their labels as index and those of the columns therapist, group, left, symptoms_intake and
    symptoms_end that are known; `follow_ups` their scores, a column for each code of an occasion.
    """

    clients: pd.DataFrame
    follow_ups: pd.DataFrame
    items: dict[str, Scores]


def read_people(plan: Plan, table: Table, sessions: Sessions, told: Complaints) -> People:
    """Read what is known of every client."""
    section, who = plan.section, sessions.rows["client"].tolist()
    clients = pd.DataFrame(index=pd.Index(dict.fromkeys(who), dtype=object))
    for noun, column in (("therapist", section.therapist), ("group", group_column(section))):
        if column is not None:
            clients[noun] = clients.index.map(labels(table.labels(column), who, noun, told))
    if section.left is not None:
        clients["left"] = clients.index.map(_left(table, section.left, who, told))
    items: dict[str, Scores] = {}
    for when in ("intake", "end"):
        own = section.symptoms.at(when) if section.symptoms is not None else None
        if own == when and plan.scale is not None:
            cells = table.of_clients(getattr(section.symptoms, own))
            one_each(cells, who, "score", told, table.decimal)
            found = numbers(cells, plan.scale.low, plan.scale.high, table.decimal, told)
            clients[f"symptoms_{when}"] = pd.Series(found).groupby(who, sort=False).last()
        elif own is not None and own != when and plan.key is not None:
            items[own] = _items(table, who, getattr(section.symptoms, own), plan.key, told)
            clients[f"symptoms_{when}"] = items[own].scores
    follow_ups = pd.DataFrame(index=clients.index)
    if "symptoms" in sessions.measures:
        rows = sessions.rows.set_index("client")
        for key, code, at in section.occasions.stated():
            held = rows["symptoms"][rows["session"] == at]
            if at < NO_SESSION:
                held = held[~held.index.duplicated(keep="last")].reindex(clients.index)
                if at <= FOLLOW_UP:
                    follow_ups[code] = held
                else:
                    name = f"symptoms_{key}"
                    clients[name] = clients[name].fillna(held) if name in clients else held
    return People(clients, follow_ups, items)


def _items(table: Table, who: Sequence[str], pattern: str, key: ScoringKey, told: Complaints) -> Scores:
    """Scores of clients, in their order, from items that stand in one row of a client or in several."""

    def cells_of(item: int) -> Cells:
        cells = table.of_clients(pattern, item)
        one_each(cells, who, "answer", told, table.decimal)
        return cells

    answers = answers_of(cells_of, key.size, key.answers, key.reversed, table.decimal, told)
    return scored(pd.DataFrame(answers.T).groupby(list(who), sort=False).last().to_numpy().T, key)


def _left(table: Table, codes: Left, who: Sequence[str], told: Complaints) -> dict[str, str]:
    """Whether each client left early; a client whose cells are all empty stayed, if an empty code says so."""
    cells = table.of_clients(codes.column, codes=codes)
    texts = one_each(cells, who, "way of leaving", told)
    first = {client: k for k, client in reversed(list(enumerate(who)))}
    alone = np.full(len(who), "", object)
    for client in texts:
        alone[first[client]] = texts[client]
    meanings = coded(cells._replace(texts=alone), codes, table.decimal, told)
    for client, text in texts.items():
        if not text and not meanings[first[client]]:
            allowed = 'a code of data.left; add "" to one of its lists if an empty cell has a meaning'
            told.say(cells, first[client], f"nothing for client {quoted(client)}", allowed)
    return {client: meanings[k] for client, k in first.items()}
