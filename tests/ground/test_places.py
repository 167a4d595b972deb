"""Places of a report resolved together: tables of what a text means in its report."""

from __future__ import annotations

import pytest

from dateline.ground.gazetteer import Gazetteer
from dateline.ground.geometry import distance_km
from dateline.ground.place_text import segments
from dateline.ground.places import Resolver
from dateline.model.said import Claim, Document, Span
from dateline.model.world import PlaceRef


@pytest.fixture(scope="module")
def resolver() -> Resolver:
    return Resolver(Gazetteer.open())


def read(resolver: Resolver, text: str, place: str, country: str = "", title: str = "") -> PlaceRef:
    """Resolve `place`, which stands in `text`, as a report of its own."""
    document = Document(id="doc_x", name="x", text=text, title=title)
    start = text.index(place)
    span = Span(document="doc_x", start=start, end=start + len(place), text=place)
    claim = Claim(
        id="clm_x", document="doc_x", type="clash", status="happened", trigger=span, evidence=span, place=(span,)
    )
    return resolver.resolve([claim], document, country)[0][0]


ALEPPO = "The army shelled Aleppo on Friday. "


@pytest.mark.parametrize(
    "text, place, country, identifier, precision",
    [
        # names, in their country
        (ALEPPO, "Aleppo", "SY", "aleppo", 1),
        ("Tripoli was quiet, said officials in Benghazi and Misrata.", "Tripoli", "LY", "geonames:2210247", 1),
        ("Tripoli was quiet, said officials in Beirut and Sidon.", "Tripoli", "LB", "geonames:266826", 1),
        ("Shells fell on Hit, in Iraq's Anbar province.", "Hit", "IQ", "geonames:95788", 1),
        ("The rebels hold Idlib.", "Idlib", "SY", "geonames:169389", 1),
        ("The rebels hold Idlib province.", "Idlib province", "SY", "admin1:SY.12", 4),
        ("They met in the city of Idlib.", "city of Idlib", "SY", "geonames:169389", 1),
        ("War goes on in Syria.", "Syria", "SY", "country:SY", 6),
        ("A raid in the northern city of Mosul.", "northern city of Mosul", "IQ", "geonames:99072", 1),
        # districts of the pack, in the report's city
        (ALEPPO + "Bombs fell on Zebdieh.", "Zebdieh", "SY", "aleppo/zibdiya", 1),
        (ALEPPO + "Bombs fell on Mashhad.", "Mashhad", "SY", "aleppo/mashhad", 1),
        (ALEPPO + "They took the Old City.", "the Old City", "SY", "aleppo/old_city", 1),
        (ALEPPO + "Sheikh Saeed fell.", "Sheikh Saeed", "SY", "aleppo/sheikh_saeed", 1),
        (ALEPPO + "Sheikh Maqsoud held.", "Sheikh Maqsoud", "SY", "aleppo/sheikh_maqsoud", 1),
        (ALEPPO + "Tariq al-Bab fell.", "Tariq al-Bab", "SY", "aleppo/tariq_al_bab", 1),
        ("Clashes were reported in Zabadani near Damascus.", "Zabadani", "SY", "geonames:172059", 1),
        ("Turkish troops entered al-Bab.", "al-Bab", "SY", "geonames:174018", 1),
        ("Bombs went off in Tikrit and Samarra, in Salah al-Din.", "Salah al-Din", "IQ", "admin1:IQ.18", 4),
        # parts
        (ALEPPO + "Rebels lost the city's east.", "the city's east", "SY", "aleppo/east", 2),
        ("Food is short in eastern Aleppo.", "eastern Aleppo", "SY", "aleppo/east", 2),
        ("A blast hit west Baghdad.", "west Baghdad", "IQ", "geonames:98182/west", 2),
        ("A blast in northern Aleppo province.", "northern Aleppo province", "SY", "admin1:SY.09/north", 4),
        ("Rebels seized eastern Libya.", "eastern Libya", "LY", "country:LY/east", 5),
        ("They bombed eastern Ghouta.", "eastern Ghouta", "SY", "region:eastern_ghouta", 2),
        # nesting, sites and relations
        (ALEPPO + "Bombs hit a hospital in the city's east.", "a hospital in the city's east", "SY", "aleppo/east", 2),
        ("Bombs hit a hospital in Homs.", "a hospital in Homs", "SY", "geonames:169577", 2),
        ("The convoy was ambushed near Kirkuk.", "near Kirkuk", "IQ", "geonames:94787", 2),
        ("Fighting went on south of Mosul.", "south of Mosul", "IQ", "geonames:99072/south", 2),
        (ALEPPO + "Food ran out in rebel districts.", "rebel districts", "SY", "aleppo", 2),
        (ALEPPO + "Zebdieh burnt. Hunger spread in rebel districts.", "rebel districts", "SY", "aleppo", 2),
        (ALEPPO + "Zebdieh burnt. People fled the district.", "the district", "SY", "aleppo/zibdiya", 1),
        ("Baghdad was calm. A bomb went off in the capital.", "the capital", "IQ", "geonames:98182", 1),
        ("Syrian territory was shelled from Iraq.", "Syrian territory", "SY", "country:SY", 6),
        # none of these
        ("The army raided Qxwzibad.", "Qxwzibad", "SY", None, 7),
    ],
)  # fmt: skip
def test_a_place_text_in_its_report(
    resolver: Resolver, text: str, place: str, country: str, identifier: str | None, precision: int
) -> None:
    found = read(resolver, text, place, country)
    assert (found.place and found.place.id, found.precision) == (identifier, precision)
    assert 0 <= found.score <= 1


def test_what_the_text_writes_after_a_comma_decides(resolver: Resolver) -> None:
    found = read(resolver, "Two men were arrested in Paris, Texas.", "Paris")
    assert found.place is not None and found.place.country == "US"


def test_between_two_places_is_the_middle(resolver: Resolver) -> None:
    text = "The road between Homs and Hama was cut."
    found = read(resolver, text, "between Homs and Hama", "SY")
    assert found.place is not None and found.precision == 5
    assert found.place.lat is not None and 34.73 < found.place.lat < 35.13


def test_a_part_is_a_smaller_circle_on_its_side(resolver: Resolver) -> None:
    whole = read(resolver, "Baghdad is quiet.", "Baghdad", "IQ").place
    part = read(resolver, "A blast hit west Baghdad.", "west Baghdad", "IQ").place
    assert whole is not None and part is not None and part.parents[0] == whole.id
    assert part.lon < whole.lon and part.radius_km < whole.radius_km  # type: ignore[operator]
    assert distance_km(whole.lat, whole.lon, part.lat, part.lon) < whole.radius_km  # type: ignore[arg-type,operator]


def test_a_bare_word_is_inherited(resolver: Resolver) -> None:
    found = read(resolver, ALEPPO + "Shells fell on the city.", "the city", "SY")
    assert found.place is not None and found.place.id == "aleppo" and found.basis == "inherited"


def test_one_tuple_for_each_claim(resolver: Resolver) -> None:
    assert resolver.resolve([], Document(id="doc_x", name="x", text="")) == []


@pytest.mark.parametrize(
    "text, names, parts",
    [
        ("a hospital in the city's east", ["", "", ""], ["", "east", ""]),
        ("Aleppo's southeast", ["", "Aleppo"], ["southeast", ""]),
        ("the Kurdish district of Sheikh Maqsoud in Aleppo", ["Sheikh Maqsoud", "Aleppo"], ["", ""]),
        ("Deir ez-Zor", ["Deir ez-Zor"], [""]),
        ("North Kivu", ["North Kivu"], [""]),
    ],
)
def test_segments_finest_first(text: str, names: list[str], parts: list[str]) -> None:
    found = segments(text)
    assert ([s.name for s in found], [s.part for s in found]) == (names, parts)
