"""What stands between quotation marks, and who says it."""

import pytest

from dateline import quotations
from dateline.annotate.parse import load_pipeline

TWO = '"We held the bridge all night," said Colonel Haddad. "Then we ran out of shells and left."'
LEAD = "Colonel Haddad told reporters: \"The bridge is ours. Nobody will take it.\" The town lies on the river."
GLUED = '"We lost the bridge,"the colonel said on Friday.'
OPEN = "The colonel said: “The bridge is ours. Nobody will take it."
BARE = "Colonel Haddad said the bridge was lost. We were hungry and cold."


@pytest.mark.parametrize(
    ("text", "word", "inside"),
    [(TWO, "held", True), (TWO, "said", False), (TWO, "ran", True), (LEAD, "take", True), (LEAD, "lies", False), (GLUED, "lost", True), (GLUED, "said", False), (OPEN, "take", True), ("No marks here.", "marks", False)],
)  # fmt: skip
def test_inside(text, word, inside):
    doc = load_pipeline()(text)
    assert quotations.holds(next(t for t in doc if t.text == word)) == inside


@pytest.mark.parametrize(
    ("text", "word", "speaker"), [(TWO, "held", "Haddad"), (TWO, "ran", "Haddad"), (LEAD, "take", "Haddad"), (GLUED, "lost", "colonel"), (OPEN, "take", "colonel"), (BARE, "hungry", "Haddad")]
)  # fmt: skip
def test_speaker(text, word, speaker):
    doc = load_pipeline()(text)
    token = next(t for t in doc if t.text == word)
    assert next(quotations.speakers(token, quotations.around(token))).text == speaker
