"""Public benchmarks are read from their own files and scored by their own measure; the files here are small ones of our own."""

import json

import pytest
from typer.testing import CliRunner

from dateline.cli import app
from dateline.config import Config
from dateline.errors import UsageError
from dateline.evaluate import event_places, measure, places, times

WIKIWARS = """<DOC><DATETIME><TIMEX2 val="2009-12-19">2009-12-19</TIMEX2></DATETIME><TEXT>
After <TIMEX2 val="1869">1869</TIMEX2> and <TIMEX2 val="1870">1870</TIMEX2> the war began in <TIMEX2 val="1871-05">May 1871</TIMEX2>. On <TIMEX2 val="1871-09-03">September 3</TIMEX2> the fort fell, and in
<TIMEX2 val="1872-01">January</TIMEX2> the army left. It had held out for <TIMEX2 val="P3M">three months</TIMEX2> in <TIMEX2 val="1871-SU">the summer of 1871</TIMEX2>.
</TEXT></DOC>"""
TIMEML = """<TimeML><DCT><TIMEX3 tid="t0" type="DATE" value="2013-03-22">March 22, 2013</TIMEX3></DCT><TEXT>
The convoy left <EVENT>on</EVENT> <TIMEX3 tid="t1" type="DATE" value="2013-03-21">Thursday</TIMEX3> and is due <TIMEX3 tid="t2" type="DATE" value="2013-03-23">tomorrow</TIMEX3>.</TEXT></TimeML>"""
LGL = """<articles><article docid="1"><text><![CDATA[Fighting spread from Homs to Hama, Syrian officials said in Paris.]]></text><toponyms>
<toponym><start>21</start><end>25</end><phrase>Homs</phrase><gaztag><lat>34.73</lat><lon>36.71</lon></gaztag></toponym>
<toponym><start>29</start><end>33</end><phrase>Hama</phrase><gaztag><lat>35.13</lat><lon>36.75</lon></gaztag></toponym>
<toponym><start>60</start><end>65</end><phrase>Paris</phrase><gaztag><lat>48.85</lat><lon>2.35</lon></gaztag></toponym></toponyms></article></articles>"""


def by_name(found):
    return {m.name: m for m in found}


@pytest.mark.parametrize(("name", "text", "gold"), [("a.xml", WIKIWARS, 7), ("b.tml", TIMEML, 2)])
def test_times(tmp_path, name, text, gold):
    (tmp_path / name).write_text(text)
    value = by_name(times.score(tmp_path, Config()))["time, value"]
    assert (value.hits, value.predicted, value.gold) == (gold, gold, gold)


def test_places(tmp_path):
    (tmp_path / "lgl.xml").write_text(LGL)
    found = by_name(places.score(tmp_path, Config()))
    assert found["place, gold resolved within 161 km"].recall == 1.0
    assert found["place, recognised"].hits == 3 and found["place, recognised"].predicted == 4  # "Syrian" is one too many here


def test_event_places(tmp_path):
    text = "Gunmen attacked a police post in Maiduguri on Friday, officials said in Abuja."
    row = {"text": text, "spans": [{"start": 7, "end": 15, "label": "VERB"}, {"start": 33, "end": 42, "label": "LOCATION"}]}
    (tmp_path / "e.jsonl").write_text(json.dumps(row))
    (found,) = event_places.score(tmp_path, Config())
    assert (found.hits, found.gold) == (1, 1) and found.predicted == 1


@pytest.mark.parametrize("score", [times.score, places.score, event_places.score])
def test_a_folder_without_its_files_is_refused(tmp_path, score):
    with pytest.raises(UsageError, match="no .*; "):
        score(tmp_path, Config())


def test_the_command_prints_the_measures_and_writes_them(tmp_path):
    (tmp_path / "a.xml").write_text(WIKIWARS)
    out = tmp_path / "t.json"
    done = CliRunner().invoke(app, ["eval", str(tmp_path), "--benchmark", "time", "--json", str(out)])
    assert done.exit_code == 0 and "time, value" in done.output
    assert json.loads(out.read_text())["time, value"]["f1"] == 1.0


def test_spans_are_paired_one_to_one():
    assert measure.overlapping([(0, 4), (5, 9)], [(3, 9), (0, 2)]) == [(1, 0), (0, 1)]
