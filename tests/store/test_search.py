"""Search finds what is in the reports, whatever is typed, and keeps in step with the record."""

import sqlite3

import pytest
from conftest import make_claim, make_document
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from dateline import desk
from dateline.errors import UsageError
from dateline.store import Record, search, tables
from dateline.store.overview import Overview
from dateline.store.words import Asked, asked, snippet

TEXT = "Shells fell on the café near Deir al-Zor. قالت مصادر إن القَصْف على الأحياء استمر. The naïve general left AND came back."


@pytest.fixture(scope="module")
def record(tmp_path_factory):
    with Record(tmp_path_factory.mktemp("search") / "r.db") as opened:
        opened.append(
            make_document(text=TEXT),
            [
                make_claim(
                    "shelling", place="Deir al-Zor", actor=("Émile's Front", ""), source=("Monitor", "monitor", "")
                )
            ],
        )
        opened.append(make_document("b", text="Nothing of note."), [])
        desk.fuse(opened)
        yield opened


def found(record, kind, words):
    with record.engine.connect() as db:
        return kind(db, words, 10)


@pytest.mark.parametrize(
    "words",
    ["cafe", "CAFÉ", "shells", "shel", '"near Deir al-Zor"', "القصف", "الاحياء", "naive AND", "general  left", "deir-al-zor", "cafe shells naive", '"fell on'],
)  # fmt: skip
def test_reports_are_found_by_words_phrases_and_beginnings(record, words):
    assert [r["id"] for r in found(record, search.reports, words)] == ["doc_a"]


@pytest.mark.parametrize("words", ["hells", '"Deir near"', "cafe nothing", "title:cafe", "sinarx"])
def test_reports_without_them_are_not(record, words):
    assert found(record, search.reports, words) == []


def test_a_snippet_is_the_report_s_own_text_with_the_hits_apart(record):
    for words, hit in (("القصف", "القَصْف"), ("cafe", "café")):
        parts = found(record, search.reports, words)[0]["snippet"]
        assert "".join(p["text"] for p in parts).strip("…") in TEXT
        assert [p["text"] for p in parts if p["hit"]] == [hit]


@settings(max_examples=200, deadline=None)
@given(
    st.lists(
        st.sampled_from(["Shells", "café", "القَصْف", "d'or", "हिन्दी", "\U0001f4a3", "(x)", "the"]),
        min_size=1,
        max_size=60,
    ),
    st.data(),
)
def test_a_snippet_is_one_stretch_of_any_text(words, data):
    text = " - ".join(words)
    typed = data.draw(st.sampled_from([w for w in words if w[0].isalpha()] or ["the"]))
    parts = snippet(text, Asked(asked(typed)))
    whole = "".join(p["text"] for p in parts)
    assert whole.removeprefix("…").removesuffix("…") in text
    assert typed not in words or [p["text"] for p in parts if p["hit"]][:1] == [typed]


def test_claims_places_and_parties_are_found_with_what_they_belong_to(record):
    (claim,) = found(record, search.claims, "somebody did")
    (incident,) = record.incidents()
    assert (claim["source"], claim["report"], claim["incident"]) == ("Monitor", "doc_a", incident.id)
    assert [(p["name"], p["mentions"]) for p in found(record, search.places, "zor")] == [("Deir Al-Zor", 1)]
    assert [p["name"] for p in found(record, search.parties, "emiles")] == []
    assert [p["name"] for p in found(record, search.parties, "emile")] == ["Émile's Front"]
    with record.engine.connect() as db:
        overview = Overview.load(record, {})
        assert overview.named(overview.telling(search.sentences(db, "somebody"))) == [incident.id]
        assert overview.named(overview.telling(search.sentences(db, "nobody"))) == []


@settings(max_examples=300, deadline=None)
@given(
    st.text(
        alphabet=st.sampled_from(list("ab\"*^:(){}+-.,'\\%_~\x00\x02\x03 \nأé़्\U0001f4a3")) | st.characters(),
        max_size=30,
    )
)
def test_nothing_that_can_be_typed_is_an_error(record, words):
    for kind in (search.reports, search.claims, search.places, search.parties):
        try:
            found(record, kind, words)
        except UsageError as error:
            assert "; give" in str(error)


def test_operators_are_words(record):
    assert (
        found(record, search.reports, "cafe NOT general") == []
        and found(record, search.reports, "shells NEAR general") != []
    )


def test_no_words_and_too_many_say_what_to_do(record):
    with pytest.raises(UsageError, match="give a word"):
        found(record, search.reports, ' "" *')
    with pytest.raises(UsageError, match="at most"):
        found(record, search.reports, "a " * 400)


def test_a_report_that_cannot_be_entered_is_not_in_the_record(tmp_path, monkeypatch):
    def broken(*_):
        raise RuntimeError("power cut")

    with Record(tmp_path / "r.db") as record:
        monkeypatch.setattr(search, "_enter_names", broken)
        with pytest.raises(RuntimeError):
            record.append(make_document(text=TEXT), [make_claim("clash")])
        assert not record.known("doc_a") and found(record, search.reports, "cafe") == []


def test_a_report_added_again_counts_once(tmp_path):
    with Record(tmp_path / "r.db") as record:
        for _ in range(2):
            record.append(
                make_document(text=TEXT), [make_claim("clash", place="Zor"), make_claim("clash", at=4, place="Zor")]
            )
        assert [p["mentions"] for p in found(record, search.places, "zor")] == [2] and len(
            found(record, search.reports, "cafe")
        ) == 1


def test_a_record_from_before_is_filled_when_it_is_opened(tmp_path):
    path = tmp_path / "r.db"
    with Record(path) as record:
        for name in "abc":
            record.append(
                make_document(name, text=f"{TEXT} {name * 4}"),
                [make_claim("clash", document=f"doc_{name}", place="Zor")],
            )
        whole = catalogue(record)
    with sqlite3.connect(path) as db:
        for index in search.INDEXES:
            db.execute(f"drop table {index}")
        for table in tables.CATALOGUE:
            db.execute(f"drop table {table.name}")
    with Record(path) as record:
        assert catalogue(record) == whole and [r["id"] for r in found(record, search.reports, "bbbb")] == ["doc_b"]


def catalogue(record):
    with record.engine.connect() as db:
        columns = ((t, [c for c in t.c if c.name != "number"]) for t in tables.CATALOGUE)
        return [sorted(map(tuple, db.execute(select(*some)))) for _, some in columns]
