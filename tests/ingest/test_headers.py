"""Forms in which reports state their date, place, agency and title."""

from datetime import date

import pytest

from dateline.errors import InputError
from dateline.ingest import headers

FORMS = [
    ("ALEPPO, Dec 9 (AFP) - Rebels left the square.", "", None, "ALEPPO", "AFP"),
    ("09 Dec, 2016 Troops enter the old market. Troops entered it at dawn.", "Troops enter the old market", date(2016, 12, 9), "", ""),
    ("Thu Mar 17, 2011 11:21 pm GMT\nRebels hold the port\n\nBENGHAZI (Reuters) - Rebels held on.", "Rebels hold the port", date(2011, 3, 17), "BENGHAZI", "Reuters"),
    ("November 4 2016 Convoy reaches the valley. Trucks arrived on Friday.", "Convoy reaches the valley", date(2016, 11, 4), "", ""),
    ("KIEV, Ukraine (AP) — Soldiers dug in.", "", None, "KIEV, Ukraine", "AP"),
    ("Village taken\n\nBAGHDAD, Iraq, 4 May 2014 (Xinhua) -- Gunmen took a village.", "Village taken", date(2014, 5, 4), "BAGHDAD, Iraq", "Xinhua"),
    ("The army said it had left.", "", None, "", ""),
]  # fmt: skip


@pytest.mark.parametrize(("text", "title", "published", "place", "credit"), FORMS)
def test_forms(text, title, published, place, credit):
    found = headers.recognise(text)
    assert (found.title, found.published, found.dateline, found.credit) == (title, published, place, credit)


def test_explicit_header_keeps_the_body_to_the_letter():
    text = "TITLE: A\nOUTLET: unknown\nDATE: 2020-01-02\n---\n  Body. \n"
    found = headers.explicit(text, "a.txt")
    assert found.published == date(2020, 1, 2) and found.outlet == "" and text[found.body :] == "  Body. \n"


@pytest.mark.parametrize(
    ("text", "line"),
    [("DATE: yesterday\n---\nx", 1), ("TITLE: a\nno field here\n---\nx", 2), ("TITLE: never closed\n", 1)],
)
def test_bad_headers_name_the_line(text, line):
    with pytest.raises(InputError, match=rf"a\.txt:{line}:"):
        headers.explicit(text, "a.txt")
