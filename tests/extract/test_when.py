"""Which time expression of a sentence dates which trigger."""

import pytest

from dateline.annotate.parse import load_pipeline
from dateline.extract import when

CASES = [
    ("The army retook the bridge last month and now controls the port.", "retook", "last month"),
    ("The army retook the bridge last month and now controls the port.", "controls", ""),
    ("Shells hit the market on Monday and killed a vendor.", "killed", "Monday"),
    ("The mayor said on Friday that rebels shelled the port on Thursday.", "shelled", "Thursday"),
    ("The mayor said on Friday that rebels shelled the port.", "shelled", "Friday"),
]


@pytest.mark.parametrize(("text", "trigger", "expression"), CASES)
def test_governing_expression(text, trigger, expression):
    doc = load_pipeline()(text)
    names = ("last month", "Monday", "Friday", "Thursday")
    spans = [doc.char_span(text.index(n), text.index(n) + len(n)) for n in names if n in text]
    found = when.governing(doc, next(t.i for t in doc if t.text == trigger), [(s.start, s.end) for s in spans])
    assert (doc[found[0] : found[1]].text if found else "") == expression


@pytest.mark.parametrize(
    ("text", "trigger", "tense"),
    [
        ("The town has previously come under rocket fire.", "come", "background"),
        ("The town came under rocket fire.", "came", "past"),
        ("Rebels, who took the town in spring, hold it.", "took", "background"),
        ("Rebels will leave the town.", "leave", "future"),
    ],
)  # fmt: skip
def test_tense(text, trigger, tense):
    from dateline.extract import status

    doc = load_pipeline()(text)
    assert status.tense(doc, next(t.i for t in doc if t.text == trigger)) == tense
