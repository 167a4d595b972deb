"""Why: the chain from a conclusion to its sentences loses no link."""

import json
from datetime import date, datetime

import pytest
from conftest import make_claim, make_document

from dateline.fuse import fuse
from dateline.model.concluded import Judgement
from dateline.present import why
from dateline.present.view import view

DOCUMENT = make_document(text="Somebody did something there.", outlet="The Herald")
ITEMS = [
    (DOCUMENT, make_claim("capture", actor=("Army", "GOV"), source=("G", "party", "GOV"))),
    (DOCUMENT, make_claim("capture", at=9, actor=("Army", "GOV"), status="denied", source=("R", "party", "REB"))),
    (DOCUMENT, make_claim("airstrike", at=40, killed=(4, 9), source=("M", "monitor", ""), place="p2")),
    (DOCUMENT, make_claim("request", at=20, topic="ceasefire", actor=("Army", "GOV"), day=date(2020, 5, 2))),
]
LEFT_OUT = Judgement(id="jdg_1", action="reject", about=(ITEMS[1][1].claim.id,), by="A. Name", at=datetime(2020, 5, 5), note="a slip")


@pytest.fixture(scope="module")
def seen():
    found = fuse(ITEMS)
    return view([DOCUMENT], [c for _, c in ITEMS], found.incidents, found.control, found.proposals, judgements=[LEFT_OUT], tallies=found.civilians)


@pytest.mark.parametrize("kind", ["incidents", "control", "proposals", "tallies"])
def test_a_conclusion_leads_to_all_its_sentences_with_their_reasons(kind, seen):
    thing = getattr(seen, kind)[0]
    chain = json.loads(json.dumps(why.chain(seen, thing)))
    assert chain["id"] == thing.id and chain["reasons"] and chain["conclusion"].endswith((".", ")"))
    for claim in chain["claims"]:
        at = claim["evidence"]
        assert claim["quote"] == at["text"] == "Somebody did something there." and claim["report"]["outlet"] == "The Herald"
    if kind == "incidents":
        assert {c["id"] for c in chain["claims"]} == set(thing.claims)


def test_control_proposals_and_tallies_tell_each_account(seen):
    (state,), (proposal,), (tally,) = seen.control, seen.proposals, seen.tallies
    assert [a["text"] for a in why.chain(seen, tally)["accounts"]] == ["4 to 9 (M)."]
    assert {a["claim"] for a in why.chain(seen, state)["accounts"]} == {a.claim for a in state.assertions}
    (step,) = why.chain(seen, proposal)["accounts"]
    assert step["text"] == "2 May: the Army proposed it, according to The Herald."


def test_a_claim_leads_to_what_it_counts_in_and_to_its_corrections(seen):
    chain = why.chain(seen, seen.claims[LEFT_OUT.about[0]])
    assert {c["kind"] for c in chain["counts_in"]} == {"incident", "control"}
    assert [j["by"] for j in chain["judgements"]] == ["A. Name"]


def test_a_judgement_leads_to_what_it_is_about(seen):
    chain = why.chain(seen, LEFT_OUT)
    assert [c["id"] for c in chain["claims"]] == list(LEFT_OUT.about) and not chain["judgements"]


def test_the_text_has_the_quote_the_report_the_offsets_and_who_says_so(seen):
    text = why.text(why.chain(seen, seen.incidents[0]))
    for part in (
        "incident inc_", "why\n  ", "“Somebody did something there.”", "The Herald, a, 4 May 2020, characters 0–29 of a", "says who: R",
        "when: 2020-05-03 (stated)", "where: P1 (stated, “p1”)", "corrections\n  jdg_1  2020-05-05  A. Name: reject (a slip)",
    ):  # fmt: skip
        assert part in text
