"""The command line: `dateline COMMAND …`.

Exit codes: 0 done, 1 some items failed (each named, the rest kept), 2 the call or the configuration is wrong.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from . import config as configuration
from .config import Config
from .errors import DatelineError, InputError, UsageError
from .model.said import Document

if TYPE_CHECKING:
    from .desk import Intake
    from .store import Record as Store

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="Reads reports of armed conflict and keeps a sourced, dated, placed record of what happened and who says so.",
)
gazetteer_app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="The places Dateline knows, and yours.")
app.add_typer(gazetteer_app, name="gazetteer")
review_app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="Correct the record, as a named person.")
app.add_typer(review_app, name="review")

DAY = ["%Y-%m-%d"]
Paths = Annotated[list[str], typer.Argument(help="Report files, folders, or - for standard input.")]
ConfigFile = Annotated[
    Path | None, typer.Option("--config", help="Configuration file (default: dateline.toml, if there).")
]
Reader = Annotated[str | None, typer.Option("--reader", help="accurate (default) or fast.")]
Published = Annotated[
    datetime | None, typer.Option("--published", formats=DAY, help="Publication date of reports that state none.")
]
Outlet = Annotated[str, typer.Option("--outlet", help="Outlet of reports that state none.")]
RecordFile = Annotated[Path | None, typer.Option("--record", help="The record (default: dateline.db).")]
Day = Annotated[
    datetime | None, typer.Option("--on", formats=DAY, help="Up to and about this day (default: the latest).")
]
Area = Annotated[str, typer.Option(help="Only this place and what lies in it (a name or a place id).")]
Ids = Annotated[list[str], typer.Argument(help="Ids of claims or conclusions, or unambiguous beginnings of them.")]
Name = Annotated[str, typer.Option("--by", help="Who makes the correction.")]
Note = Annotated[str, typer.Option("--note", help="Why, in a few words.")]
Gold = Annotated[Path, typer.Argument(help="Folder of NAME.txt with NAME.jsonl, or of a benchmark's own files.")]


def _say(line: str) -> None:
    typer.echo(f"dateline: {line}", err=True)


def _tell(error: InputError) -> None:
    _say(str(error))


def _close(intake: Intake) -> int:
    """Say what reports without a date lack; returns the exit code."""
    if intake.undated:
        named = ", ".join(intake.undated[:3]) + (" …" if len(intake.undated) > 3 else "")
        _say(f"no publication date in {named}: their relative times stay unknown; give --published YYYY-MM-DD")
    return 1 if intake.failures else 0


def _config(path: Path | None = None, **changes: Any) -> Config:
    return replace(configuration.load(path), **{k: v for k, v in changes.items() if v is not None})


def _day(value: datetime | None) -> date | None:
    return value.date() if value else None


def _chosen(value: str, among: tuple[str, ...]) -> str:
    if value not in among:
        raise UsageError(f"no format {value!r}; choose {' or '.join(among)}")
    return value


@app.command()
def code(
    paths: Paths,
    published: Published = None,
    outlet: Outlet = "",
    reader: Reader = None,
    config: ConfigFile = None,
    form: Annotated[str, typer.Option("--format", help="json (a claim a line) or table.")] = "json",
) -> None:
    """Read reports and print their claims in order; keeps nothing."""
    from . import ingest
    from .desk import Intake
    from .pipeline import Reader as ReportReader

    _chosen(form, ("json", "table"))
    intake = Intake(ingest.read(paths, published=_day(published), outlet=outlet), tell=_tell)
    counts: Counter[str] = Counter()
    rows = _claims(ReportReader(_config(config, reader=reader)), intake, counts)
    if form == "table":
        _table(list(rows))
    else:
        for row in rows:
            typer.echo(json.dumps(row, ensure_ascii=False))
    if not counts["claims"]:
        _say(_nothing(counts["reports"], intake.failures))
    raise typer.Exit(_close(intake))


def _claims(reader: Any, documents: Iterable[Document], counts: Counter[str]) -> Iterator[dict[str, Any]]:
    """Claims in the published shape, counted with their reports."""
    from .model.codec import claim_json

    for document, grounded in reader.read(documents):
        counts.update(reports=1, claims=len(grounded))
        yield from (claim_json(document, claim) for claim in grounded)


def _nothing(read: int, failures: Counter[str]) -> str:
    """Why a run printed no claim."""
    reasons = [f"{count} {problem}" for problem, count in failures.most_common()]
    reasons += [f"{read} without words of conflict that the reader knows"] if read else []
    total = read + failures.total()
    return f"no conflict events found in {total} report{'s' * (total != 1)}: {', '.join(reasons) or 'none given'}"


def _table(rows: list[dict[str, Any]]) -> None:
    from rich.console import Console
    from rich.table import Table

    heads = ("document", "type", "status", "who", "to whom", "where", "when", "who says so", "numbers")
    table = Table(*heads)
    for row in rows:
        table.add_row(*_cells(row))
    Console(width=None if sys.stdout.isatty() else 200, markup=False).print(table)


def _cells(row: dict[str, Any]) -> list[str]:
    """One claim as the cells of a table."""
    actor, target, place, source = (
        "; ".join(x["text"] for x in row[s]) for s in ("actor", "target", "place", "source")
    )
    days = [row["time"]["start"], row["time"]["end"]] if row["time"] else ["unknown"]
    numbers = "; ".join(f"{n['text']} {n['of']}" for n in row["numbers"])
    when = " – ".join(dict.fromkeys(days))
    return [row["document"], row["type"], row["status"], actor, target, place, when, source or "the report", numbers]


@app.command()
def add(
    paths: Paths,
    record: RecordFile = None,
    published: Published = None,
    outlet: Outlet = "",
    reader: Reader = None,
    config: ConfigFile = None,
) -> None:
    """Read reports into the record; what is already there is passed over, so a run can be repeated or resumed."""
    from .store import Record as Store

    settings = _config(config, reader=reader, record=record)
    with Store(settings.record) as store:
        raise typer.Exit(_add(store, settings, paths, _day(published), outlet))


def _add(store: Store, settings: Config, paths: list[str], published: date | None = None, outlet: str = "") -> int:
    """Add reports to an open record, showing progress; prints the closing count and returns the exit code."""
    from rich.console import Console
    from rich.progress import Progress

    from . import desk, ingest

    intake = desk.Intake(ingest.read(paths, published=published, outlet=outlet), store, _tell)
    console = Console(stderr=True)
    with Progress(console=console, disable=not console.is_terminal) as progress:
        task = progress.add_task("reading", total=_expected(paths))
        added = desk.add(store, settings, intake, lambda done: progress.update(task, completed=done))
    typer.echo(f"{added} ({store.path})")
    return _close(intake)


def _expected(paths: list[str]) -> int | None:
    """How many reports to expect, None when files of many reports make it unknown."""
    from . import ingest

    files = [f for path in paths for f in (Path(path).rglob("*") if Path(path).is_dir() else [Path(path)])]
    if any(f.suffix in (".jsonl", ".ndjson") or str(f) == "-" for f in files):
        return None
    return sum(f.suffix in ingest.SUFFIXES for f in files)


@app.command()
def fuse(record: RecordFile = None, config: ConfigFile = None) -> None:
    """Rebuild incidents, control and proposals from what was said."""
    from . import desk
    from .store import Record as Store

    with Store(_config(config, record=record).record, create=False) as store:
        typer.echo(f"{desk.fuse(store)} ({store.path})")


@app.command()
def report(
    on: Day = None,
    since: Annotated[
        datetime | None,
        typer.Option("--since", formats=DAY, help="The day of the last report (default: the day before)."),
    ] = None,
    area: Area = "",
    record: RecordFile = None,
    config: ConfigFile = None,
    form: Annotated[str, typer.Option("--format", help="md, html, docx or pdf.")] = "md",
    out: Annotated[Path | None, typer.Option("--out", help="Write to this file instead of standard output.")] = None,
    ids: Annotated[
        bool, typer.Option("--ids", help="Show the ids that dateline why and dateline review take.")
    ] = False,
) -> None:
    """Write the situation report: every sentence with its citation."""
    from . import desk
    from .present import report as situation
    from .store import Record as Store

    _chosen(form, situation.FORMS)
    if out is None and form in ("docx", "pdf"):
        raise UsageError(f"a {form} file is not for the screen; give --out FILE.{form}")
    with Store(_config(config, record=record).record, create=False) as store:
        _write(situation.render(desk.view(store, _day(on), area, _day(since)), form=form, ids=ids), out)


@app.command("map")
def map_(
    out: Annotated[Path, typer.Option("--out", help="The page to write.")],
    on: Day = None,
    record: RecordFile = None,
    config: ConfigFile = None,
) -> None:
    """Write the map: one self-contained page that works with no network."""
    from . import desk
    from .present import map as picture
    from .store import Record as Store

    with Store(_config(config, record=record).record, create=False) as store:
        _write(picture.render(desk.view(store, _day(on))), out)


def _write(text: str | bytes, out: Path | None) -> None:
    if out is None:
        typer.echo(text, nl=False)
        return
    try:
        out.write_bytes(text if isinstance(text, bytes) else text.encode())
    except OSError as error:
        raise UsageError(f"{out}: cannot be written ({error.strerror}); choose another --out") from None
    _say(f"written: {out}")


@app.command()
def demo(
    out: Annotated[Path, typer.Option("--out", help="Folder for the record, the report and the map.")] = Path(
        "demo-output"
    ),
    reader: Reader = None,
) -> None:
    """Read the bundled reports into a record, and write the situation report and the map."""
    from importlib.resources import files

    from . import desk
    from .present import map as picture
    from .present import report as situation
    from .store import Record as Store

    out.mkdir(parents=True, exist_ok=True)
    settings = _config(record=out / "demo.db", reader=reader)
    with Store(settings.record) as store:
        _add(store, settings, [str(files("dateline.data") / "samples")])
        typer.echo(f"{desk.fuse(store)} ({store.path})")
        view = desk.view(store)
    pages = {
        "report.md": situation.render(view),
        "report.html": situation.render(view, form="html"),
        "map.html": picture.render(view),
    }
    for name, text in pages.items():
        (out / name).write_bytes(text if isinstance(text, bytes) else text.encode())
        typer.echo(f"{name.partition('.')[0]:7} {(out / name).resolve()}")


@app.command()
def serve(
    record: RecordFile = None,
    host: Annotated[str | None, typer.Option(help="Where to listen (default: this computer alone).")] = None,
    port: Annotated[int | None, typer.Option(help="The port (default: 8642; 0 for any that is free).")] = None,
    reader: Reader = None,
    config: ConfigFile = None,
) -> None:
    """Serve the record in the browser: map, timeline, incidents, evidence, review."""
    from .serve import run

    run.serve(_config(config, record=record, host=host, port=port, reader=reader), _say)


@app.command("eval")
def evaluate_(
    gold: Gold,
    benchmark: Annotated[str, typer.Option(help="A public benchmark (docs/benchmarks.md) instead of claims.")] = "",
    reader: Reader = None,
    config: ConfigFile = None,
    json_out: Annotated[Path | None, typer.Option("--json", help="Write the table as JSON here.")] = None,
    misses: Annotated[int, typer.Option(help="Print this many missed claims.")] = 0,
    confusion: Annotated[bool, typer.Option(help="Print which types are taken for which.")] = False,
) -> None:
    """Print the accuracy table on a gold folder, or a public benchmark's own measures."""
    from . import ingest
    from .desk import Intake
    from .evaluate import claims as evaluate
    from .pipeline import Reader as ReportReader

    settings = _config(config, reader=reader)
    if benchmark:
        _benchmark(benchmark, gold, settings, json_out)
        return
    claims = evaluate.read_gold(gold)
    intake = Intake(ingest.read([gold / f"{name}.txt" for name in claims]), tell=_tell)
    predicted = list(_claims(ReportReader(settings), intake, Counter()))
    total = evaluate.score(claims, evaluate.by_document(predicted))
    typer.echo(evaluate.table(total))
    for miss in total.misses[:misses]:
        typer.echo("missed: " + " | ".join(miss))
    if confusion:
        typer.echo(evaluate.confusions(total))
    if json_out:
        _write(json.dumps({"report": total.report(), "types": total.types()}, indent=1), json_out)
    raise typer.Exit(1 if intake.failures else 0)


def _benchmark(name: str, folder: Path, settings: Config, json_out: Path | None) -> None:
    """Score one public benchmark and print its table."""
    from .evaluate import measure
    from .registry import component

    if not folder.exists():
        raise UsageError(f"{folder}: no such file or folder; name where the benchmark's own files lie")
    found = component("benchmark", name)(folder, settings)
    typer.echo(measure.table(found))
    if json_out:
        _write(json.dumps({m.name: m.row() for m in found}, indent=1), json_out)


@app.command()
def doctor(config: ConfigFile = None) -> None:
    """Say what is installed and which models are used, and what is missing with the command that fixes it."""
    from .doctor import findings

    found = findings(_config(config))
    for finding in found:
        typer.echo(f"{'ok' if finding.ok else 'missing':8} {finding.name}: {finding.detail}")
        if finding.cure:
            typer.echo(f"{'':8} run: {finding.cure}")
    raise typer.Exit(0 if all(f.ok or f.optional for f in found) else 1)


@app.command("import-claims")
def import_claims(
    file: Annotated[Path, typer.Argument(help="CSV of claims about control: docs/import-claims.md says its columns.")],
    record: RecordFile = None,
    config: ConfigFile = None,
) -> None:
    """Put claims somebody already has into the record, each with its own provenance."""
    from .ingest import claims
    from .store import Record as Store

    settings = _config(config, record=record)
    counts: Counter[str] = Counter()
    found = list(claims.read(file, lookup(settings)))  # before a record is made: the file may be no such CSV
    with Store(settings.record) as store:
        for item in found:
            if isinstance(item, InputError):
                _say(str(item))
                store.failed(item)
                counts["failed"] += 1
            else:
                added = store.append(*item)
                counts.update(claims=added, documents=int(added > 0), known=int(added == 0))
    typer.echo(
        f"{counts['claims']} claims added in {counts['documents']} documents, {counts['known']} documents already there, "
        f"{counts['failed']} rows failed ({settings.record})"
    )
    raise typer.Exit(1 if counts["failed"] else 0)


def lookup(settings: Config) -> Any:
    """How imported rows resolve their places, sides and claimants."""
    from .ground import sources
    from .ground.actors import Ontology
    from .ground.gazetteer import Gazetteer
    from .ingest.claims import Lookup

    gazetteer, ontology = Gazetteer.open(settings.gazetteer), Ontology.load(settings.overlays)

    def place(identifier: str) -> Any:
        """The place of that id, of that id in a pack, or the only one (or the only curated one) of that name."""
        named = [gazetteer.get(i) for i in (identifier, *(f"{pack}/{identifier}" for pack in sorted(gazetteer.packs)))]
        if found := [p for p in named if p]:
            return found[0]
        same = gazetteer.candidates(identifier.replace("_", " "))
        curated = [c.place for c in same if c.layer in gazetteer.packs]
        return curated[0] if len(curated) == 1 else same[0].place if len(same) == 1 else None

    return Lookup(
        place,
        lambda name, day, country: ontology.find(name, on=day, country=country),
        lambda name, day, country: sources.classify(name, ontology, on=day, country=country),
    )


@app.command()
def why(
    identifier: Annotated[str, typer.Argument(metavar="ID", help="An incident, control state, proposal or claim.")],
    record: RecordFile = None,
    config: ConfigFile = None,
    form: Annotated[str, typer.Option("--format", help="text or json.")] = "text",
) -> None:
    """Print the chain from a conclusion to the sentences it stands on, with its reasons and corrections."""
    from . import desk
    from .present import why as reasons
    from .store import Record as Store

    _chosen(form, ("text", "json"))
    with Store(_config(config, record=record).record, create=False) as store:
        view = desk.view(store)
        chain_ = reasons.chain(view, store.one(identifier))
    typer.echo(reasons.text(chain_) if form == "text" else json.dumps(chain_, ensure_ascii=False, indent=1))


@review_app.command("accept")
def review_accept(ids: Ids, by: Name, note: Note = "", record: RecordFile = None, config: ConfigFile = None) -> None:
    """Stand behind claims, or behind those of a conclusion."""
    _review("accept", ids, by=by, note=note, record=record, config=config)


@review_app.command("reject")
def review_reject(ids: Ids, by: Name, note: Note = "", record: RecordFile = None, config: ConfigFile = None) -> None:
    """Leave claims, or those of a conclusion, out of every conclusion."""
    _review("reject", ids, by=by, note=note, record=record, config=config)


@review_app.command("merge")
def review_merge(ids: Ids, by: Name, note: Note = "", record: RecordFile = None, config: ConfigFile = None) -> None:
    """Make one incident of several."""
    _review("merge", ids, by=by, note=note, record=record, config=config)


@review_app.command("split")
def review_split(
    incident: str, claims: Ids, by: Name, note: Note = "", record: RecordFile = None, config: ConfigFile = None
) -> None:
    """Take claims out of an incident into one of their own."""
    _review("split", incident, claims, by=by, note=note, record=record, config=config)


@review_app.command("change")
def review_change(
    identifier: Annotated[str, typer.Argument(metavar="ID", help="A claim or an incident.")],
    field: Annotated[str, typer.Argument(help="type, status, place, start or end.")],
    value: Annotated[str, typer.Argument(help="A type, a status, a place on record, or a day (YYYY-MM-DD).")],
    by: Name,
    note: Note = "",
    record: RecordFile = None,
    config: ConfigFile = None,
) -> None:
    """Change one field of a claim or an incident."""
    _review("change", identifier, field, value, by=by, note=note, record=record, config=config)


@review_app.command("withdraw")
def review_withdraw(
    judgement: str, by: Name, note: Note = "", record: RecordFile = None, config: ConfigFile = None
) -> None:
    """Take a correction back."""
    _review("withdraw", judgement, by=by, note=note, record=record, config=config)


@review_app.command("list")
def review_list(record: RecordFile = None, config: ConfigFile = None) -> None:
    """List the corrections, with those withdrawn marked so."""
    from . import review
    from .store import Record as Store

    with Store(_config(config, record=record).record, create=False) as store:
        lines = review.listed(store)
    for line in lines:
        typer.echo(line)
    if not lines:
        _say(f"no corrections in {store.path}; make one with: dateline review reject ID --by NAME")


def _review(action: str, *what: Any, by: str, note: str, record: Path | None, config: Path | None) -> None:
    """Make one correction and say how it reads; the conclusions follow it when they are next asked for."""
    from . import desk, review
    from .store import Record as Store

    with Store(_config(config, record=record).record, create=False) as store:
        if store.is_stale():
            desk.fuse(store)
        typer.echo(review.line(getattr(review, action)(store, *what, by=by, note=note)))


@gazetteer_app.command("add")
def gazetteer_add(
    source: Annotated[Path, typer.Argument(help="GeoNames dump (.txt, .zip), GeoJSON or CSV.")],
    config: ConfigFile = None,
) -> None:
    """Add places to the local gazetteer."""
    from .ground import gazetteer

    typer.echo(f"{gazetteer.add(source, _config(config).gazetteer):,} places added from {source}")


@gazetteer_app.command("list")
def gazetteer_list(config: ConfigFile = None) -> None:
    """List what the local gazetteer holds."""
    from .ground.gazetteer import Gazetteer

    for layer, count in Gazetteer.open(_config(config).gazetteer).layers():
        typer.echo(f"{layer:20} {count:,}")


@gazetteer_app.command("find")
def gazetteer_find(name: str, config: ConfigFile = None) -> None:
    """Look a place name up."""
    from .ground.gazetteer import Gazetteer

    found = Gazetteer.open(_config(config).gazetteer).find(name)
    for place in found:
        where = f"{place.lat:9.4f} {place.lon:9.4f}" if place.lat is not None else "no coordinates"
        typer.echo(f"{place.id:28} {place.name:30} {place.kind:14} {place.country:3} {where}  {place.radius_km} km")
    if not found:
        _say(f"no place called {name!r}; add one with: dateline gazetteer add FILE")
        raise typer.Exit(1)


def main() -> None:
    """Run the command line; an error a user can act on is one line, a wrong call is typer's usage message (exit 2)."""
    try:
        app()
    except DatelineError as error:
        _say(str(error))
        sys.exit(1 if isinstance(error, InputError) else 2)
