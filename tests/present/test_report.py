"""The situation report: every sentence cites, what is new and what differs shows, hostile text is harmless."""

import io
import re
import sys
from dataclasses import replace
from datetime import date, datetime

import pytest
from conftest import make_claim, make_document

from dateline.errors import InputError, MissingComponent, UsageError
from dateline.fuse import fuse
from dateline.model.concluded import Judgement, Toll
from dateline.present import report, report_formats
from dateline.present.report_document import Line
from dateline.present.view import View, view

GOV, REB = ("Army", "GOV"), ("Rebels", "REB")


def seen(items, judgements=(), failures=(), **options):
    found = fuse(items)
    documents = {d.id: d for d, _ in items}.values()
    concluded = found.incidents, found.control, found.proposals
    return view(documents, [c for _, c in items], *concluded, failures, judgements, found.civilians, **options)


def render(items, form="md", **options):
    return report.render(seen(items, **options), form=form)


def section(text, title):
    """The lines under one heading of the Markdown, its sub-headings included."""
    found = re.search(rf"^## {re.escape(title)}.*?\n(.*?)(?=^## |^\[\^1\]:)", text, re.DOTALL | re.MULTILINE)
    return found[1] if found else ""


def test_every_sentence_cites_and_every_citation_is_listed():
    text = render([(make_document(), make_claim("airstrike", killed=(4, 9), source=("M", "monitor", "")))])
    lines = [line for line in text.splitlines() if line.lstrip().startswith("- ")]
    cited = {n for line in lines for n in re.findall(r"\[\^(\d+)\]", line)}
    listed = set(re.findall(r"^\[\^(\d+)\]:", text, re.MULTILINE))
    assert lines and all("[^" in line for line in lines) and cited == listed
    assert "On 3 May air strikes hit P1, according to M. Reported killed: 4 to 9." in text and "[^1]: Outlet A" in text


def test_a_sentence_that_cites_nothing_cannot_be_made():
    with pytest.raises(ValueError, match="cites nothing"):
        Line("The town fell.", ())


def test_days_after_the_one_asked_for_are_left_out():
    report_ = make_document(published=date(2020, 6, 2))
    items = [
        (report_, make_claim("clash", day=date(2020, 5, 1))),
        (report_, make_claim("clash", at=9, day=date(2020, 6, 1), place="p2")),
        (report_, make_claim("capture", at=20, actor=GOV, day=date(2020, 5, 1), place="p3", source=("M", "monitor", ""))),
        (report_, make_claim("hold", at=30, actor=GOV, day=date(2020, 6, 1), place="p3", source=("M", "monitor", ""))),
    ]
    early = render(items, on=date(2020, 5, 2))
    assert "P2" not in early and "P2" in render(items)
    assert "1 June" not in early and "P3: held by GOV since 1 May" in early


def test_what_was_not_read_is_said():
    assert "x.txt: empty" in render([(make_document(), make_claim("clash"))], failures=[InputError("x.txt", "empty")])


@pytest.mark.parametrize("form", ["html", "md"])
def test_markup_in_reports_is_shown_not_run(form):
    hostile = make_claim("clash", source=("<img src=x onerror=y>", "media", ""))
    text = render([(make_document(outlet="<script>alert(1)</script>"), hostile)], form=form)
    assert not re.search(r"(?<!\\)<(?:script|img)", text)
    assert ("&lt;script&gt;" if form == "html" else r"\<script\>") in text


def test_an_empty_record_says_that_there_is_nothing_to_tell():
    assert "Nothing to tell" in report.render(View(None, {}, {}, (), (), ()))


def test_an_area_nobody_names_is_refused_with_the_nearest():
    with pytest.raises(UsageError, match="did you mean P1"):
        render([(make_document(), make_claim("clash"))], area="pp1")


def test_a_last_report_after_this_one_is_refused():
    with pytest.raises(UsageError, match="earlier --since"):
        render([(make_document(), make_claim("clash"))], since=date(2020, 6, 1))


# what changed


OLD, NEW = make_document("old", date(2020, 5, 2), "Old Post"), make_document("new", date(2020, 5, 4), "New Post")


def test_what_was_known_before_the_last_report_is_not_news():
    items = [
        (OLD, make_claim("clash", document="doc_old", day=date(2020, 5, 1))),
        (NEW, make_claim("shelling", document="doc_new", place="p2")),
    ]
    news = section(render(items), "What changed since 3 May")
    assert "Newly reported: shelling in P2 (3 May)" in news and "P1" not in news
    everything = section(render(items, since=date(2020, 5, 1)), "What changed since 1 May")
    assert "fighting in P1" in everything


def test_nothing_new_is_said():
    items = [(OLD, make_claim("clash", document="doc_old", day=date(2020, 5, 1))), (NEW, make_claim("clash", document="doc_new", day=date(2020, 5, 1)))]
    assert "Nothing new was reported" in section(render(items), "What changed")


def test_a_changed_holder_shows_who_held_it_before():
    items = [
        (OLD, make_claim("capture", document="doc_old", actor=REB, day=date(2020, 5, 1), source=("M", "monitor", ""))),
        (NEW, make_claim("capture", document="doc_new", actor=GOV, day=date(2020, 5, 4), source=("M", "monitor", ""))),
    ]
    assert "P1: held by GOV since 4 May, according to M (before: held by REB)" in section(render(items), "What changed")


def test_a_new_toll_stands_beside_the_earlier_one():
    said = ("M", "monitor", "")
    items = [
        (OLD, make_claim("airstrike", document="doc_old", day=date(2020, 5, 2), killed=(4, 4), source=said)),
        (NEW, make_claim("airstrike", document="doc_new", day=date(2020, 5, 2), killed=(9, 9), source=said)),
    ]
    found = seen(items)
    (one,) = found.incidents
    tolls = tuple(
        Toll(of="killed", low=n, high=n, who="", source="M", claims=(f"clm_doc_{d}_0_airstrike",)) for n, d in ((4, "old"), (9, "new"))
    )
    text = report.render(replace(found, incidents=(replace(one, tolls=tolls),)))
    assert "reported killed now 9 (M); earlier: 4 (M)" in section(text, "What changed")


# where accounts differ


def test_tolls_that_exclude_each_other_stand_side_by_side_with_their_own_citations():
    document = make_document()
    items = [
        (document, make_claim("shelling", killed=(26, 26), source=("M", "monitor", ""))),
        (document, make_claim("shelling", at=50, killed=(45, None), source=("W", "ngo", ""))),
    ]
    told = section(render(items), "Where accounts differ")
    assert re.search(r"  - 26 \(M\)\. \[\^\d+\]\n  - At least 45 \(W\)\. \[\^\d+\]\n", told)


def test_a_denial_is_quoted_as_one():
    document = make_document()
    items = [
        (document, make_claim("capture", actor=GOV, source=("G", "party", "GOV"))),
        (document, make_claim("capture", at=50, actor=GOV, status="denied", source=("R", "party", "REB"))),
    ]
    text = render(items)
    assert "R, denying it: “Somebody did something there.”" in section(text, "Where accounts differ")
    assert "the Army took P1, according to G, but not according to R (disputed)" in text


def test_proposals_are_told_step_by_step():
    document = make_document()
    items = [
        (document, make_claim("request", topic="ceasefire", actor=REB, day=date(2020, 5, 2))),
        (document, make_claim("reject", at=9, topic="ceasefire", actor=GOV, day=date(2020, 5, 3))),
    ]
    told = section(render(items), "Diplomacy")
    assert "Ceasefire, P1 (opened 2 May): refused." in told
    assert told.index("2 May: rebels proposed it") < told.index("3 May: the Army refused it, according to Outlet A")


def test_what_has_no_place_or_no_day_is_told_apart():
    document = make_document()
    items = [(document, make_claim("attack", place="")), (document, make_claim("clash", at=9, day=None))]
    told = section(render(items), "What could not be placed or dated")
    assert "On 3 May an attack took place" in told.split("### Not dated")[0]
    assert "On a day not known, there was fighting in P1" in told.split("### Not dated")[1]


def test_a_silence_grows_stale():
    items = [
        (OLD, make_claim("capture", document="doc_old", actor=GOV, day=date(2020, 5, 1), source=("M", "monitor", ""))),
        (NEW, make_claim("clash", document="doc_new", place="p2", day=date(2020, 5, 4))),
    ]
    late = make_document("late", date(2020, 7, 1))
    stale = section(render([*items, (late, make_claim("clash", document="doc_late", place="p2", day=date(2020, 7, 1)))]), "Stale")
    assert "P1: held by GOV, last spoken of on 1 May, 61 days before" in stale and not section(render(items), "Stale")


def test_what_was_said_is_quoted_unless_a_person_left_it_out():
    claim = make_claim("accuse", actor=GOV, day=date(2020, 5, 4))
    left_out = Judgement(id="jdg_1", action="reject", about=(claim.claim.id,), by="A. Name", at=datetime(2020, 5, 5))
    items = [(make_document(), claim), (make_document(), make_claim("clash", at=9))]
    assert "On 4 May the Army made an accusation: “Somebody did something there.”" in section(render(items), "What was said")
    assert not section(render(items, judgements=[left_out]), "What was said")


def test_corrections_are_told_with_their_author():
    claim = make_claim("clash")
    judgement = Judgement(id="jdg_1", action="reject", about=(claim.claim.id,), by="A. Name", at=datetime(2020, 5, 5), note="a reprint")
    text = render([(make_document(), claim)], judgements=[judgement])
    assert "5 May: A. Name left 1 claim out of every conclusion (a reprint). [^1]" in section(text, "Corrections")


def test_an_incident_a_person_stands_behind_says_so():
    one, other = make_claim("clash"), make_claim("clash", at=9)
    items = [(make_document(), one), (make_document(), other)]
    half, whole = ((one.claim.id,), (one.claim.id, other.claim.id))
    told = [
        render(items, judgements=[Judgement(id="jdg_1", action="accept", about=about, by="A. Name", at=datetime(2020, 5, 5))])
        for about in (half, whole)
    ]
    assert ["Accepted by A. Name." in text for text in told] == [False, True]


def test_long_lists_are_cut_and_counted():
    document = make_document()
    items = [(document, make_claim("clash", at=n, place=f"p{n}")) for n in range(25)]
    assert "And 5 more." in section(render(items), "Who holds what")


# forms


ITEMS = [
    (make_document(), make_claim("shelling", killed=(26, 26), source=("M", "monitor", ""))),
    (make_document(), make_claim("shelling", at=50, killed=(45, None), source=("W", "ngo", ""))),
]


def plain(text):
    """Letters and digits only, so that the forms can be compared."""
    return re.sub(r"\W+", "", re.sub(r"\[\^\d+\]|<sup>.*?</sup>", "", text))


def test_all_forms_say_the_same_sentences():
    from docx import Document

    told = report.document(seen(ITEMS))
    lines = [line.text for part in told.sections for line in part.all_lines()]
    word = "\n".join(p.text for p in Document(io.BytesIO(render(ITEMS, "docx"))).paragraphs)
    for text in (render(ITEMS), re.sub(r"<(?!/?sup)[^>]+>", " ", render(ITEMS, "html")), word):
        assert all(plain(line) in plain(text) for line in lines)
        assert plain("Outlet A, a, 4 May 2020, quoting M:") in plain(text)


def test_ids_show_when_asked_for():
    shown = seen(ITEMS)
    (identifier,) = {i.id for i in shown.incidents}
    assert identifier not in report.render(shown) and f"`{identifier}`" in report.render(shown, ids=True)


def test_a_word_file_takes_any_text():
    assert render([(make_document(outlet="Bell\x07 & <Co>"), make_claim("clash"))], "docx")[:2] == b"PK"


def test_pdf_is_a_pdf():
    pytest.importorskip("weasyprint", reason="PDF needs WeasyPrint (pip install weasyprint)", exc_type=(ImportError, OSError))
    assert render(ITEMS, "pdf")[:5] == b"%PDF-"


@pytest.mark.parametrize(
    ("error", "said"), [(ImportError("none"), "pip install weasyprint"), (OSError("cannot load library 'pango'"), "libpango")]
)
def test_pdf_without_its_parts_says_what_to_install(error, said, monkeypatch):
    class Broken:
        def __getattr__(self, name):
            raise error

    monkeypatch.setitem(sys.modules, "weasyprint", Broken())
    with pytest.raises(MissingComponent, match=said):
        render(ITEMS, "pdf")


def test_the_page_asks_for_nothing():
    page = render(ITEMS, "html")
    assert "default-src 'none'" in page and not re.search(r"<(?:link|img|script|iframe)\b|url\(|@import", page)
    with pytest.raises(ValueError, match="fetches nothing"):
        report_formats._refused("file:///etc/passwd")
