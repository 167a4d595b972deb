"""Every type survives JSON, and claims are printed in the published shape."""

import json
from datetime import date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dateline.model import concluded, said, world
from dateline.model.codec import claim_json, decode, encode

TYPES = [
    *(said.Document, said.Span, said.Mention, said.Cue, said.Chain, said.Quantity, said.Claim),
    *(world.Place, world.PlaceRef, world.TimeRef, world.Actor, world.ActorRef, world.Source, world.GroundedClaim),
    *(concluded.Reason, concluded.Judgement, concluded.Toll, concluded.Incident, concluded.Assertion),
    *(concluded.ControlState, concluded.Step, concluded.Proposal),
]
DAY = st.dates(min_value=date(1900, 1, 1))
for plain, values in (
    (date, DAY),
    (datetime, st.datetimes(min_value=datetime(1900, 1, 1))),
    (float, st.floats(-1e6, 1e6).map(lambda x: round(x, 3))),
):
    st.register_type_strategy(plain, values)


@pytest.mark.parametrize("kind", TYPES, ids=lambda k: k.__name__)
def test_round_trip_through_json_text(kind):
    @settings(max_examples=15, deadline=None)
    @given(st.builds(kind))
    def check(value):
        assert decode(kind, json.loads(json.dumps(encode(value)))) == value

    check()


def test_a_missing_optional_field_takes_its_default():
    assert decode(world.Actor, {"id": "a", "name": "A", "kind": "rebel"}) == world.Actor(id="a", name="A", kind="rebel")


def claim(text: str, trigger: str) -> said.Claim:
    def mark(part: str) -> said.Span:
        start = text.index(part)
        return said.Span(document="doc_1", start=start, end=start + len(part), text=part)

    share = said.Quantity(of="territory", low=85.0, high=85.0, unit="percent", span=mark("85"), approximate=True)
    return said.Claim(
        id="clm_1", document="doc_1", type="capture", status="happened", trigger=mark(trigger), evidence=mark(text),
        numbers=(share,), means=mark("tanks"), score=0.9, by="accurate@1",
    )  # fmt: skip


def test_a_claim_is_printed_in_the_published_shape():
    text = "Troops with tanks seized 85 percent of it."
    document = said.Document(id="doc_1", name="wire-7", text=text)
    town = world.Place(id="t", name="Town", kind="town", lat=1.5, lon=2.5, radius_km=3.0)
    week = world.TimeRef(start=date(2020, 1, 1), end=date(2020, 1, 7), grain="week", basis="relative", precision=3)
    grounded = world.GroundedClaim(
        claim=claim(text, "seized"),
        actor=(world.ActorRef(text="Troops", actor=world.Actor(id="X-MIL", name="X army", kind="military")),),
        place=(
            world.PlaceRef(text="it", place=town, precision=1),
            world.PlaceRef(text="there", place=None, precision=7),
        ),
        time=week,
        source=(world.Source(text="Troops", kind="party", name="X army"),),
    )
    row = claim_json(document, grounded)
    keys = "id document type topic status trigger evidence actor target place time source numbers means score by"
    assert list(row) == keys.split()
    assert row["document"] == "wire-7" and row["trigger"] == {"start": 18, "end": 24, "text": "seized"}
    assert row["actor"] == [{"text": "Troops", "id": "X-MIL", "name": "X army"}] and row["target"] == []
    assert row["place"][0]["radius_km"] == 3.0 and row["place"][1]["id"] is None and row["place"][1]["precision"] == 7
    assert row["time"]["end"] == "2020-01-07" and row["means"] == "tanks" and row["topic"] is None
    assert row["numbers"][0]["low"] == 85 and isinstance(row["numbers"][0]["low"], int)
