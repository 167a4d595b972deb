"""What a report says about itself: metadata header, dateline, wire credit, publication date, title."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from typing import Any

from .. import lexicon
from ..errors import InputError

FIELDS = {"TITLE": "title", "OUTLET": "outlet", "DATE": "date", "URL": "url", "LANGUAGE": "language"}
HEAD = 250  # characters in which a report prints its own date
SPOKEN = re.compile(r"\b(?:on|since|by|until|from|of|in|after|before|to|and|between|the)\s+(?:\w+day,?\s+)?$", re.I)
UNKNOWN = {"", "unknown", "none", "n/a", "-"}


@dataclass(frozen=True, slots=True)
class Header:
    """Metadata read from a report, "" or None where it does not say; `body` starts at this character of the file's text."""

    title: str = ""
    outlet: str = ""
    published: date | None = None
    url: str = ""
    language: str = ""
    dateline: str = ""
    credit: str = ""
    body: int = 0
    explicit: bool = False


def explicit(text: str, where: str) -> Header | None:
    """Read a `TITLE:`/`OUTLET:`/`DATE:`/… header closed by a line of `---`; None when the text has none.

    Raises `InputError` naming the line of a date that is not YYYY-MM-DD, or a header that is never closed.
    """
    if not re.match(r"(TITLE|OUTLET|DATE|URL|LANGUAGE):", text):
        return None
    values: dict[str, Any] = {}
    at = 0
    for number, line in enumerate(text.splitlines(keepends=True), 1):
        at += len(line)
        if line.strip() == "---":
            return _header(values, at)
        key, colon, value = line.partition(":")
        if not colon or key not in FIELDS:
            raise InputError(
                f"{where}:{number}",
                "the header has a line that is no field",
                f"use {', '.join(FIELDS)} and close with ---",
            )
        value = "" if value.strip().lower() in UNKNOWN else value.strip()
        values[FIELDS[key]] = iso_date(value, f"{where}:{number}") if key == "DATE" else value
    raise InputError(f"{where}:1", "the header is never closed", "put a line of --- between the header and the body")


def _header(values: dict, at: int) -> Header:
    published = values.pop("date", None)
    return Header(**values, published=published or None, body=at, explicit=True)


def iso_date(value: str, where: str) -> date | None:
    """The date a field gives, None when it is empty; raises `InputError` naming `where` when it is no YYYY-MM-DD."""
    if not value:
        return None
    try:
        return date.fromisoformat(value[:10])
    except ValueError:
        raise InputError(where, f"{value!r} is not a date", "write it as YYYY-MM-DD, or unknown") from None


@cache
def _patterns() -> dict[str, re.Pattern[str]]:
    words = lexicon.read("ingest.yaml")
    month = "(?P<month>" + "|".join(sorted(words["months"], key=len, reverse=True)) + r")\.?"
    agency = "(?P<credit>" + "|".join(re.escape(a) for a in sorted(words["agencies"], key=len, reverse=True)) + ")"
    weekday = "(?:(?:" + "|".join(sorted(words["weekdays"], key=len, reverse=True)) + r")\.?,?\s+)?"
    day, year = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?", r"(?P<year>(?:19|20)\d\d)"
    clock = r"(?:,?\s+(?:at\s+)?\d{1,2}[:.]\d\d(?:[:.]\d\d)?\s*(?:[ap]\.?m\.?)?\s*(?:GMT|UTC|[A-Z]{2,4}|[+-]\d{4})?)?"
    place = r"(?P<place>(?:[A-Z][\w'’.-]*|[A-Z]{2,})(?:[ /-](?:[A-Z][\w'’.-]*|[a-z]{1,3}(?= [A-Z])))*(?:, [A-Z][\w'’. -]+?)?)"
    dash = r"\s*(?:--|[-–—])\s*"
    return {
        "month_day": re.compile(rf"{weekday}{month}\s+{day},?\s+{year}{clock}", re.I),
        "day_month": re.compile(rf"{weekday}{day}\s+{month},?\s+{year}{clock}", re.I),
        "iso": re.compile(r"(?P<year>(?:19|20)\d\d)-(?P<number>\d\d)-(?P<day>\d\d)(?:T[\d:.]+Z?)?"),
        "dateline": re.compile(
            rf"(?P<place>[A-Z][A-Z'’.-]+(?:[ /-][A-Z'’.]{{2,}})*(?:, (?:[A-Z][\w'’.]+ ?)+?)?)"
            rf"(?:,? (?:{month} {day}|(?P<day_first>\d{{1,2}}) (?P<month_second>[A-Z][a-z]{{2,8}}))(?:,? {year})?)?,?"
            rf"(?:\s*\({agency}(?:/[^)]*)?\))?{dash}(?=\S)"
        ),
        "credited": re.compile(rf"{place}\s*\({agency}\){dash}(?=\S)"),
    }


def _month(name: str) -> int:
    return ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"].index(
        name[:3].lower()
    ) + 1


def _date(match: re.Match[str]) -> date | None:
    found = match.groupdict()
    month = int(found["number"]) if found.get("number") else _month(found["month"])
    try:
        return date(int(found["year"]), month, int(found["day"]))
    except ValueError:
        return None


def leading_date(text: str) -> tuple[date, int] | None:
    """A full date that opens `text` ("09 Dec, 2016 …", "Thu Mar 17, 2011 11:21 pm GMT …") and where it ends."""
    opening = re.match(r"\s*(?:(?:Published|Posted|Updated|Date|First published)(?: on)?:?\s+)?", text)
    at = opening.end() if opening else 0
    for form in ("month_day", "day_month", "iso"):
        match = _patterns()[form].match(text, at)
        found = match and _date(match)
        if match and found:
            return found, match.end()
    return None


def printed_date(text: str) -> date | None:
    """A full date that stands by itself at the head of a report, after its title if it has one; not one a sentence speaks of."""
    head = text[:HEAD]
    for form in ("month_day", "day_month"):
        for match in _patterns()[form].finditer(head):
            if not SPOKEN.search(head[: match.start()]):
                return _date(match)
    return None


def dateline(text: str, at: int, year: int | None) -> tuple[str, str, date | None, int] | None:
    """A dateline at `at` ("ALEPPO, Dec 9 (AFP) -"): place, credit, its date when a year is known, and where the story starts."""
    match = _patterns()["dateline"].match(text, at) or _patterns()["credited"].match(text, at)
    if not match:
        return None
    found = match.groupdict()
    day, month = found.get("day") or found.get("day_first"), found.get("month") or found.get("month_second")
    stated = int(found["year"]) if found.get("year") else year
    when = None
    if day and month and stated:
        try:
            when = date(stated, _month(month), int(day))
        except ValueError:
            when = None
    return found["place"].strip(), found.get("credit") or "", when, match.end()


def recognise(text: str, *, year: int | None = None) -> Header:
    """Read what plain text says of itself: leading date, a title line, a title before the first full stop, a dateline."""
    header, at = Header(), 0
    lead = leading_date(text)
    if lead:
        header, at = replace(header, published=lead[0]), lead[1]
        at += len(text[at:]) - len(text[at:].lstrip(" .|-–—\t\r\n"))
    title = _title(text, at) or (_led_title(text, at) if lead else None)
    if title:
        header, at = replace(header, title=title[0]), title[1]
        late = leading_date(text[at:])
        if late and not header.published:
            header, at = replace(header, published=late[0]), at + late[1]
            at += len(text[at:]) - len(text[at:].lstrip(" .|-–—\t\r\n"))
    line = dateline(text, at, header.published.year if header.published else year)
    if line:
        header = replace(header, dateline=line[0], credit=line[1], published=header.published or line[2])
    return replace(header, body=at)


def _title(text: str, at: int) -> tuple[str, int] | None:
    """A first line without a full stop, followed by a blank line or a longer one, is a title."""
    end = text.find("\n", at)
    if end < 0:
        return _sentence_title(text, at)
    line = text[at:end].strip()
    rest = text[end:].lstrip()
    if line and rest and len(line) <= 160 and line[-1] not in '.!?:;,”"' and not dateline(line + " ", 0, None):
        return line, len(text) - len(rest)
    return _sentence_title(text, at)


def _led_title(text: str, at: int) -> tuple[str, int] | None:
    """The sentence right after a leading date, when more follows ("November 4 2016 Title. Body …")."""
    match = re.compile(r"([^.!?\n]{10,160})\.\s+(?=\S)").match(text, at)
    return (match[1].strip(), match.end()) if match else None


def _sentence_title(text: str, at: int) -> tuple[str, int] | None:
    """A first sentence that stands again, word for word, further on is a title repeated in the body."""
    match = re.compile(r"[^.!?\n]{15,200}[.!?]\s+").match(text, at)
    if not match:
        return None
    title = match.group().strip().rstrip(".!?")
    return (title, match.end()) if title.lower() in text[match.end() :].lower() else None
