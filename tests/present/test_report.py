"""The situation report: every sentence cites, disputes show, hostile text is harmless."""

from datetime import date

import pytest
from conftest import make_claim, make_document

from dateline.errors import InputError
from dateline.fuse import fuse
from dateline.present import report
from dateline.present.view import view


def render(items, form="md", **options):
    found = fuse(items)
    return report.render(
        view(
            {d.id: d for d, _ in items}.values(),
            [c for _, c in items],
            found.incidents,
            found.control,
            found.proposals,
            **options,
        ),
        form=form,
    )


def test_every_sentence_cites_and_every_citation_is_listed():
    text = render([(make_document(), make_claim("airstrike", killed=(4, 9), source=("M", "monitor", "")))])
    lines = [line for line in text.splitlines() if line.startswith("- ")]
    assert lines and all("[^" in line for line in lines)
    assert "4 to 9 killed (M)" in text and "[^1]: Outlet A" in text


def test_a_sentence_that_cites_nothing_cannot_be_made():
    with pytest.raises(ValueError, match="cites nothing"):
        report.Line("The town fell.", ())


def test_days_after_the_one_asked_for_are_left_out():
    report_ = make_document(published=date(2020, 6, 2))
    items = [
        (report_, make_claim("clash", day=date(2020, 5, 1))),
        (report_, make_claim("clash", at=9, day=date(2020, 6, 1), place="p2")),
    ]
    assert "P2" not in render(items, on=date(2020, 5, 2)) and "P2" in render(items)


def test_what_was_not_read_is_said():
    assert "x.txt: empty" in render([(make_document(), make_claim("clash"))], failures=[InputError("x.txt", "empty")])


def test_markup_in_reports_is_shown_not_run():
    page = render(
        [
            (
                make_document(outlet="<script>alert(1)</script>"),
                make_claim("clash", source=("<img src=x onerror=y>", "media", "")),
            )
        ],
        form="html",
    )
    assert "<script>" not in page and "<img" not in page and "&lt;script&gt;" in page
