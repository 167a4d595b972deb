"""Actors: who a phrase such as "government troops" or "the Syrian army" means, with the side it stood on that day.

The ontology is `data/actors/*.yaml`; a user's overlay files add rows or replace them by id.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from anyascii import anyascii

from .. import lexicon
from ..errors import DataError
from ..lexicon import closed
from ..model.world import Actor, ActorRef

KINDS = frozenset(
    ["government", "military", "rebel", "militia", "jihadist", "police", "civilian", "state", "un", "ngo", "media", "monitor", "medic", "person", "other"]
)
KEYS = frozenset(["id", "name", "kind", "aliases", "country", "parent", "affiliations", "side"])


@dataclass(frozen=True, slots=True)
class Row:
    """One actor of the ontology with its dated affiliations (side, from, to; open ends are None)."""

    id: str
    name: str
    kind: str
    country: str
    affiliations: tuple[tuple[str, date | None, date | None], ...]

    def side(self, on: date | None) -> str:
        """The camp it belonged to on that day; the latest known when the day is unknown."""
        fitting = [
            s
            for s, start, end in self.affiliations
            if on is None or ((not start or start <= on) and (not end or on <= end))
        ]
        return fitting[-1] if fitting else ""


def key(text: str) -> str:
    """Form under which names are compared: ASCII, lower case, no article, possessive, hyphen or point."""
    text = anyascii(text).lower().replace("'s", "").replace(".", "")
    text = re.sub(r"[^a-z0-9 ]+", " ", text)
    return re.sub(r"\s+", " ", re.sub(r"^(?:the|a|an) ", "", text.strip())).strip()


class Ontology:
    """Actors by id and by alias; `Ontology.load()` reads the packaged files and any overlays."""

    def __init__(self, rows: Iterable[tuple[dict[str, Any], str]]) -> None:
        self.rows: dict[str, Row] = {}
        self.aliases: dict[str, str] = {}
        self.demonyms: dict[str, str] = {}  # name or demonym -> ISO 3166 alpha-2
        self.iso3: dict[str, str] = {}  # ISO 3166 alpha-2 -> alpha-3
        for raw, where in rows:
            self._add(raw, where)
        self._states()
        self.generic: list[tuple[re.Pattern[str], dict[str, str]]] = [
            (re.compile(rf"\b(?:{'|'.join(row['words'])})\b"), row) for row in lexicon.read("agents.yaml")["agents"]
        ]

    @classmethod
    def load(cls, overlays: Sequence[Path] = ()) -> Ontology:
        """The packaged ontology, extended by `overlays` (YAML with `actors:`); raises `DataError` naming file and row."""
        return _load(tuple(overlays))

    def _add(self, raw: dict[str, Any], where: str) -> None:
        if unknown := set(raw) - KEYS:
            raise DataError(
                f"{where}: {raw.get('id')}: unknown key {sorted(unknown)[0]!r}; keys are {', '.join(sorted(KEYS))}"
            )
        if not raw.get("id") or not raw.get("name"):
            raise DataError(f"{where}: an actor needs an id and a name: {raw}")
        closed(raw.get("kind", ""), KINDS, f"{where}: {raw['id']}")
        sides = [
            (a["side"], _date(a.get("from"), first=True), _date(a.get("to"), first=False))
            for a in raw.get("affiliations", ())
        ]
        if raw.get("side"):
            sides.insert(0, (raw["side"], None, None))
        self.rows[raw["id"]] = Row(raw["id"], raw["name"], raw["kind"], raw.get("country", ""), tuple(sides))
        for alias in (raw["name"], *raw.get("aliases", ())):
            self.aliases[key(alias)] = raw["id"]

    def _states(self) -> None:
        """Every state with its demonym: "Syrian" is SY, its government, armed forces and police get ids by rule."""
        for code, row in lexicon.read("states.yaml").items():
            name, demonym, iso3 = row[0], row[1], row[2]
            for word in (name, demonym, *row[3:]):
                self.demonyms[key(word)] = code
            side = f"{iso3}-GOV"
            for suffix, title, kind in (
                ("GOV", f"Government of {name}", "government"),
                ("GOV-MIL", f"{demonym} armed forces", "military"),
                ("GOV-COP", f"{demonym} police", "police"),
            ):
                self.rows.setdefault(
                    f"{iso3}-{suffix}", Row(f"{iso3}-{suffix}", title, kind, code, ((side, None, None),))
                )
            self.rows.setdefault(iso3, Row(iso3, name, "state", code, ((side, None, None),)))
            self.aliases.setdefault(key(name), iso3)
            self.iso3[code] = iso3

    def actor(self, identifier: str, on: date | None = None) -> Actor:
        """The actor of that id as it stood on the day `on`."""
        row = self.rows[identifier]
        return Actor(id=row.id, name=row.name, kind=row.kind, side=row.side(on), country=row.country)

    def find(self, text: str, *, on: date | None, country: str = "") -> ActorRef:
        """The actor `text` means, read in a report about `country` (ISO 3166 alpha-2); `actor` None when not convincing."""
        name = key(text)
        if name in self.aliases:
            return ActorRef(text=text, actor=self.actor(self.aliases[name], on))
        found = self._contained(name) or self._composed(name, country)
        return ActorRef(text=text, actor=self.actor(found[0], on) if found else None, score=found[1] if found else 0.0)

    def _contained(self, name: str) -> tuple[str, float] | None:
        """The longest alias standing inside the phrase ("Hezbollah fighters", "President Bashar al Assad")."""
        words = name.split()
        for size in range(min(6, len(words)), 0, -1):
            for at in range(len(words) - size + 1):
                phrase = " ".join(words[at : at + size])
                identifier = self.aliases.get(phrase)
                if identifier and identifier in self.rows and self.rows[identifier].kind != "state" and len(phrase) > 2:
                    return identifier, 0.8
        return None

    def _composed(self, name: str, country: str) -> tuple[str, float] | None:
        """A generic agent with a demonym or the report's own country: "Iraqi police", "government troops", "rebels"."""
        words = name.split()
        own = next(
            (
                self.demonyms[" ".join(words[i : i + n])]
                for n in (2, 1)
                for i in range(len(words) - n + 1)
                if " ".join(words[i : i + n]) in self.demonyms
            ),
            "",
        )
        row = next((row for pattern, row in self.generic if pattern.search(name)), None)
        where = own or (country if row and row.get("local") else "")
        iso3 = self.iso3.get(where, "")
        if row is None:
            return (iso3, 0.6) if own and len(words) <= 3 else None
        identifier = f"{iso3}-{row['suffix']}" if iso3 else row["id"]
        if identifier not in self.rows:
            title = f"{row['name']} ({self.rows[iso3].name})" if iso3 else row["name"]
            side = (
                identifier
                if row["kind"] in ("rebel", "militia", "jihadist")
                else (f"{iso3}-GOV" if iso3 and row["kind"] in ("government", "military", "police") else "")
            )
            self.rows[identifier] = Row(identifier, title, row["kind"], where, ((side, None, None),))
        return identifier, 0.7

    def country_of(self, texts: Iterable[str], title: str = "") -> str:
        """The ISO 3166 alpha-2 country most of the phrases speak of, "" when none does."""
        counts: Counter[str] = Counter()
        for text in (*texts, title):
            words = key(text).split()
            for n in (2, 1):
                for i in range(len(words) - n + 1):
                    code = self.demonyms.get(" ".join(words[i : i + n]))
                    if code:
                        counts[code] += 1
            identifier = self.aliases.get(key(text))
            if (
                identifier
                and self.rows[identifier].country
                and self.rows[identifier].kind in ("rebel", "militia", "jihadist", "person")
            ):
                counts[self.rows[identifier].country] += 1
        return counts.most_common(1)[0][0] if counts else ""


@cache
def _load(overlays: tuple[Path, ...]) -> Ontology:
    rows: list[tuple[dict[str, Any], str]] = []
    for file in sorted(files("dateline.data").joinpath("actors").iterdir(), key=lambda f: f.name):
        if file.name.endswith(".yaml"):
            rows += [(row, file.name) for row in lexicon.parse(file.read_text("utf-8"), file.name)["actors"]]
    for path in overlays:
        data = lexicon.read_overlay(path)
        if not isinstance(data, dict) or not isinstance(data.get("actors"), list):
            raise DataError(f"{path}: an overlay needs a list under actors:")
        rows += [(row, str(path)) for row in data["actors"]]
    return Ontology(rows)


def _date(value: object, *, first: bool) -> date | None:
    """A date written as YYYY, YYYY-MM or YYYY-MM-DD, its first or last day."""
    if value is None:
        return None
    if isinstance(value, date):
        return value
    parts = [int(p) for p in str(value).split("-")]
    if len(parts) == 3:
        return date(*parts)
    if len(parts) == 2:
        return date(parts[0], parts[1], 1) if first else date(parts[0] + parts[1] // 12, parts[1] % 12 + 1, 1)
    return date(parts[0], 1, 1) if first else date(parts[0], 12, 31)
