"""Reports that repeat one another count once."""

import itertools
from datetime import date

from conftest import make_claim, make_document

from dateline.fuse import fuse
from dateline.fuse.reprints import Reprints

STORY = (
    "Shells fell on the market of the old town shortly after noon, a doctor at the field hospital said, and at least twelve people were "
    "brought in with wounds from splinters. Two of them died on the way. The shelling went on until dusk, and families slept in cellars."
)
OTHER = (
    "Ministers of four neighbouring states met in the capital to speak about the border crossings, which have been closed since the spring. "
    "They agreed on nothing, a diplomat said, but will meet again before the end of the month, when the harvest has to be brought in."
)
FIRST = make_document("first", date(2020, 5, 3), text=STORY)
COPY = make_document("copy", date(2020, 5, 4), outlet="Outlet B", text=STORY + " Additional reporting by our staff.")
CUT = make_document("cut", date(2020, 5, 5), outlet="Outlet C", text=STORY[:180])
APART = make_document("apart", date(2020, 5, 3), text=OTHER)


def test_copies_lead_to_the_first_whatever_the_order():
    for documents in itertools.permutations([FIRST, COPY, CUT, APART]):
        found = Reprints()
        for document in documents:
            found.add([document])
        assert found.first == {"doc_first": "doc_first", "doc_copy": "doc_first", "doc_cut": "doc_first", "doc_apart": "doc_apart"}


def test_short_texts_are_no_reprints():
    found = Reprints()
    found.add([make_document("x", text="Shells fell on the town."), make_document("y", text="Shells fell on the town.")])
    assert found.first == {"doc_x": "doc_x", "doc_y": "doc_y"}


def test_a_reprint_is_no_second_report():
    claims = [(d, make_claim("shelling", document=d.id)) for d in (FIRST, COPY)]
    (incident,) = fuse(claims).incidents
    assert (incident.reports, incident.outlets) == (1, 2)
