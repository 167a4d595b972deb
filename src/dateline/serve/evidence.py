"""What a conclusion rests on, laid out to be read: facts, quotes with their words marked, and where accounts differ."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from sqlalchemy import select

from ..present.map import with_names
from ..present.phrases import figures
from ..store import tables
from .api import State
from .shelf import stretches

Content = dict[str, Any]
COMPARED = ("what", "when", "where", "by whom", "killed", "wounded", "displaced")


def evidence(chain: Content) -> Content:
    """A chain with each quote in stretches, and the answers of its accounts side by side where they differ."""
    claims = [c | {"stretches": _quote(c)} for c in chain["claims"]]
    return {**chain, "claims": claims, "differing": differing(claims) if chain["kind"] == "incident" else []}


def _quote(claim: Content) -> list[Content]:
    """A claim's sentence with the word that made it marked."""
    start = claim["evidence"]["start"]
    moved = {
        part: {"start": claim[part]["start"] - start, "end": claim[part]["end"] - start}
        for part in ("evidence", "trigger")
    }
    return stretches(claim["evidence"]["text"], [{"id": claim["id"]} | moved])


def differing(claims: list[Content]) -> list[Content]:
    """The questions that accounts answer differently, each with its answers and who gives them."""
    answers: dict[str, dict[str, list[Content]]] = {question: defaultdict(list) for question in COMPARED}
    for claim in claims:
        for question, said in _answers(claim).items():
            answers[question][said].append({"who": claim["who_says_so"], "claim": claim["id"]})
    return [
        {"about": question, "answers": [{"said": said, "by": by} for said, by in given.items()]}
        for question, given in answers.items()
        if len(given) > 1
    ]


def _answers(claim: Content) -> dict[str, str]:
    """What one claim says, by question; what it leaves open is left out."""
    when, where = claim["time"], [p["name"] or p["text"] for p in claim["place"]]
    found = {
        "what": f"{claim['type']}, {'denied' if claim['status'] == 'denied' else 'asserted'}",
        "when": " – ".join(dict.fromkeys((when["start"], when["end"]))) if when else "",
        "where": ", ".join(where), "by whom": ", ".join(a["name"] or a["text"] for a in claim["actor"]),
    }  # fmt: skip
    found |= {
        n["of"]: figures(n["low"], n["high"]) for n in claim["numbers"] if n["of"] in COMPARED and n["unit"] == "people"
    }
    return {question: said for question, said in found.items() if said}


def place_through_time(state: State, place: str) -> list[Content]:
    """The states of control of a place, the first one first, parties named."""
    c = tables.control.c
    with state.record.engine.connect() as db:
        ids = list(db.execute(select(c.id).where(c.place == place).order_by(c.since, c.id)).scalars())
    bodies, names = state.record.encoded(tables.control, ids), state.names()
    return [with_names(bodies[i], names) for i in ids if i in bodies]
