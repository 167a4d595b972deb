"""Time expressions to intervals of days with a grain and a basis: never a bare date.

Semantics follow TIMEX3 and the habits of news: a bare weekday is the latest one not after publication, a month without a year the
latest one begun, unless the clause is about the future.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache

from .. import lexicon
from ..model.said import Claim
from ..model.world import TimeRef

DAY = timedelta(days=1)
YEAR = re.compile(r"\b(?:1[89]|20)\d\d\b")
VAGUE = {
    "day": 6,
    "week": 27,
    "month": 180,
    "year": 1460,
}  # how far "recent days", "recent weeks" … reach back, in days


@dataclass(frozen=True, slots=True)
class Now:
    """What an expression is read against: publication day, the last day spoken of, and the clause's tense."""

    anchor: date | None
    previous: date | None = None
    tense: str = ""


Rule = Callable[[re.Match[str], Now], TimeRef | None]


@cache
def _words() -> dict[str, str]:
    """Regular expressions for the closed word classes of `data/times.yaml`."""
    data = lexicon.read("times.yaml")

    def any_of(key: str) -> str:
        return "|".join(sorted((re.escape(w) for w in data[key]), key=len, reverse=True))

    number = rf"(?:\d+|(?:{any_of('numbers')})(?: of)?)"
    year = r"(?:1[89]|20)\d\d"
    return {
        "M": rf"(?:{any_of('months')})\b\.?", "W": rf"(?:{any_of('weekdays')})\b\.?", "N": number, "Y": year,
        "U": r"(?:second|minute|hour|day|night|week|fortnight|month|year|decade)s?", "S": f"(?:{any_of('seasons')})",
        "D": r"\d{1,2}(?:st|nd|rd|th)?", "P": f"(?:{any_of('parts')})", "T": f"(?:{any_of('days')})",
        "E": r"(?:early|late|mid|earlier|later|end of|beginning of|start of|middle of)",
    }  # fmt: skip


def number(text: str) -> int:
    """The number that a figure or a number word names."""
    text = text.lower().removesuffix(" of").strip()
    return int(text) if text.isdigit() else lexicon.read("times.yaml")["numbers"][text]


def _month(text: str) -> int:
    return lexicon.read("times.yaml")["months"][text.lower().rstrip(".")]


def _weekday(text: str) -> int:
    return lexicon.read("times.yaml")["weekdays"][text.lower().rstrip(".")]


def _day_number(text: str) -> int:
    return int(re.sub(r"\D", "", text))


def _unit(text: str) -> str:
    return text.lower().rstrip("s")


def _ref(start: date, end: date, grain: str, basis: str) -> TimeRef:
    days = (end - start).days + 1
    precision = 1 if days == 1 else 2 if days <= 6 else 3 if days <= 7 else 4 if days <= 31 else 5
    return TimeRef(start=start, end=end, grain=grain, basis=basis, precision=precision)


def _one(day: date, basis: str = "relative") -> TimeRef:
    return _ref(day, day, "day", basis)


def _month_span(year: int, month: int) -> tuple[date, date]:
    return date(year, month, 1), (date(year + month // 12, month % 12 + 1, 1) - DAY)


def _dated(year: int | None, month: int, day: int, now: Now) -> date | None:
    """The day, in the stated year or the one the news bias gives; None when it cannot be known or does not exist."""
    try:
        if year:
            return date(year, month, day)
        if now.anchor is None:
            return None
        found = date(now.anchor.year, month, day)
    except ValueError:
        return None
    if found > now.anchor + 7 * DAY and now.tense != "future":
        return found.replace(year=found.year - 1)
    if now.tense == "future" and found < now.anchor - 180 * DAY:
        return found.replace(year=found.year + 1)
    return found


def _full_date(m: re.Match[str], now: Now) -> TimeRef | None:
    year = int(m["y"]) if m["y"] else None
    day = _dated(year, _month(m["m"]), _day_number(m["d"]), now)
    return _one(day, "stated") if day else None


def _numeric_date(m: re.Match[str], _now: Now) -> TimeRef | None:
    try:
        return _one(date(int(m["y"]), int(m["n"]), int(m["d"])), "stated")
    except ValueError:
        return None


def _day_range(m: re.Match[str], now: Now) -> TimeRef | None:
    year = int(m["y"]) if m["y"] else None
    start = _dated(year, _month(m["m"]), _day_number(m["d"]), now)
    end = _dated(year, _month(m["m2"] or m["m"]), _day_number(m["d2"]), now)
    return _ref(start, end, "period", "stated") if start and end and start <= end else None


def _month_year(m: re.Match[str], now: Now) -> TimeRef | None:
    month = _month(m["m"])
    year = int(m["y"]) if m["y"] else None
    if year is None:
        if now.anchor is None:
            return None
        later = month > now.anchor.month
        year = (
            now.anchor.year
            - (later and now.tense != "future")
            + (not later and now.tense == "future" and month < now.anchor.month)
        )
    start, end = _month_span(year, month)
    if now.anchor and not m["y"] and start <= now.anchor <= end and now.tense != "future":
        end = now.anchor
    return _part_of(start, end, m["e"], "month", "stated")


def _part_of(start: date, end: date, part: str | None, grain: str, basis: str) -> TimeRef:
    """The early, middle or late third of an interval, or all of it."""
    third = (end - start) // 3
    word = (part or "").lower()
    if word.startswith(("early", "beginning", "start")):
        end = start + third
    elif word.startswith("mid"):
        start, end = start + third, end - third
    elif word.startswith(("late", "end")) and not word.startswith("later"):
        start = end - third
    return _ref(start, end, grain, basis)


def _year(m: re.Match[str], now: Now) -> TimeRef | None:
    year = int(m["y"])
    start, end = date(year, 1, 1), date(year, 12, 31)
    if now.anchor and now.anchor.year == year and now.tense != "future":
        end = now.anchor
    return _part_of(start, end, m["e"], "year", "stated")


def _season(m: re.Match[str], _now: Now) -> TimeRef | None:
    first, last = lexicon.read("times.yaml")["seasons"][m["season"].lower()]
    year = int(m["y"])
    return _part_of(date(year, first, 1), _month_span(year + (last < first), last)[1], m["e"], "season", "stated")


def _years(m: re.Match[str], _now: Now) -> TimeRef | None:
    first, second = int(m["y"]), m["y2"]
    last = int(second) if len(second) == 4 else first // 100 * 100 + int(second)
    return _ref(date(first, 1, 1), date(last, 12, 31), "period", "stated") if first <= last else None


def _decade(m: re.Match[str], _now: Now) -> TimeRef | None:
    first = int(m["y"])
    return _part_of(date(first, 1, 1), date(first + 9, 12, 31), m["e"], "period", "stated")


def _named_day(m: re.Match[str], now: Now) -> TimeRef | None:
    if now.anchor is None:
        return None
    shift = lexicon.read("times.yaml")["days"][m["t"].lower()]
    if m["t"].lower() == "overnight":
        return _ref(now.anchor - DAY, now.anchor, "day", "relative")
    return _one(now.anchor + shift * DAY)


def _on_weekday(m: re.Match[str], now: Now) -> TimeRef | None:
    if now.anchor is None:
        return None
    wanted, lead = _weekday(m["w"]), (m["lead"] or "").lower()
    back = (now.anchor.weekday() - wanted) % 7
    if "next" in lead or "coming" in lead:
        return _one(now.anchor + ((wanted - now.anchor.weekday() - 1) % 7 + 1) * DAY)
    if now.tense == "future" and "last" not in lead:
        return _one(now.anchor + ((wanted - now.anchor.weekday()) % 7) * DAY)
    if ("last" in lead or "previous" in lead) and back == 0:
        back = 7
    return _one(now.anchor - back * DAY)


def _this_last(m: re.Match[str], now: Now) -> TimeRef | None:
    if now.anchor is None:
        return None
    lead, unit = m["lead"].lower(), m["u"].lower()
    span = _calendar(now.anchor, unit, {"last": -1, "previous": -1, "next": 1, "coming": 1}.get(lead, 0))
    if lead in ("this", "the current"):
        span = (span[0], min(span[1], now.anchor) if now.tense != "future" else span[1])
    if lead == "past" or (lead == "last" and m["the"]):
        span = (now.anchor - lexicon.read("times.yaml")["units"].get(unit, 7) * DAY, now.anchor - DAY)
    return _part_of(*span, m["e"], unit, "relative")


def _calendar(day: date, unit: str, shift: int) -> tuple[date, date]:
    """The calendar week, weekend, month, year or season `shift` away from the one `day` lies in."""
    if unit in ("week", "weekend"):
        start = day - day.weekday() * DAY + shift * 7 * DAY
        return (start, start + 6 * DAY) if unit == "week" else (start + 5 * DAY, start + 6 * DAY)
    if unit == "month":
        index = day.year * 12 + day.month - 1 + shift
        return _month_span(index // 12, index % 12 + 1)
    if unit == "year":
        return date(day.year + shift, 1, 1), date(day.year + shift, 12, 31)
    if unit in ("night", "day"):
        return day + shift * DAY, day + shift * DAY
    first, last = lexicon.read("times.yaml")["seasons"].get(unit, (1, 12))
    year = day.year + shift if shift else day.year - (first > day.month)
    return date(year, first, 1), _month_span(year + (last < first), last)[1]


def _last_n(m: re.Match[str], now: Now) -> TimeRef | None:
    """ "in the last three weeks", "over the past 24 hours": up to the day before publication."""
    if now.anchor is None:
        return None
    unit = _unit(m["u"])
    count = number(m["n"]) if m["n"] else {"hour": 24}.get(unit, 1)
    if unit in ("hour", "minute", "second"):
        return (
            _ref(now.anchor - max(1, round(count / 24)) * DAY, now.anchor, "day", "relative")
            if count >= 20
            else _one(now.anchor)
        )
    days = count * lexicon.read("times.yaml")["units"][unit]
    return _ref(now.anchor - days * DAY, now.anchor - DAY, unit, "relative")


def _recent(m: re.Match[str], now: Now) -> TimeRef | None:
    if now.anchor is None:
        return None
    return _ref(now.anchor - VAGUE.get(_unit(m["u"]), 6) * DAY, now.anchor, _unit(m["u"]), "relative")


def _ago(m: re.Match[str], now: Now) -> TimeRef | None:
    base = now.anchor if m["way"].lower() == "ago" else now.previous
    if base is None:
        return None
    sign = 1 if m["way"].lower() in ("later", "after") else -1
    unit, count = _unit(m["u"]), number(m["n"])
    if unit in ("hour", "minute", "second"):
        return _one(base)
    middle = base + sign * count * lexicon.read("times.yaml")["units"][unit] * DAY
    if unit in ("day", "night"):
        return _one(middle)
    return _ref(*_calendar(middle, {"fortnight": "week", "decade": "year"}.get(unit, unit), 0), unit, "relative")


def _into(m: re.Match[str], now: Now) -> TimeRef | None:
    """ "three weeks into", "for four years": from so long ago until the day before publication."""
    if now.anchor is None:
        return None
    unit = _unit(m["u"])
    days = number(m["n"]) * lexicon.read("times.yaml")["units"][unit]
    end = now.anchor - DAY
    return _ref(now.anchor - max(days + 1, 1) * DAY, end, unit, "relative") if days > 1 else _one(end)


def _neighbour_day(m: re.Match[str], now: Now) -> TimeRef | None:
    if now.previous is None:
        return None
    shift = {"same": 0, "previous": -1, "preceding": -1, "following": 1, "next": 1}[m["way"].lower()]
    return _one(now.previous + shift * DAY)


def _since(m: re.Match[str], now: Now) -> TimeRef | None:
    inner = normalise(m["inner"], anchor=now.anchor, tense="past", previous=now.previous)
    end = now.anchor or (inner.end if inner else None)
    return _ref(inner.start, max(end, inner.start), "period", inner.basis) if inner and end else None


def _bounds(m: re.Match[str], now: Now) -> TimeRef | None:
    """ "from X to Y", "between X and Y" with two expressions."""
    last = normalise(m["inner2"], anchor=now.anchor, tense=now.tense, previous=now.previous)
    first = normalise(m["inner"], anchor=last.start if last else now.anchor, tense="past", previous=now.previous)
    return _ref(first.start, last.end, "period", "stated") if first and last and first.start <= last.end else None


RANGES = (_bounds, _day_range, _years, _since, _into)


@cache
def _rules() -> list[tuple[re.Pattern[str], Rule]]:
    """The grammar: patterns with the rule that reads each, most specific first."""
    w = _words()
    lead = (
        r"(?P<lead>(?:on |last |next |this |this past |past |coming |previous |early |late |early on |late on |by )*)"
    )
    full = "|".join(name.capitalize() for name in lexicon.read("times.yaml")["months"] if len(name) > 3 and name != "sept" or name == "may")
    date_day = rf"{w['M']} {w['D']}(?:,? {w['Y']})?|{w['D']} {w['M']}(?:,? {w['Y']})?|{w['M']}(?:,? {w['Y']})?|{w['Y']}|{w['W']}"
    forms: list[tuple[str, Rule]] = [
        (r"(?P<y>(?:19|20)\d\d)-(?P<n>\d\d)-(?P<d>\d\d)", _numeric_date),
        (r"(?P<d>\d{1,2})[/.](?P<n>\d{1,2})[/.](?P<y>(?:19|20)\d\d)", _numeric_date),
        (rf"(?:between|from) (?P<inner>{date_day}) (?:and|to|until|through|till) (?P<inner2>{date_day})", _bounds),
        (rf"(?:between |from )?(?P<d>{w['D']})(?: ?[-–] ?| and | to )(?P<d2>{w['D']}) (?:of )?(?P<m>{w['M']})(?P<m2>)(?:,? (?P<y>{w['Y']}))?", _day_range),
        (rf"(?:between |from )?(?P<m>{w['M']}) (?P<d>{w['D']})(?: ?[-–] ?| and | to )(?P<m2>{w['M']})? ?(?P<d2>{w['D']})(?:,? (?P<y>{w['Y']}))?", _day_range),
        (rf"(?:{w['W']},? )?(?:the )?(?P<d>{w['D']})(?: of)? (?P<m>{w['M']}),?(?: (?P<y>{w['Y']}))?(?!\d)", _full_date),
        (rf"(?:{w['W']},? )?(?P<m>{w['M']}) (?:the )?(?P<d>{w['D']})(?:,? ?(?P<y>{w['Y']}))?(?![\d:])", _full_date),
        (rf"since (?:(?:early|late|mid|at least) ?-?)?(?P<inner>(?:last )?(?:{date_day}|{w['T']}|week|month|year))", _since),
        (rf"(?:(?P<e>{w['E']})[ -](?:in )?)?(?P<m>{w['M']}),? (?:of )?(?P<y>{w['Y']})", _month_year),
        (rf"(?:in |during )?(?:the )?(?:(?P<e>{w['E']})[ -])?(?P<season>{w['S']})(?: of|,)? (?P<y>{w['Y']})", _season),
        (rf"(?P<y>{w['Y']})(?: ?[-–] ?| to | and )(?P<y2>(?:{w['Y']})|\d\d)(?!\d)", _years),
        (rf"(?:(?P<e>{w['E']}) )?(?:the )?(?P<y>(?:19|20)\d0)s", _decade),
        (rf"(?:in |over |during |for |within )?(?:the )?(?:last|past|previous|preceding) (?P<n>{w['N']}) (?P<u>{w['U']})", _last_n),
        (r"(?:in |over |during )?(?:the )?(?:recent|last few|past few|past several|last several) (?P<u>days|weeks|months|years)", _recent),
        (rf"(?P<n>{w['N']})[ -](?P<u>{w['U']}) (?P<way>ago|earlier|later|(?:before|after)(?= *(?:[,.;:)]|$)))", _ago),
        (rf"(?P<n>{w['N']}) (?P<u>{w['U']}) into", _into),
        (rf"for (?:more than |at least |nearly |over |almost |about |the past )?(?P<n>{w['N']}) (?P<u>weeks?|months?|years?|days?|decades?)", _into),
        (r"(?:on |of )?(?:the|that) (?P<way>same|previous|preceding|following|next) (?:day|morning|night|evening)", _neighbour_day),
        (rf"(?:(?P<e>{w['E']}) )?(?P<the>the )?(?P<lead>last|this|next|past|previous|coming) (?P<u>week|weekend|month|year|night|{w['S']})(?!end)", _this_last),
        (rf"(?P<t>{w['T']})", _named_day),
        (rf"{lead}(?P<w>{w['W']})(?:'s)?(?:,? (?:{w['P']}))?", _on_weekday),
        (rf"(?:(?P<e>{w['E']})[ -](?:in )?)?(?P<m>(?-i:{full}))(?P<y>)(?! \d)", _month_year),
        (rf"(?:(?P<e>{w['E']})[ -])?(?P<y>{w['Y']})(?![\d,]\d|%| (?:people|troops|soldiers|civilians|fighters|men|rebels|others|families))", _year),
    ]  # fmt: skip
    return [(re.compile(rf"(?<![\w-])(?:{form})(?!\w)", re.I), rule) for form, rule in forms]


@cache
def _measure() -> re.Pattern[str]:
    """Any word that can stand in a time expression: text without one needs no search."""
    return re.compile(
        r"\d|day|week|month|year|hour|night|morning|evening|spring|summer|autumn|fall|winter|dawn|decade|"
        + _words()["M"],
        re.I,
    )


def find(text: str, *, whole: bool = True) -> list[tuple[int, int]]:
    """Character spans of the time expressions in `text`: longest first, not overlapping, in order.

    Not `whole`: of a range ("from March to May") each end by itself.
    """
    if not _measure().search(text):
        return []
    rules = (pattern for pattern, rule in _rules() if whole or rule not in RANGES)
    spans = {m.span() for pattern in rules for m in pattern.finditer(text)}
    taken: list[tuple[int, int]] = []
    for start, end in sorted(spans, key=lambda s: (s[0] - s[1], s[0])):
        if all(end <= s or start >= e for s, e in taken):
            taken.append((start, end))
    return sorted(taken)


def normalise(expression: str, *, anchor: date | None, tense: str = "", previous: date | None = None) -> TimeRef | None:
    """The interval `expression` names, read against the publication day `anchor`; None when it names none.

    `previous` is the last day the report spoke of ("two days later"); `tense` "future" turns the past bias round.
    """
    now = Now(anchor, previous, tense)
    text = expression.strip()
    for pattern, rule in _rules():
        match = pattern.fullmatch(text) or pattern.match(text)
        if match and match.end() >= len(text.rstrip(" ,.")):
            found = rule(match, now)
            if found is not None:
                return replace(found, text=expression)
    return None


def news_day(published: date | None, claims: Sequence[Claim]) -> TimeRef | None:
    """The day of a report's news: the day of the last week its claims' sentences name most, publication counted once."""
    if published is None:
        return None
    votes = Counter([published, *_days_named(published, claims)])
    day = max(votes, key=lambda d: (votes[d], d))
    return TimeRef(start=day, end=day, grain="day", basis="publication", precision=1)


def _days_named(published: date, claims: Sequence[Claim]) -> Iterator[date]:
    """Days of the last week named without a year in the sentences that hold claims."""
    for text in {c.evidence.start: c.evidence.text for c in claims}.values():
        for at, end in find(text):
            found = None if YEAR.search(text[at:end]) else normalise(text[at:end], anchor=published, tense="past")
            if found and found.start == found.end and published - 6 * DAY <= found.end <= published:
                yield found.end


def for_claim(claim: Claim, *, published: date | None, news: TimeRef | None, previous: date | None) -> TimeRef | None:
    """The interval of a claim: its own expressions, else what it inherits, else the day of the news; None when unknown."""
    for span in claim.when:
        found = normalise(span.text, anchor=published, tense=claim.tense, previous=previous)
        if found:
            return replace(found, basis="inherited") if claim.when_inherited else found
    return None if claim.tense == "background" and claim.status == "happened" else news
