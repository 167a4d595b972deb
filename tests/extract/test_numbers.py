"""Number words as ranges."""

import pytest

from dateline.extract import numbers

CASES = [
    ("at least 16 people", 16, None, False), ("more than 40 fighters", 40, None, False), ("up to 70 shells", None, 70, False),
    ("about 85 percent of it", 85, 85, True), ("dozens were hurt", 24, 99, False), ("tens of thousands fled", 20000, 99999, False),
    ("between 3 and 5 rockets", 3, 5, False), ("twenty-two soldiers", 22, 22, False), ("1,250 people", 1250, 1250, False),
    ("two million people", 2000000, 2000000, False), ("fewer than 100 troops", None, 100, False), ("10 to 12 men", 10, 12, False),
    ("half of the town", 50, 50, True), ("no casualties", 0, 0, False),
]  # fmt: skip


@pytest.mark.parametrize(("text", "low", "high", "percent"), CASES)
def test_ranges(text, low, high, percent):
    (found,) = numbers.find(text)
    assert (found.low, found.high, found.percent) == (low, high, percent)


def test_plain_words_are_no_numbers():
    assert numbers.find("a soldier and several others fled to the hills") == []


@pytest.mark.parametrize(
    ("text", "long"),
    [("a truce of two weeks", True), ("in the past two weeks", False), ("two weeks ago", False), ("two weeks into the siege", True), ("two tanks", False)],
)  # fmt: skip
def test_how_long_is_told_from_when(text, long):
    assert numbers.measures_time(text, numbers.find(text)[0]) == long
