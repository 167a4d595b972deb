"""The gazetteer: names to candidate places, files a user adds, errors that name the row."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dateline.errors import InputError
from dateline.ground import atlas, gazetteer
from dateline.ground.gazetteer import Gazetteer
from dateline.ground.names import bones, key, plain

SHARED = Path(__file__).parents[2] / ".." / "shared"


@pytest.fixture(scope="module")
def world() -> Gazetteer:
    return Gazetteer.open()


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """An empty gazetteer file."""
    import sqlite3

    path = tmp_path / "small.sqlite"
    db = sqlite3.connect(path)
    db.executescript(atlas.SCHEMA)
    db.close()
    return path


@pytest.mark.parametrize(
    "one, other",
    [
        ("Zibdiya", "Zebdieh"), ("Zibdiya", "az-Zabdiyah"), ("Sheikh Saeed", "Shaykh Sa'id"), ("Qamishli", "Kamishly"),
        ("Saif al-Dawla", "Sayf ad-Dawla"), ("Deir ez-Zor", "Dayr az Zawr"), ("Sukkari", "al-Sukari"),
    ],
)  # fmt: skip
def test_spellings_of_one_name_share_their_bones(one: str, other: str) -> None:
    assert bones(one) == bones(other)


@pytest.mark.parametrize("one, other", [("Zibdiya", "Zabadani"), ("Sheikh Saeed", "Sheikh Maqsoud"), ("Homs", "Hama")])
def test_near_misses_do_not(one: str, other: str) -> None:
    assert bones(one) != bones(other)


@given(st.text(max_size=40))
def test_keys_are_plain_ascii_and_stable(name: str) -> None:
    assert key(key(name)).isascii()
    assert plain(name) == plain(name).strip()


@pytest.mark.parametrize(
    "name, country, identifier",
    [
        ("Aleppo", "", "aleppo"), ("Halab", "", "aleppo"),
        ("حلب", "", "aleppo"), ("Zebdieh", "SY", "aleppo/zibdiya"),
        ("az-Zabdiyah", "SY", "aleppo/zibdiya"), ("Zabadani", "SY", "geonames:172059"), ("Mosul", "", "geonames:99072"),
        ("Idlib province", "SY", "admin1:SY.12"), ("Syria", "", "country:SY"), ("Donbass", "", "region:donbas"),
        ("Jobar", "SY", "reports/jobar"), ("Deir al-Zour", "SY", "geonames:170794"),
    ],
)  # fmt: skip
def test_the_likeliest_place_of_a_name(world: Gazetteer, name: str, country: str, identifier: str) -> None:
    assert world.find(name, country)[0].id == identifier


def test_aleppo_is_one_place_with_its_people(world: Gazetteer) -> None:
    assert world.get("geonames:170063") is None
    assert [c.population > 1_000_000 for c in world.candidates("Aleppo") if c.place.id == "aleppo"] == [True]


@pytest.mark.parametrize("name", ["", "Xqzwvk", "the"])
def test_unknown_names_find_nothing(world: Gazetteer, name: str) -> None:
    assert world.find(name) == ()


def test_names_in_a_text(world: Gazetteer) -> None:
    text = "Most of the Syrian troops left Aleppo's east for Khan Sheikhoun and al-Bab, NATO said in New York."
    found = [text[a:b] for a, b, _ in world.names_in(text)]
    assert found == ["Aleppo", "Khan Sheikhoun", "al-Bab", "New York"]


def test_capitals(world: Gazetteer) -> None:
    capital = world.capital("IQ")
    assert capital is not None and capital.name == "Baghdad"


def test_adding_a_csv_replaces_what_it_brought_before(small: Path, tmp_path: Path) -> None:
    file = tmp_path / "mine.csv"
    file.write_text("name,lat,lon,names\nOld Mill,36.1,37.2,The Mill; al-Tahun\nBridge,36.2,37.1,\n", "utf-8")
    assert gazetteer.add(file, small) == 2
    file.write_text("name,lat,lon\nOld Mill,36.1,37.2\n", "utf-8")
    assert gazetteer.add(file, small) == 1
    mine = Gazetteer(small)
    assert mine.layers() == [("mine", 1)]
    assert mine.find("Old Mill")[0].id == "mine/old_mill" and mine.find("Bridge") == ()


def test_a_polygon_becomes_a_circle(small: Path, tmp_path: Path) -> None:
    ring = [[37.0, 36.0], [37.02, 36.0], [37.02, 36.02], [37.0, 36.02], [37.0, 36.0]]
    feature = {
        "type": "Feature",
        "properties": {"name": "Square Quarter"},
        "geometry": {"type": "Polygon", "coordinates": [ring]},
    }
    file = tmp_path / "quarters.geojson"
    file.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}), "utf-8")
    assert gazetteer.add(file, small) == 1
    place = Gazetteer(small).find("Square Quarter")[0]
    assert place.lat == pytest.approx(36.01, abs=0.005) and place.radius_km == pytest.approx(1.4, abs=0.5)


def _dump_line(name: str = "Tall Example") -> str:
    return "\t".join(
        [
            "1",
            name,
            "Tall Example",
            "Tell Example,تل",
            "36.5",
            "37.5",
            "P",
            "PPL",
            "SY",
            "",
            "09",
            "",
            "",
            "",
            "900",
            "",
            "",
            "Asia/Damascus",
            "2020-01-01",
        ]
    )


def test_a_geonames_archive(small: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "SY.zip", "w") as archive:
        archive.writestr("readme.txt", "not this one")
        archive.writestr("SY.txt", _dump_line() + "\n")
    assert gazetteer.add(tmp_path / "SY.zip", small) == 1
    assert Gazetteer(small).find("Tell Example")[0].id == "geonames:1"


@pytest.mark.parametrize(
    "name, content, where, problem",
    [
        ("a.csv", "name,lat\nX,1\n", "a.csv:2", "no column 'lon'"),
        ("a.csv", "name,lat,lon\nX,1,2\nY,north,2\n", "a.csv:3", "'north'"),
        ("a.csv", "name,lat,lon\nX,137,36\n", "a.csv:2", "off the globe"),
        ("a.csv", "name,lat,lon,radius_m\nX,37,36,wide\n", "a.csv:2", "radius_m"),
        ("a.csv", "name,lat,lon\n,37,36\n", "a.csv:2", "no name"),
        ("a.geojson", "[]", "a.geojson", "FeatureCollection"),
        ("a.geojson", '{"features": [{"properties": {}}]}', "feature 1", "no name"),
        ("a.txt", "one\ttwo\n", "a.txt:1", "2 columns"),
        ("a.txt", _dump_line().replace("\t900\t", "\tmany\t") + "\n", "a.txt:1", "population"),
        ("a.doc", "x", "a.doc", "no gazetteer format"),
    ],
)  # fmt: skip
def test_errors_name_the_row_and_the_way_out(
    small: Path, tmp_path: Path, name: str, content: str, where: str, problem: str
) -> None:
    (tmp_path / name).write_text(content, "utf-8")
    with pytest.raises(InputError) as caught:
        gazetteer.add(tmp_path / name, small)
    assert where in caught.value.where and problem in str(caught.value) and caught.value.way_out
    assert Gazetteer(small).layers() == []


@pytest.mark.skipif(not (SHARED / "data").exists(), reason="the polygons of Aleppo are not beside this checkout")
def test_a_file_of_polygons_someone_adds(small: Path) -> None:
    assert gazetteer.add(SHARED / "data" / "aleppo_neighbourhoods.geojson", small) == 133
