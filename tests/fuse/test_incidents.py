"""Incidents: tolls kept apart, voices counted once, status by rule, and the same whatever the order or the way there."""

import random
from dataclasses import replace
from datetime import date, datetime

import pytest
from conftest import make_claim, make_document, span
from hypothesis import given, settings
from hypothesis import strategies as st
from test_reprints import STORY

from dateline.errors import DataError
from dateline.fuse import forwarded, fuse, incidents, update
from dateline.fuse.incidents import conclude
from dateline.model.concluded import Filing, Judgement
from dateline.model.said import Quantity
from dateline.store import Record

OBSERVATORY, MEDICS, ARMY = ("Observatory", "monitor", ""), ("Medics", "medic", ""), ("Army", "party", "GOV")
STATE_TV = ("State TV", "media", "GOV")
REPORTS = {name: make_document(name, outlet=f"Outlet {name}", text=f"{name} wrote its own text.") for name in "abcdef"}


def item(kind="airstrike", report="a", **more):
    return REPORTS[report], make_claim(kind, document=f"doc_{report}", **more)


def one(*items, **more):
    (incident,) = conclude(items, **more)
    return incident


# tolls


def counted(of, low, high, text, sentence, target=None):
    document, grounded = item("casualties", target=target)
    start = sentence.index(text)
    number = Quantity(of=of, low=low, high=high, unit="people", span=span(text, start))
    claim = replace(grounded.claim, numbers=(number,), evidence=span(sentence))
    return document, replace(grounded, claim=claim)


WHO = [
    ("15", "15 civilians were killed", None, "civilians"),
    ("15", "15 people were killed", None, ""),
    ("five", "five children died", None, "children"),
    ("20", "20 government soldiers were killed", None, "soldiers"),
    ("at least 12 rebels", "at least 12 rebels fell", None, "fighters"),
    ("15", "15 died", ("civilians", ""), "civilians"),
    ("15", "15 dead, soldiers said", None, ""),
    ("nine", "nine and some soldiers", None, ""),
]


@pytest.mark.parametrize("text, sentence, target, who", WHO)
def test_whom_a_toll_is_about(text, sentence, target, who):
    assert [t.who for t in one(counted("killed", 5, 5, text, sentence, target)).tolls] == [who]


def test_tolls_keep_sources_and_kinds_apart_and_are_never_averaged():
    items = [
        item(killed=(15, 15), source=OBSERVATORY), item(report="b", killed=(10, None), source=MEDICS),
        item(report="c", killed=(21, 21), source=OBSERVATORY),
    ]  # fmt: skip
    incident = one(*items)
    assert {(t.source, t.low, t.high) for t in incident.tolls} == {
        ("Observatory", 15, 15),
        ("Observatory", 21, 21),
        ("Medics", 10, None),
    }
    assert [(t.of, t.who, t.low, t.high, len(t.claims)) for t in incident.overall] == [("killed", "", 10, 21, 3)]


def test_an_overall_toll_stays_open_where_no_source_closes_it():
    (toll,) = one(item(killed=(15, 15)), item(report="b", killed=(20, None))).overall
    assert (toll.low, toll.high) == (15, None)


# who says so

CARRIED = [item(report=r, source=OBSERVATORY) for r in "abcde"]


def reprinted(report, credit=""):
    document, grounded = item(report=report)
    return replace(document, text=STORY, credit=credit), grounded


VOICES = [
    ("five outlets carrying one source", CARRIED, (5, 5, 1), "reported"),
    ("two sources", [item(source=OBSERVATORY), item(report="b", source=MEDICS)], (2, 2, 2), "corroborated"),
    ("own words beside a named source", [item(source=OBSERVATORY), item(at=40)], (1, 1, 1), "reported"),
    ("own words of two outlets", [item(), item(report="b")], (2, 2, 2), "corroborated"),
    ("a side and its television", [item(source=ARMY), item(report="b", source=STATE_TV)], (2, 2, 2), "reported"),
    ("reprints of one text", [reprinted(r) for r in "abc"], (1, 3, 1), "reported"),
    ("denied by one", [item(source=OBSERVATORY), item(report="b", status="denied", source=ARMY)], (2, 2, 1), "disputed"),
    ("only denials", [item(status="denied", source=ARMY)], (1, 1, 0), "denied"),
]  # fmt: skip


@pytest.mark.parametrize("items, counts, status", [v[1:] for v in VOICES], ids=[v[0] for v in VOICES])
def test_who_vouches_for_an_incident(items, counts, status):
    incident = one(*items)
    assert (incident.reports, incident.outlets, incident.originators) == counts
    assert incident.status == status and incident.reasons[-1].right == status


def test_a_reprint_is_shown_as_such_and_keeps_the_credit_of_the_first():
    incident = one(*(reprinted(r, "AFP" if r == "b" else "") for r in "ab"), item(report="c", killed=(3, 3)))
    assert (incident.reports, incident.reprints) == (2, 1)


def test_status_rules_with_an_unknown_count_are_refused(monkeypatch):
    given_rules = incidents.lexicon.read("status.yaml")
    broken = given_rules | {"rules": [{"status": "reported", "outlets": {"min": 1}, "because": "x"}]}
    monkeypatch.setattr(
        incidents.lexicon,
        "read",
        lambda name, read=incidents.lexicon.read: broken if name == "status.yaml" else read(name),
    )
    incidents._rules.cache_clear()
    with pytest.raises(DataError, match="no count 'outlets'"):
        incidents._rules()
    monkeypatch.undo()
    incidents._rules.cache_clear()


# ids


def published(report, day):
    return replace(REPORTS[report], published=day)


def test_an_id_survives_later_reports():
    first = item(source=OBSERVATORY)
    later = published("b", date(2020, 5, 9)), make_claim("airstrike", document="doc_b", at=3)
    assert one(first).id == one(first, later).id


def test_ids_that_are_no_more_lead_to_the_incident_that_took_them_over():
    apart = [item(), item(report="b", day=date(2020, 5, 20))]
    before = conclude(apart)
    joined = Judgement(
        id="j", action="merge", about=tuple(g.claim.id for _, g in apart), by="A", at=datetime(2020, 6, 1)
    )
    after = conclude(apart, [joined])
    (gone,) = {i.id for i in before} - {after[0].id}
    assert forwarded(before, after) == {gone: after[0].id} and forwarded(after, after) == {}


def test_a_record_follows_former_ids_along_the_chain(tmp_path):
    a, b, c = (one(item(kind, report=r)) for kind, r in (("airstrike", "a"), ("protest", "b"), ("arrest", "c")))
    with Record(tmp_path / "r.db") as record:
        record.replace([a, b, c], [], [])
        record.replace([b, c], [], [], forwards={a.id: b.id})
        record.replace([c], [], [], forwards={b.id: c.id})
        assert record.forwards() == {a.id: c.id, b.id: c.id} and record.one(a.id) == c
        record.replace([b, c], [], [])
        assert record.forwards() == {a.id: c.id} and record.one(b.id) == b


# corrections


def judged(action, *claims, at=1, **more):
    return Judgement(id=f"j{at}", action=action, about=tuple(claims), by="Rana", at=datetime(2020, 6, at), **more)


A, B = item(), item(report="b", source=MEDICS)
FAR = item("protest", report="c", place="p9")
IDS = [g.claim.id for _, g in (A, B, FAR)]


def corrected(*judgements):
    return fuse([A, B, FAR], judgements).incidents


def grouped(*judgements):
    return sorted(sorted(i.claims) for i in corrected(*judgements))


def test_split_merge_reject_and_withdraw():
    assert grouped() == [IDS[:2], IDS[2:]]
    split = judged("split", IDS[1])
    assert grouped(split) == [[i] for i in IDS]
    assert grouped(judged("merge", *IDS)) == [IDS]
    assert grouped(judged("reject", IDS[0])) == [[IDS[1]], [IDS[2]]]
    assert grouped(split, judged("merge", *IDS[1:], at=2)) == [[IDS[0]], IDS[1:]]
    assert corrected(split, judged("withdraw", split.id, at=2)) == corrected()


CHANGES = [("type", "shelling", "type"), ("status", "denied", "status"), ("place", "p9", "place")]


@pytest.mark.parametrize("field, value, shown", CHANGES)
def test_a_field_of_an_incident_is_changed_and_says_by_whom(field, value, shown):
    target = next(i for i in corrected() if IDS[0] in i.claims)
    changed = next(i for i in corrected(judged("change", target.id, field=field, value=value)) if IDS[0] in i.claims)
    assert getattr(changed, shown) == value and changed.id == target.id
    assert "Rana" in changed.reasons[-1].detail and changed.reasons[-1].right == "j1"


def test_a_changed_claim_moves_to_where_it_then_belongs():
    moved = (
        judged("change", IDS[2], field="type", value="airstrike"),
        judged("change", IDS[2], at=2, field="place", value="p1"),
    )
    assert grouped(*moved) == [IDS]
    assert grouped(*moved, judged("change", IDS[2], at=3, field="start", value="2020-06-20")) == [IDS[:2], IDS[2:]]


def test_a_correction_of_an_incident_outlives_its_id():
    incident = next(i for i in corrected() if IDS[0] in i.claims)
    change = judged("change", "inc_former", field="type", value="shelling")
    found = fuse([A, B], [change], {"inc_former": incident.id}).incidents
    assert [i.type for i in found] == ["shelling"]


# properties

KINDS = st.sampled_from(["clash", "airstrike", "shelling", "casualties", "capture", "protest"])
CLAIMS = st.lists(
    st.builds(
        lambda kind, report, at, place, day, killed: item(
            kind, report, at=at, place=place, day=day and date(2020, 5, day), killed=killed and (killed, killed)
        ),
        KINDS, st.sampled_from("abcdef"), st.integers(0, 2000), st.sampled_from(["p1", "p2", ""]),
        st.sampled_from([None, 1, 2, 3, 8]), st.sampled_from([None, 2, 40]),
    ),
    max_size=24, unique_by=lambda i: i[1].claim.id,
)  # fmt: skip


def judgements_on(items):
    """A merge, a split and a rejection of some of the claims."""
    ids = sorted(g.claim.id for _, g in items)
    return (
        [judged("merge", *ids[::7]), judged("split", *ids[1::9], at=2), judged("reject", *ids[3::11], at=3)]
        if ids
        else []
    )


@given(CLAIMS, st.integers(), st.booleans())
def test_the_order_of_reports_does_not_matter_and_every_claim_is_in_one_incident(items, seed, with_judgements):
    judgements = judgements_on(items) if with_judgements else []
    found = fuse(items, judgements)
    shuffled = random.Random(seed).sample(items, len(items))
    assert found == fuse(shuffled, judgements)
    told = sorted(c for i in found.incidents for c in i.claims)
    left_out = {c for j in judgements if j.action == "reject" for c in j.about}
    assert told == sorted({g.claim.id for _, g in items} - left_out)
    assert len({i.id for i in found.incidents}) == len(found.incidents)


class Memory:
    """A shelf that holds everything in memory."""

    def __init__(self, items, incidents, filing):
        self.items, self.incidents = items, {i.id: i for i in incidents}
        self.blocks, self.members = set(filing.blocks), set(filing.members)

    def reports(self, ids):
        return [(REPORTS[n], [g for d, g in self.items if d.id == f"doc_{n}"]) for n in REPORTS if f"doc_{n}" in ids]

    def filed_under(self, blocks):
        return self.reports({d for b, d in self.blocks if b in blocks})

    def bundles_with(self, claims):
        bundles = {b for c, _, b in self.members if c in claims}
        found = [self.incidents[i] for i in sorted({i for _, i, b in self.members if b in bundles})]
        held = {c for i in found for c in i.claims}
        return found, self.reports({d.id for d, g in self.items if g.claim.id in held})


@given(CLAIMS, st.permutations("abcdef"), st.booleans())
@settings(max_examples=150)
def test_reports_that_come_one_by_one_end_in_the_same_incidents_as_all_at_once(items, order, with_judgements):
    judgements = judgements_on(items) if with_judgements else []
    known, shelf = [], Memory([], [], fuse([]).filing)
    for name in order:
        new = [g for d, g in items if d.id == f"doc_{name}"]
        change = update(shelf, [(REPORTS[name], new)], judgements)
        known += [(REPORTS[name], g) for g in new]
        kept = [i for i in shelf.incidents.values() if i not in change.old]
        members = {m for m in shelf.members if m[1] not in {i.id for i in change.old}} | set(change.filing.members)
        blocks = shelf.blocks | set(change.filing.blocks)
        shelf = Memory(known, [*kept, *change.new], Filing(blocks=tuple(blocks), members=tuple(members)))
    everything = fuse(items, judgements)
    assert sorted(shelf.incidents) == sorted(i.id for i in everything.incidents)
    assert {i.id: i for i in everything.incidents} == shelf.incidents
    assert shelf.members == set(everything.filing.members)


@given(CLAIMS)
@settings(max_examples=15, deadline=None)
def test_a_record_brought_up_to_date_equals_one_fused_anew(tmp_path_factory, items):
    reports = [(REPORTS[n], [g for d, g in items if d.id == f"doc_{n}"]) for n in "abcdef"]
    with Record(tmp_path_factory.mktemp("record") / "r.db") as record:
        for document, claims in reports:
            record.append(document, claims)
            change = update(record, [(document, claims)])
            record.exchange(change.old, change.new, change.filing, forwarded(change.old, change.new))
        assert record.is_settled()
        by_id = {d.id: d for d in record.documents()}
        anew = fuse((by_id[c.claim.document], c) for c in record.claims())
        assert sorted(record.incidents(), key=lambda i: i.id) == sorted(anew.incidents, key=lambda i: i.id)
