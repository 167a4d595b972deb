"""Corrections by a named person: checked, kept once, withdrawable, and outliving every rebuild."""

import subprocess
import sys
from pathlib import Path

import pytest
from conftest import make_claim, make_document

from dateline import review
from dateline.desk import view
from dateline.errors import UsageError
from dateline.fuse import forwarded, fuse
from dateline.store import Record

DOCUMENT = make_document()
CLAIMS = [make_claim("clash"), make_claim("clash", at=9), make_claim("shelling", at=20, place="p2"), make_claim("protest", at=30, day=None, place="p3")]
ONE, TWO, SHELLING, UNDATED = (c.claim.id for c in CLAIMS)


@pytest.fixture
def record(tmp_path):
    with Record(tmp_path / "r.db") as opened:
        opened.append(DOCUMENT, CLAIMS)
        conclude(opened)
        yield opened


def conclude(record):
    documents = {d.id: d for d in record.documents()}
    found = fuse(((documents[c.claim.document], c) for c in record.claims()), record.judgements(), record.forwards())
    forwards = forwarded(record.incidents(), found.incidents)
    record.replace(found.incidents, found.control, found.proposals, found.civilians, filing=found.filing, forwards=forwards)


def incident_of(record, claim):
    return next(i for i in record.incidents() if claim in i.claims)


def test_conclusions_stand_for_their_claims_so_that_a_judgement_outlives_them(record):
    clash, shelling = incident_of(record, ONE).id, incident_of(record, SHELLING).id
    assert review.reject(record, [clash], by="A").about == (ONE, TWO)
    assert review.merge(record, [clash, shelling], by="A").about == tuple(sorted((ONE, TWO, SHELLING)))
    assert review.split(record, clash, [TWO], by="A").about == (TWO,)
    assert review.accept(record, [next(record.control()).id], by="A").about == (ONE, TWO)
    before = list(record.judgements())
    conclude(record)
    assert list(record.judgements()) == before and len(before) == 4


def test_a_correction_makes_the_conclusions_stale(record):
    assert not record.is_stale()
    made = review.reject(record, [ONE], by="A")
    assert record.is_stale()
    conclude(record)
    assert not record.is_stale()
    review.withdraw(record, made.id, by="B")
    assert record.is_stale()


def test_the_same_correction_is_kept_once_but_may_be_made_anew_after_a_withdrawal(record):
    first = review.reject(record, [ONE], by="A. Name", note="why")
    assert review.reject(record, [ONE], by=" A.  Name ") == first
    assert review.reject(record, [ONE], by="B").id != first.id
    review.withdraw(record, first.id, by="A. Name")
    again = review.reject(record, [ONE], by="A. Name")
    assert again.id != first.id and {j.by for j in review.standing(record.judgements())} == {"A. Name", "B"}


def test_a_beginning_of_an_id_will_do(record):
    assert review.reject(record, [SHELLING[:-3]], by="A").about == (SHELLING,)


@pytest.mark.parametrize(
    ("field", "given", "kept"),
    [("type", "bombing", "bombing"), ("status", "possible", "possible"), ("place", "P2", "p2"), ("place", "p2", "p2"), ("start", "2020-05-01", "2020-05-01"), ("end", " 2020-05-09", "2020-05-09")],
)
def test_a_field_is_kept_in_its_vocabulary(field, given, kept, record):
    made = review.change(record, ONE, field, given, by="A")
    assert (made.about, made.field, made.value) == ((ONE,), field, kept)


def test_days_can_be_moved_one_after_the_other(record):
    review.change(record, ONE, "end", "2020-06-09", by="A")
    assert review.change(record, ONE, "start", "2020-06-01", by="A").value == "2020-06-01"
    assert review.change(record, UNDATED, "start", "2020-06-01", by="A").value == "2020-06-01"


WRONG = [
    (lambda r: review.reject(r, ["inc_none"], by="A"), "nothing in .* has that id"),
    (lambda r: review.reject(r, ["clm_"], by="A"), "begins several ids"),
    (lambda r: review.reject(r, ["P1"], by="A"), "ids begin with clm_"),
    (lambda r: review.reject(r, [ONE], by="  "), "give --by NAME"),
    (lambda r: review.merge(r, [ONE, ONE], by="A"), "two different ids"),
    (lambda r: review.merge(r, [ONE, next(r.control()).id], by="A"), "an incident or a claim"),
    (lambda r: review.split(r, ONE, [TWO], by="A"), "takes an incident first"),
    (lambda r: review.split(r, incident_of(r, ONE).id, [SHELLING], by="A"), "no claim of inc_"),
    (lambda r: review.split(r, incident_of(r, ONE).id, [ONE, TWO], by="A"), "leave at least one"),
    (lambda r: review.change(r, ONE, "colour", "red", by="A"), "choose one of type, status"),
    (lambda r: review.change(r, ONE, "type", "shellin", by="A"), "did you mean 'shelling'"),
    (lambda r: review.change(r, ONE, "status", "true", by="A"), "choose one of happened"),
    (lambda r: review.change(r, ONE, "place", "Atlantis", by="A"), "no place 'Atlantis'"),
    (lambda r: review.change(r, ONE, "start", "May", by="A"), "YYYY-MM-DD"),
    (lambda r: review.change(r, ONE, "start", "2020-05-04", by="A"), "after the end, 2020-05-03"),
    (lambda r: review.withdraw(r, ONE, by="A"), "only a judgement"),
    (lambda r: review.withdraw(r, review.withdraw(r, review.accept(r, [ONE], by="A").id, by="A").about[0], by="A"), "already withdrawn"),
]


@pytest.mark.parametrize(("wrong", "said"), WRONG)
def test_a_wrong_correction_is_refused_with_the_way_out(wrong, said, record):
    with pytest.raises(UsageError, match=said):
        wrong(record)


def test_reports_read_again_into_a_new_record_find_the_same_judgements(record, tmp_path):
    judgement = review.change(record, ONE, "start", "2020-05-01", by="A")
    with Record(tmp_path / "again.db") as again:
        again.append(DOCUMENT, CLAIMS)
        again.judge(judgement)
        assert again.one(judgement.id) == judgement and again.one(judgement.about[0]).claim.id == ONE


def run(*arguments):
    return subprocess.run([sys.executable, "-c", "from dateline.cli import main; main()", *map(str, arguments)], capture_output=True, text=True)


def test_corrections_change_what_is_concluded(record):
    clash, shelling = incident_of(record, ONE).id, incident_of(record, SHELLING).id
    merged = review.merge(record, [clash, shelling], by="A")
    conclude(record)
    assert incident_of(record, ONE).id == incident_of(record, SHELLING).id
    assert {record.one(i).id for i in (clash, shelling)} == {incident_of(record, ONE).id}, "the old ids lead to the new one"
    review.withdraw(record, merged.id, by="A")
    review.split(record, incident_of(record, ONE).id, [TWO], by="A")
    review.reject(record, [SHELLING], by="A")
    conclude(record)
    assert incident_of(record, ONE).id != incident_of(record, TWO).id
    assert not [i for i in record.incidents() if SHELLING in i.claims]


def test_tallies_follow_corrections(record):
    struck = make_claim("airstrike", at=40, killed=(3, 3), place="p3", document="doc_c")
    record.append(make_document("c"), [struck])
    conclude(record)
    review.change(record, struck.claim.id, "place", "p2", by="A")
    assert [(t.place, t.of) for t in view(record).tallies] == [("p2", "killed")]
    review.reject(record, [struck.claim.id], by="A")
    assert not view(record).tallies


def test_on_the_command_line(record):
    at = ("--record", record.path)
    anonymous = run("review", "reject", ONE, *at)
    assert anonymous.returncode == 2 and "--by" in anonymous.stderr
    made = run("review", "reject", ONE, "--by", "A. Name", "--note", "reprint", *at)
    assert made.returncode == 0 and f"A. Name: reject {ONE} (reprint)" in made.stdout
    wrong = run("review", "change", ONE, "type", "war", "--by", "A", *at)
    assert wrong.returncode == 2 and "no type 'war'" in wrong.stderr and "Traceback" not in wrong.stderr
    run("review", "withdraw", made.stdout.split()[0], "--by", "B", *at)
    assert "(withdrawn)" in run("review", "list", *at).stdout.splitlines()[0]
    explained = run("why", ONE, *at)
    assert explained.returncode == 0 and "“Somebody did something there.”" in explained.stdout
    assert run("why", "inc_0", *at).returncode == 2


def test_the_page_on_corrections_tells_of_every_action_and_field():
    page = (Path(__file__).parents[1] / "docs" / "review.md").read_text("utf-8")
    for action in ("accept", "reject", "merge", "split", "change", "withdraw"):
        assert f"dateline review {action} " in page and f"| `{action}` |" in page and callable(getattr(review, action))
    assert all(f"`{field}`" in page for field in review.FIELDS)
