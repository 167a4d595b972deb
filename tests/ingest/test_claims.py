"""Claims from a sheet: what each row means, its provenance, errors by row and column, and the same sheet twice."""

from datetime import date

import pytest

from dateline.errors import InputError, UsageError
from dateline.ingest import claims
from dateline.model.world import Actor, ActorRef, Place, Source

PLACES = {
    "north": Place(id="x/north", name="North", kind="neighbourhood", lat=1.0, lon=2.0, radius_km=1.0, country="SY")
}
SIDES = {"government": "GOV", "rebel": "REB", "kurds": "SDF"}
SOURCES = {"army": ("party", "GOV"), "state tv": ("media", ""), "monitor": ("monitor", ""), "wire": ("media", "")}
HEAD = "date,place_id,event,from_side,to_side,claimant,stance,source_outlet,confidence,notes\n"


def actor(name, *_):
    side = SIDES.get(name)
    return ActorRef(text=name, actor=Actor(id=side, name=name, kind="rebel", side=side) if side else None)


def source(name, *_):
    kind, side = SOURCES.get(name.lower(), ("unknown", ""))
    return Source(text=name, kind=kind, side=side, name=name if kind != "unknown" else "")


LOOKUP = claims.Lookup(PLACES.get, actor, source)


@pytest.fixture
def sheet(tmp_path):
    """Write rows under the usual columns (or a whole text) and read them."""

    def read(*rows, head=HEAD):
        file = tmp_path / "sheet.csv"
        file.write_text(head + "\n".join(rows), "utf-8")
        return list(claims.read(file, LOOKUP))

    return read


def row(
    event="captured",
    of="rebel",
    to="government",
    by="Monitor",
    stance="asserted",
    confidence="solid",
    notes="",
    outlet="Wire",
    day="2020-05-03",
    place="north",
):
    return f"{day},{place},{event},{of},{to},{by},{stance},{outlet},{confidence},{notes}"


def only(found):
    ((_, (grounded,)),) = found
    return grounded


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ({}, ("capture", "happened", "government", "rebel")),
        ({"event": "held", "of": "rebel", "to": "rebel"}, ("hold", "ongoing", "rebel", "")),
        ({"event": "handed over", "of": "kurds"}, ("withdraw", "happened", "kurds", "government")),
        ({"event": "still contested", "to": "contested", "stance": "denied"}, ("capture", "denied", "", "rebel")),
        ({"event": "heavy clashes (not captured)", "to": "contested"}, ("clash", "ongoing", "", "rebel")),
        ({"event": "entered (some points)"}, ("advance", "happened", "government", "rebel")),
        ({"event": "offensive begins", "to": "rebel"}, ("offensive", "happened", "", "rebel")),
        ({"event": "no significant gains", "to": "rebel"}, ("advance", "denied", "", "rebel")),
        ({"event": "advance repelled", "to": "rebel"}, ("hold", "ongoing", "rebel", "")),
        ({"event": "evacuation begins", "to": "rebel"}, ("hold", "ongoing", "rebel", "")),
        ({"event": "evacuated"}, ("withdraw", "happened", "rebel", "government")),
        ({"event": "flag raised"}, ("capture", "happened", "government", "rebel")),
        ({"event": "siege", "to": "contested"}, ("siege", "ongoing", "", "rebel")),
    ],
)
def test_what_a_row_means(sheet, cells, expected):
    grounded = only(sheet(row(**cells)))
    actors, targets = ("+".join(r.text for r in refs) for refs in (grounded.actor, grounded.target))
    assert (grounded.claim.type, grounded.claim.status, actors, targets) == expected


@pytest.mark.parametrize(
    ("event", "share"),
    [
        ("80% held", 80),
        ("two thirds captured", 66),
        ("three-quarters captured", 75),
        ("half captured", 50),
        ("captured", None),
    ],
)
def test_shares_in_figures_and_words(sheet, event, share):
    numbers = only(sheet(row(event))).claim.numbers
    assert [n.low for n in numbers] == ([share] if share else []) and all(n.span.text in event for n in numbers)


@pytest.mark.parametrize(
    ("by", "expected"),
    [
        ("Monitor", [[("monitor", "", "Monitor")]]),
        ("Monitor via Wire", [[("monitor", "", "Monitor"), ("media", "", "Wire")]]),
        ("Monitor; Army", [[("monitor", "", "Monitor")], [("party", "GOV", "Army")]]),
        ("State TV / Army", [[("party", "GOV", "Army")]]),
        ("Army (a colonel)", [[("party", "GOV", "Army")]]),
        ("Gazette", [[("media", "", "Gazette")]]),
        ("Somebody", [[("unknown", "", "Somebody")]]),
        ("", [[]]),
    ],
)
def test_claimants(sheet, by, expected):
    found = sheet(row(by=by, outlet="Gazette of 3 May"))
    assert [[(s.kind, s.side, s.name) for s in g.source] for _, gs in found for g in gs] == expected


def test_rows_of_one_outlet_and_day_are_one_document_and_every_mark_is_its_quote(sheet):
    found = sheet(
        row(notes='"a, b"'), row("mostly captured", stance="partial"), row(day="2020-05-04"), row(outlet="Other")
    )
    assert [(d.published, d.outlet, len(gs)) for d, gs in found] == [
        (date(2020, 5, 3), "Other", 1), (date(2020, 5, 3), "Wire", 2), (date(2020, 5, 4), "Wire", 1),
    ]  # fmt: skip
    for document, grounded in found:
        for claim in (g.claim for g in grounded):
            spans = (
                claim.trigger,
                claim.evidence,
                *claim.actor,
                *claim.target,
                *claim.place,
                *claim.source,
                *claim.when,
            )
            assert all(document.text[s.start : s.end] == s.text for s in spans)


def test_confidence_weighs_and_contested_is_a_doubt(sheet):
    solid, contested = only(sheet(row())), only(sheet(row(confidence="contested")))
    assert solid.claim.score > contested.claim.score and not solid.claim.cues
    assert [(c.kind, c.span.text) for c in contested.claim.cues] == [("doubt", "contested")]


def test_a_grown_sheet_brings_only_its_new_rows(sheet):
    before = {g.claim.id for _, gs in sheet(row()) for g in gs}
    after = {g.claim.id for _, gs in sheet(row(), row(), row("held", to="rebel")) for g in gs}
    assert before < after and len(after) == 2
    assert sheet(row()) == sheet(row())


@pytest.mark.parametrize(
    ("cells", "column", "problem"),
    [
        ({"day": "2020-13-01"}, "date", "no day"),
        ({"day": ""}, "date", "empty"),
        ({"place": "nowhere"}, "place_id", "no place 'nowhere'"),
        ({"to": "goverment"}, "to_side", "nobody known as 'goverment'"),
        ({"of": "martians"}, "from_side", "nobody known as"),
        ({"stance": "maybe"}, "stance", "not known"),
        ({"confidence": "sure"}, "confidence", "not known"),
        ({"notes": "a, b"}, "", "more cells than columns"),
    ],
)
def test_errors_name_row_and_column_and_the_rest_is_kept(sheet, cells, column, problem):
    error, (_, kept) = sheet(row(), row(**cells))
    assert isinstance(error, InputError) and len(kept) == 1
    assert (
        "sheet.csv:3" in error.where
        and error.where.endswith(f"column {column}" if column else ":3")
        and problem in error.problem
        and error.way_out
    )


@pytest.mark.parametrize(
    ("head", "problem"),
    [
        ("date,place_id,event\n", "no column to_side"),
        ("date,place_id,event,to_side,stanse\n", "did you mean 'stance'"),
        ("", "no column"),
    ],
)
def test_a_file_of_another_shape_is_refused_whole(sheet, head, problem):
    with pytest.raises(UsageError, match=problem):
        sheet(head=head)


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(UsageError, match="no such file"):
        list(claims.read(tmp_path / "none.csv", LOOKUP))
