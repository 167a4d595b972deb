"""What goes in and what is refused, each refusal one line with a way out."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dateline import ingest
from dateline.errors import InputError
from dateline.ingest import files
from dateline.model.said import Document

ENGLISH = (
    "The army said on Monday that it had taken the town after a week of fighting and that the rebels had left it. "
)


def one(path, **options):
    (found,) = ingest.read([path], **options)
    return found


REFUSED = [
    ("empty.txt", b"", "empty"), ("spaces.txt", b"  \n", "empty"), ("binary.txt", b"\x00\x01\x02" * 50, "binary"),
    ("line.txt", b"a" * 2_100_000, "line of"), ("utf8.txt", ENGLISH.encode() + b"\xff\xfe\x81\x8d" * 40, "UTF-8"),
    ("german.txt", ("Die Armee teilte am Montag mit, dass sie die Stadt nach einer Woche Kämpfen eingenommen habe und dass die Rebellen sie verlassen hätten. " * 2).encode(), "language"),
    ("head.txt", b"TITLE: x\n---\n   ", "nothing follows"), ("page.html", b"<html><body></body></html>", "no article"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "data", "problem"), REFUSED)
def test_refused_with_a_reason_and_a_way_out(tmp_path, name, data, problem):
    path = tmp_path / name
    path.write_bytes(data)
    error = one(path)
    assert (
        isinstance(error, InputError)
        and problem in str(error)
        and name in str(error)
        and "\n" not in str(error)
        and error.way_out
    )


def test_too_large_and_missing(tmp_path, monkeypatch):
    monkeypatch.setattr(files, "MAX_BYTES", 10)
    path = tmp_path / "a.txt"
    path.write_text("more than ten bytes")
    assert "larger than" in str(one(path))
    assert "no such file" in str(one(tmp_path / "none.txt"))


def test_a_text_too_long_for_one_report_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(files, "MAX_TEXT", 1000)
    path = tmp_path / "book.txt"
    path.write_text((ENGLISH + "\n") * 40)
    assert "split it into its reports" in str(one(path))


def test_json_lines_may_hold_other_line_separators(tmp_path):
    path = tmp_path / "r.jsonl"
    path.write_text(json.dumps({"text": ENGLISH + "\u2028And so on."}, ensure_ascii=False))
    assert [d.text for d in ingest.read([path])] == [ENGLISH + "\u2028And so on."]


def test_json_lines_name_the_bad_line(tmp_path):
    path = tmp_path / "r.jsonl"
    path.write_text(
        json.dumps({"text": ENGLISH, "title": "T", "date": "2020-03-04", "outlet": "O"})
        + "\n{oops\n"
        + json.dumps({"title": "no text"})
    )
    good, bad, empty = ingest.read([path])
    assert good.title == "T" and str(good.published) == "2020-03-04" and good.outlet == "O"
    assert ":2:" in str(bad) and ":3:" in str(empty)


def test_folder_is_read_in_order_without_annotations(tmp_path):
    for name in ("b", "a"):
        (tmp_path / f"{name}.txt").write_text(ENGLISH + name)
    (tmp_path / "a.jsonl").write_text("{}")
    assert [d.name for d in ingest.read([tmp_path])] == ["a", "b"]


def test_options_fill_only_what_is_missing(tmp_path):
    from datetime import date

    stated, silent = tmp_path / "s.txt", tmp_path / "t.txt"
    stated.write_text(f"TITLE: x\nOUTLET: Own\nDATE: 2020-01-01\n---\n{ENGLISH}")
    silent.write_text(ENGLISH)
    found = list(ingest.read([stated, silent], published=date(2021, 1, 1), outlet="Given"))
    assert [(d.outlet, d.published.year) for d in found] == [("Own", 2020), ("Given", 2021)]


def test_html_keeps_the_article_and_drops_the_frame(tmp_path):
    page = tmp_path / "p.html"
    page.write_text(
        f"<html><head><title>Town taken</title><meta property='article:published_time' content='2019-05-06'></head><body><nav>Home Sport Weather</nav><article><h1>Town taken</h1><p>{ENGLISH * 3}</p><p>{ENGLISH * 2}</p></article><footer>Cookies</footer></body></html>"
    )
    found = one(page)
    assert isinstance(found, Document) and "Cookies" not in found.text and str(found.published) == "2019-05-06"


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=400))
def test_any_bytes_give_a_document_or_an_error(tmp_path_factory, data):
    path = tmp_path_factory.mktemp("any") / "x.txt"
    path.write_bytes(data)
    found = one(path)
    assert isinstance(found, (Document, InputError))
    if isinstance(found, Document):
        assert one(path).id == found.id
