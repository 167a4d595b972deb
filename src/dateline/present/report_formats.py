"""The report's forms: Markdown, HTML, DOCX and PDF, each written from the same structure."""

from __future__ import annotations

import html
import io
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

from ..errors import MissingComponent
from .report_document import Line, Note, Report, Section

MARKS = re.compile(r"([\\`*_\[\]<>#|~])")
CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")  # what XML cannot hold
STYLE = """
:root{color-scheme:light dark;--ink:#1b1f24;--paper:#fff;--soft:#5b6570;--rule:#d9dee3;--mark:#0b5cad;--card:#f5f7f9}
@media(prefers-color-scheme:dark){:root{--ink:#e6e9ec;--paper:#15181c;--soft:#9aa5b1;--rule:#343b43;--mark:#7db7f0;--card:#1d2228}}
body{font:16px/1.55 system-ui,"Noto Sans",sans-serif;color:var(--ink);background:var(--paper);max-width:50rem;margin:2rem auto;padding:0 1rem}
h1{font-size:1.7rem;line-height:1.25}h2{font-size:1.2rem;margin:2.2rem 0 .6rem;border-bottom:1px solid var(--rule);padding-bottom:.3rem}
h3{font-size:1rem;margin:1.3rem 0 .3rem}ul{padding-left:1.2rem;margin:.3rem 0}li{margin:.4rem 0}
.lead,.remark,.where,code{color:var(--soft)}.remark{font-size:.92rem}sup{line-height:0}sup a{color:var(--mark);text-decoration:none;padding:0 .12em}
code{font-size:.78em}ol.sources{font-size:.87rem;padding-left:2rem}ol.sources li:target{background:var(--card)}q{quotes:"“" "”"}
.sides>li>ul{display:grid;grid-template-columns:repeat(auto-fit,minmax(13rem,1fr));gap:.5rem;list-style:none;padding:0}
.sides>li>ul>li{background:var(--card);border-left:3px solid var(--rule);padding:.4rem .7rem;margin:0}
@page{size:A4;margin:18mm 16mm;@bottom-center{content:counter(page) " / " counter(pages);font:9pt sans-serif;color:#5b6570}}
@media print{body{font-size:10pt;max-width:none;margin:0;padding:0}h2,h3{break-after:avoid}li{break-inside:avoid}
.sides>li>ul{display:block}.sides>li>ul>li{margin:.25rem 0}}
"""


def markdown(report: Report, ids: bool = False) -> str:
    """The report as Markdown with footnotes; nothing a report says can act as markup."""
    out = [f"# {_plain(report.title)}", "", _plain(report.lead), ""]
    for level, section in _levels(report.sections):
        out += [f"{'#' * level} {_plain(section.title)}", ""]
        out += [text for line in section.lines for text in _markdown_line(report, line, ids)]
        out += [""] if section.lines else []
        out += [text for remark in section.remarks for text in (_plain(remark), "")]
    out += [f"[^{n.number}]: {_plain(_reference(n))} “{_plain(n.quote)}” `{n.claim[:12]}`" for n in report.notes]
    return "\n".join(out) + "\n"


def _markdown_line(report: Report, line: Line, ids: bool, indent: str = "") -> Iterator[str]:
    numbers, left = report.cite(line)
    cited = "".join(f"[^{n}]" for n in numbers) + (f" and {left} more" if left else "")
    yield f"{indent}- {_plain(line.text)}{f' `{line.id}`' if ids and line.id else ''} {cited}"
    for part in line.under:
        yield from _markdown_line(report, part, ids, indent + "  ")


def _plain(text: str) -> str:
    """Text whose signs Markdown would act on are escaped."""
    return MARKS.sub(r"\\\1", " ".join(text.split()))


def page(report: Report, ids: bool = False) -> str:
    """The report as one self-contained HTML page that runs and fetches nothing."""
    body = [f"<h1>{html.escape(report.title)}</h1><p class=lead>{html.escape(report.lead)}</p>"]
    for level, section in _levels(report.sections):
        body.append(f"<h{level}>{html.escape(section.title)}</h{level}>")
        body.append(_html_list(report, section.lines, ids, " class=sides" if section.side_by_side else ""))
        body += [f"<p class=remark>{html.escape(remark)}</p>" for remark in section.remarks]
    notes = "".join(
        f"<li id=c{n.number}><span class=where>{html.escape(_reference(n))}</span> <q>{html.escape(n.quote)}</q> <code>{n.claim[:12]}</code></li>"
        for n in report.notes
    )
    body.append(f"<h2>Sources</h2><ol class=sources>{notes}</ol>" if notes else "")
    policy = "<meta http-equiv=Content-Security-Policy content=\"default-src 'none'; style-src 'unsafe-inline'\">"
    view = "<meta name=viewport content='width=device-width,initial-scale=1'>"
    head = f"<meta charset=utf-8>{policy}{view}<title>{html.escape(report.title)}</title><style>{STYLE}</style>"
    return f"<!doctype html><html lang=en><head>{head}</head><body>{''.join(body)}</body></html>\n"


def _html_list(report: Report, lines: Any, ids: bool, kind: str = "") -> str:
    rows = "".join(f"<li>{_html_line(report, line, ids)}{_html_list(report, line.under, ids)}</li>" for line in lines)
    return f"<ul{kind}>{rows}</ul>" if rows else ""


def _html_line(report: Report, line: Line, ids: bool) -> str:
    numbers, left = report.cite(line)
    cited = ", ".join(f"<a href=#c{n}>{n}</a>" for n in numbers) + (f" and {left} more" if left else "")
    shown = f" <code>{html.escape(line.id)}</code>" if ids and line.id else ""
    return f"{html.escape(line.text)}{shown} <sup>{cited}</sup>"


def pdf(report: Report, ids: bool = False) -> bytes:
    """The report as PDF, laid out from the HTML page; raises `MissingComponent` saying what to install."""
    try:
        from weasyprint import HTML  # type: ignore[import-untyped]
    except ImportError:
        raise MissingComponent("PDF needs WeasyPrint; run: pip install weasyprint, or choose --format html") from None
    except OSError as error:  # the package is there, the system's text layout library is not
        raise MissingComponent(
            f"PDF needs the system library Pango ({str(error).splitlines()[0]}); run: apt install libpango-1.0-0 libpangoft2-1.0-0 "
            "(Debian, Ubuntu) or brew install pango (macOS), or choose --format html"
        ) from None
    written: bytes = HTML(string=page(report, ids), url_fetcher=_refused).write_pdf()
    return written


def _refused(url: str, *_: Any, **__: Any) -> Any:
    raise ValueError(f"a report fetches nothing, not even {url}")


def docx(report: Report, ids: bool = False) -> bytes:
    """The report as a Word file: headings, lists, and numbered sources at the end.

    Raises `MissingComponent` saying what to install.
    """
    try:
        from docx import Document
    except ImportError:
        raise MissingComponent(
            "DOCX needs python-docx; run: pip install python-docx, or choose --format html"
        ) from None
    file = Document()
    about = file.core_properties
    about.title, about.author, about.comments = _xml(report.title), "", ""
    about.created = about.modified = datetime.now(UTC)
    file.add_heading(_xml(report.title), 0)
    file.add_paragraph(_xml(report.lead))
    for level, section in _levels(report.sections):
        file.add_heading(_xml(section.title), level - 1)
        _docx_lines(file, report, section.lines, ids)
        for remark in section.remarks:
            file.add_paragraph(_xml(remark)).runs[0].italic = True
    if report.notes:
        file.add_heading("Sources", 1)
    for n in report.notes:
        file.add_paragraph(_xml(f"[{n.number}] {_reference(n)} “{n.quote}” ({n.claim[:12]})"))
    written = io.BytesIO()
    file.save(written)
    return written.getvalue()


def _docx_lines(file: Any, report: Report, lines: Any, ids: bool, style: str = "List Bullet") -> None:
    for line in lines:
        numbers, left = report.cite(line)
        shown = f" ({line.id})" if ids and line.id else ""
        paragraph = file.add_paragraph(_xml(line.text + shown + " "), style=style)
        cited = ", ".join(map(str, numbers)) + (f" and {left} more" if left else "")
        paragraph.add_run(f"[{cited}]").font.superscript = True
        _docx_lines(file, report, line.under, ids, "List Bullet 2")


def _xml(text: str) -> str:
    return CONTROLS.sub("", text)


def _levels(sections: Any, level: int = 2) -> Iterator[tuple[int, Section]]:
    """Sections in reading order with the level of their heading."""
    for section in sections:
        yield level, section
        yield from _levels(section.parts, level + 1)


def _reference(note: Note) -> str:
    """A source in words: "Wire A, “Title”, 9 December 2016, quoting Assad, through Al-Watan:"."""
    return note.where + (f", quoting {note.chain}:" if note.chain else ":")


WRITERS: dict[str, Callable[[Report, bool], str | bytes]] = {"md": markdown, "html": page, "docx": docx, "pdf": pdf}
