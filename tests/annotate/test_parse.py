"""Sentences of reports: datelines, line breaks and abbreviations."""

import pytest

from dateline.annotate.parse import load_pipeline

CASES = [
    ("ALEPPO, Dec 9 (AFP) - Rebels left.", ["ALEPPO, Dec 9 (AFP) -", "Rebels left."]),
    ("EL FASHER, Sudan (Reuters) - Shells fell.", ["EL FASHER, Sudan (Reuters) -", "Shells fell."]),
    ("DAMASCUS, (SANA)- The army left.", ["DAMASCUS, (SANA)-", "The army left."]),
    ("UN envoys met Gen. Smith on Nov. 3 in Doha.", ["UN envoys met Gen. Smith on Nov. 3 in Doha."]),
    ("Town taken\nThe army took a town.", ["Town taken", "The army took a town."]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "sentences"), CASES)
def test_sentences(text, sentences):
    assert [s.text.strip() for s in load_pipeline()(text).sents] == sentences
