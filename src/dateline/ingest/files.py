"""Reads text files, folders, JSON lines and HTML pages as documents; each refusal is one line with a way out."""

from __future__ import annotations

import hashlib
import json
import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from ..errors import InputError
from ..model.said import Document
from . import headers

MAX_BYTES = 20_000_000
MAX_LINE = 2_000_000
MAX_TEXT = 200_000  # characters of one report; a parse takes some 5 kB a character
SUFFIXES = {".txt", ".text", ".md", ".jsonl", ".ndjson", ".html", ".htm"}
LANGUAGES = {"en"}
JUDGED_WORDS = 20  # a text shorter than this is too short to tell its language


def read(
    paths: Sequence[str | Path], *, published: date | None = None, outlet: str = ""
) -> Iterator[Document | InputError]:
    """Yield the documents of `paths` in order, and an `InputError` for each item that cannot be read.

    Folders are walked in sorted order; "-" is standard input. `published` and `outlet` fill in only what a report does not say.
    """
    for path in paths:
        for where, data in _contents(path):
            if isinstance(data, InputError):
                yield data
                continue
            for item in _items(where, data):
                yield _filled(item, published, outlet) if isinstance(item, Document) else item


def _contents(path: str | Path) -> Iterator[tuple[Path, bytes | InputError]]:
    if str(path) == "-":
        yield Path("-"), sys.stdin.buffer.read(MAX_BYTES + 1)
        return
    path = Path(path)
    if path.is_dir():
        found = [
            p for p in sorted(path.rglob("*")) if p.suffix.lower() in SUFFIXES and p.is_file() and not _annotation(p)
        ]
        if not found:
            yield (
                path,
                InputError(str(path), "no reports in this folder", f"reports end in {', '.join(sorted(SUFFIXES))}"),
            )
        for file in found:
            yield from _contents(file)
        return
    try:
        if path.stat().st_size > MAX_BYTES:
            raise InputError(
                str(path), f"larger than {MAX_BYTES // 1_000_000} MB", "split it into reports, or give JSON lines"
            )
        yield path, path.read_bytes()
    except InputError as error:
        yield path, error
    except FileNotFoundError:
        yield path, InputError(str(path), "no such file or folder", "check the path")
    except OSError as error:
        yield path, InputError(str(path), f"cannot be read ({error.strerror})", "check its permissions")


def _annotation(path: Path) -> bool:
    """Whether a JSON lines file holds the gold claims of the text file beside it, and so no reports."""
    return path.suffix == ".jsonl" and path.with_suffix(".txt").exists()


def _items(where: Path, data: bytes) -> Iterator[Document | InputError]:
    """The documents in one file's bytes."""
    try:
        text = _decoded(str(where), data)
        suffix = where.suffix.lower()
        if suffix in (".jsonl", ".ndjson"):
            yield from _json_lines(where, text)
        elif suffix in (".html", ".htm"):
            yield _checked(_html(where, text, data))
        else:
            yield _checked(_plain(where, text, data))
    except InputError as error:
        yield error


def _decoded(where: str, data: bytes) -> str:
    """Decode bytes as UTF-8 or a confidently detected encoding; refuses empty, binary and over-long input."""
    if not data.strip():
        raise InputError(where, "the file is empty", "give a report with text")
    if len(data) > MAX_BYTES:
        raise InputError(where, f"larger than {MAX_BYTES // 1_000_000} MB", "split it into reports, or give JSON lines")
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if data.startswith(mark):
            return _strict(where, data, encoding)
    if b"\x00" in data or sum(b < 9 or 13 < b < 32 for b in data[:4096]) > len(data[:4096]) // 20:
        raise InputError(where, "this is a binary file", "give text, HTML or JSON lines")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        text = _detected(where, data, error)
    longest = max(map(len, text.splitlines() or [""]))
    if longest > MAX_LINE:
        raise InputError(where, f"a line of {longest:,} characters", "this is no report; split it first")
    return text


def _strict(where: str, data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise InputError(where, f"not valid {encoding} at byte {error.start}", "save it as UTF-8") from None


def _detected(where: str, data: bytes, error: UnicodeDecodeError) -> str:
    from charset_normalizer import from_bytes

    best = from_bytes(data[:200_000]).best()
    if best is None or best.chaos > 0.1:
        line = data.count(b"\n", 0, error.start) + 1
        raise InputError(f"{where}:{line}", f"not valid UTF-8 at byte {error.start}", "save it as UTF-8")
    return data.decode(best.encoding, errors="strict" if len(data) <= 200_000 else "replace")


def _document(where: Path, text: str, header: headers.Header, raw: bytes, name: str = "", suffix: str = "") -> Document:
    key = "\x1f".join((text, header.title, header.outlet, str(header.published)))
    digest = hashlib.sha256(key.encode()).hexdigest()[:20]
    return Document(
        id=f"doc_{digest}", name=name or (where.stem if str(where) != "-" else f"doc_{digest}") + suffix, text=text,
        title=header.title, outlet=header.outlet, published=header.published, dateline=header.dateline,
        credit=header.credit, url=header.url, language=header.language or "en", path=str(where),
        sha256=hashlib.sha256(raw).hexdigest(),
    )  # fmt: skip


def _plain(where: Path, text: str, raw: bytes) -> Document:
    """A text file: with an explicit header the body is kept to the letter, otherwise what it says of itself is recognised."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    stated = headers.explicit(text, str(where))
    if stated is None:
        found = headers.recognise(text)
        return _document(where, text[found.body :].strip(), found, raw)
    body = text[stated.body :]
    if not body.strip():
        raise InputError(str(where), "nothing follows the header", "put the report's text below the line of ---")
    stated = replace(stated, published=headers.printed_date(body) or stated.published)
    year = stated.published.year if stated.published else None
    line = headers.dateline(body, len(body) - len(body.lstrip()), year)
    if line:
        when = stated.published or line[2]
        stated = replace(stated, dateline=line[0], credit=line[1], published=when)
    return _document(where, body, stated, raw)


def _html(where: Path, text: str, raw: bytes) -> Document:
    import trafilatura

    page: Any = trafilatura.bare_extraction(text, with_metadata=True, include_comments=False, include_tables=False)
    body = (page.text or "").strip() if page else ""
    if not body:
        raise InputError(str(where), "no article text found in this page", "save the article itself, or give its text")
    found = headers.recognise(body)
    title = (page.title or "").strip()
    if title and body.startswith(title):
        body = body[len(title) :].lstrip(" .\n")
        found = headers.recognise(body)
    stated = headers.Header(
        title=title or found.title, outlet=(page.sitename or "").strip(), url=(page.url or "").strip(),
        published=date.fromisoformat(page.date) if page.date else found.published,
        dateline=found.dateline, credit=found.credit,
    )  # fmt: skip
    return _document(where, body[found.body :] if not title else body, stated, raw)


def _json_lines(where: Path, text: str) -> Iterator[Document | InputError]:
    """One report a line: text (or body), title, outlet, date, url, language, id."""
    for number, line in enumerate(text.split("\n"), 1):  # not splitlines: JSON strings may hold other line separators
        if not line.strip():
            continue
        try:
            yield _checked(_json_report(where, number, line))
        except InputError as error:
            yield error


def _json_report(where: Path, number: int, line: str) -> Document:
    place = f"{where}:{number}"
    try:
        row = json.loads(line)
    except (json.JSONDecodeError, RecursionError) as error:
        raise InputError(
            place, f"not valid JSON ({getattr(error, 'msg', 'nested too deep')})", "write one JSON object a line"
        ) from None
    if not isinstance(row, dict):
        raise InputError(place, "not a JSON object", 'write {"text": …, "title": …, "outlet": …, "date": "YYYY-MM-DD"}')
    body = row.get("text") or row.get("body")
    if not isinstance(body, str) or not body.strip():
        raise InputError(place, 'no "text"', 'give the report\'s body as "text"')
    words = {k: str(row.get(k) or "").strip() for k in ("title", "outlet", "url", "language", "id")}
    published = headers.iso_date(str(row.get("date") or row.get("published") or ""), place)
    found = headers.Header(
        title=words["title"], outlet=words["outlet"], url=words["url"], language=words["language"], published=published
    )
    line_ = headers.dateline(body, 0, published.year if published else None)
    if line_:
        found = replace(found, dateline=line_[0], credit=line_[1], published=published or line_[2])
    return _document(where, body, found, line.encode(), name=words["id"], suffix=f"-{number}")


def _checked(document: Document) -> Document:
    """Refuse a text too long to be one report, or in a language Dateline does not read."""
    if len(document.text) > MAX_TEXT:
        raise InputError(document.path, f"a text of {len(document.text):,} characters", "split it into its reports")
    words = re.findall(r"\w+", document.text)
    if len(words) < JUDGED_WORDS:
        return document
    import py3langid

    language, _ = py3langid.classify(document.text[:3000])
    if language not in LANGUAGES and not _mostly_english(words):
        raise InputError(
            document.path, f"written in a language Dateline does not read ({language})", "give an English text"
        )
    return document


COMMON = frozenset(["the", "of", "and", "to", "in", "a", "that", "for", "on", "was", "were", "with", "by", "from", "said", "has", "have", "at", "is", "are"])


def _mostly_english(words: list[str]) -> bool:
    """Capitals and foreign names mislead language identification; English function words do not."""
    return sum(w.lower() in COMMON for w in words) / len(words) > 0.15


def _filled(document: Document, published: date | None, outlet: str) -> Document:
    if (document.published or not published) and (document.outlet or not outlet):
        return document
    return replace(document, published=document.published or published, outlet=document.outlet or outlet)
