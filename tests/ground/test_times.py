"""Time expressions against a Friday, 9 December 2016."""

from datetime import date

import pytest

from dateline.ground import times

ANCHOR = date(2016, 12, 9)
CASES = [
    ("on Thursday", "2016-12-08", "2016-12-08"), ("Friday", "2016-12-09", "2016-12-09"), ("last Friday", "2016-12-02", "2016-12-02"),
    ("yesterday", "2016-12-08", "2016-12-08"), ("overnight", "2016-12-08", "2016-12-09"), ("the last week", "2016-12-02", "2016-12-08"),
    ("Three weeks into", "2016-11-17", "2016-12-08"), ("since Nov. 15", "2016-11-15", "2016-12-09"), ("2012", "2012-01-01", "2012-12-31"),
    ("for four years", "2012-12-09", "2016-12-08"), ("09 Dec, 2016", "2016-12-09", "2016-12-09"), ("March 17, 2011", "2011-03-17", "2011-03-17"),
    ("between 3 and 5 May", "2016-05-03", "2016-05-05"), ("from 12 to 14 June 2014", "2014-06-12", "2014-06-14"), ("July", "2016-07-01", "2016-07-31"),
    ("last year", "2015-01-01", "2015-12-31"), ("two months ago", "2016-10-01", "2016-10-31"), ("earlier this week", "2016-12-05", "2016-12-09"),
    ("the 1990s", "1990-01-01", "1999-12-31"), ("14/02/2015", "2015-02-14", "2015-02-14"), ("between 2011 and 2014", "2011-01-01", "2014-12-31"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "start", "end"), CASES)
def test_intervals(text, start, end):
    found = times.normalise(text, anchor=ANCHOR)
    assert found and (str(found.start), str(found.end)) == (start, end)


def test_relative_to_the_last_day_spoken_of():
    assert times.normalise("two days later", anchor=ANCHOR, previous=date(2016, 12, 1)).start == date(2016, 12, 3)
    assert times.normalise("the previous day", anchor=ANCHOR, previous=date(2016, 12, 1)).start == date(2016, 11, 30)


def test_a_distance_from_something_not_known_is_no_day():
    assert times.normalise("two days later", anchor=ANCHOR) is None
    assert not times.find("It came a month after a reporter went missing.")


def test_tense_turns_the_bias_round():
    assert times.normalise("Monday", anchor=ANCHOR, tense="future").start == date(2016, 12, 12)
    assert times.normalise("Monday", anchor=ANCHOR, tense="past").start == date(2016, 12, 5)


def test_without_a_publication_day_only_full_dates_resolve():
    assert times.normalise("Thursday", anchor=None) is None
    assert times.normalise("12 May 1999", anchor=None).start == date(1999, 5, 12)


@pytest.mark.parametrize("text", ["a five-day truce", "2014 people were there", "they may attack"])
def test_what_is_no_time(text):
    assert all(times.normalise(text[s:e], anchor=ANCHOR) is None for s, e in times.find(text))
