"""Texts read as news or as history: the TIMEX3 values of their expressions, in order."""

from datetime import date

import pytest

from dateline.ground import timex

NEWS, LATER = date(2016, 12, 9), date(2009, 12, 19)
CASES = [
    (NEWS, "Shells fell on Thursday evening and overnight. In March the army left.", ["2016-12-08TEV", "2016-03"]),
    (NEWS, "They held out for three weeks last month; two days ago they fled.", ["P3W", "2016-11", "2016-12-07"]),
    (LATER, "In May 1871 the war began. It spread in 1872, lasted until 1873 and ended in 1874. On June 3 the fort fell.",
     ["1871-05", "1872", "1873", "1874", "1874-06-03"]),
    (None, "The blast of 13 September 1974 killed 12. On 15 September its makers denied it; two days later came arrests.",
     ["1974-09-13", "1974-09-15", "1974-09-17"]),
    (None, "In April the front moved. The general died in 2019.", ["2019"]),
    (NEWS, "It is now quiet; former rebels recently came home.", ["PRESENT_REF", "PAST_REF", "PAST_REF"]),
    (LATER, "The league was founded in 478 BC.", ["BC0478"]),
]  # fmt: skip


@pytest.mark.parametrize(("published", "text", "values"), CASES)
def test_values(published, text, values):
    assert [t.value for t in timex.read(text, published)] == values


@pytest.mark.parametrize(
    ("published", "text", "history"),
    [
        (NEWS, "Rebels took it in 2012. The army came on Thursday.", False),
        (LATER, "It began in 1914, spread in 1915 and 1916 and ended in 1918.", True),
        (None, "It fell on 3 May 1999.", True),
        (None, "It fell in 1999.", False),
    ],
)
def test_is_history(published, text, history):
    assert timex.is_history(text, published) == history


def test_undated_claims_of_a_report_without_a_date_take_the_day_it_tells_of(report_reader):
    from dateline.model.said import Document

    text = "A car bomb exploded at a hotel in Kabul on 14 January 2008. Gunmen then stormed the building. The Taliban claimed the attack on 15 January."
    ((_, claims),) = report_reader.read([Document(id="doc_h", name="h", text=text)])
    days = {c.claim.trigger.text: c.time.start for c in claims if c.time}
    assert days["exploded"] == days["stormed"] == date(2008, 1, 14)
    assert all(c.time and c.time.start in (date(2008, 1, 14), date(2008, 1, 15)) for c in claims)
