"""The command line: `dateline COMMAND …`. Exit codes: 0 done, 1 some items failed (each named), 2 the call or configuration is wrong."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from . import config as configuration
from .config import Config
from .errors import DatelineError, InputError, UsageError
from .model.said import Document

app = typer.Typer(
    no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False,
    help="Reads reports of armed conflict and keeps a sourced, dated, placed record of what happened and who says so.",
)  # fmt: skip
gazetteer_app = typer.Typer(no_args_is_help=True, help="The places Dateline knows, and yours.")
app.add_typer(gazetteer_app, name="gazetteer")

Paths = Annotated[list[str], typer.Argument(help="Report files, folders, or - for standard input.")]
ConfigFile = Annotated[Path | None, typer.Option("--config", help="Configuration file (default: dateline.toml, if there).")]
Reader = Annotated[str | None, typer.Option("--reader", help="accurate (default) or fast.")]
Published = Annotated[datetime | None, typer.Option("--published", formats=["%Y-%m-%d"], help="Publication date of reports that do not state one.")]
Outlet = Annotated[str, typer.Option("--outlet", help="Outlet of reports that do not state one.")]
Record = Annotated[Path | None, typer.Option("--record", help="The record (default: dateline.db).")]
Day = Annotated[datetime | None, typer.Option("--on", formats=["%Y-%m-%d"], help="Up to and about this day (default: the latest).")]


def _config(path: Path | None = None, **changes: Any) -> Config:
    from dataclasses import replace

    return replace(configuration.load(path), **{k: v for k, v in changes.items() if v is not None})


class Failures:
    """Counts and prints the items that could not be read, and lets the rest pass."""

    def __init__(self) -> None:
        self.count = 0

    def passing(self, items: Iterable[Document | InputError]) -> Iterator[Document]:
        """The documents among `items`; each error is one line on standard error."""
        for item in items:
            if isinstance(item, InputError):
                self.count += 1
                typer.echo(f"dateline: {item}", err=True)
            else:
                yield item


def _day(value: datetime | None) -> date | None:
    return value.date() if value else None


@app.command()
def code(
    paths: Paths, published: Published = None, outlet: Outlet = "", reader: Reader = None, config: ConfigFile = None,
    shape: Annotated[str, typer.Option("--format", help="json (a claim a line) or table.")] = "json",
) -> None:  # fmt: skip
    """Read reports and print their claims in order; keeps nothing."""
    from . import ingest
    from .model.codec import claim_json
    from .pipeline import Pipeline

    if shape not in ("json", "table"):
        raise UsageError(f"no format {shape!r}; choose json or table")
    settings, failures = _config(config, reader=reader), Failures()
    documents = failures.passing(ingest.read(paths, published=_day(published), outlet=outlet))
    reports = claims = 0
    pipeline = Pipeline(settings)
    rows = []
    for document, grounded in pipeline.read(documents):
        reports += 1
        claims += len(grounded)
        for claim in grounded:
            row = claim_json(document, claim)
            if shape == "json":
                sys.stdout.write(json.dumps(row, ensure_ascii=False) + "\n")
            else:
                rows.append(row)
        sys.stdout.flush()
    if shape == "table":
        _table(rows)
    if not claims:
        why = f"{failures.count} could not be read, {reports} hold no words of conflict the reader knows"
        typer.echo(f"dateline: no conflict events found in {reports + failures.count} reports: {why}", err=True)
    raise typer.Exit(1 if failures.count else 0)


def _table(rows: list[dict[str, Any]]) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table("document", "type", "status", "who", "to whom", "where", "when", "who says so", "numbers")
    for row in rows:
        listed = ["; ".join(x["text"] for x in row[slot]) for slot in ("actor", "target", "place", "source")]
        when = row["time"]["start"] + ("" if row["time"]["start"] == row["time"]["end"] else f" – {row['time']['end']}") if row["time"] else "unknown"
        counts = "; ".join(f"{n['text']} {n['of']}" for n in row["numbers"])
        table.add_row(row["document"], row["type"], row["status"], *listed[:3], when, listed[3] or "the report", counts)
    Console(width=None if sys.stdout.isatty() else 200).print(table)


@app.command()
def add(
    paths: Paths, record: Record = None, published: Published = None, outlet: Outlet = "", reader: Reader = None, config: ConfigFile = None,
) -> None:  # fmt: skip
    """Read reports into the record; what is already there is passed over, so a run can be repeated or resumed."""
    from .store import Record as Store

    settings = _config(config, reader=reader, record=record)
    with Store(settings.record) as store:
        failed = _add(store, settings, paths, _day(published), outlet)
    raise typer.Exit(1 if failed else 0)


def _add(store: Any, settings: Config, paths: list[str], published: date | None, outlet: str) -> int:
    """Add reports to an open record, with progress; prints the closing count and returns the number of failures."""
    from rich.console import Console
    from rich.progress import track

    from . import ingest
    from .pipeline import Pipeline

    items = list(ingest.read(paths, published=published, outlet=outlet))
    fresh = [d for d in items if isinstance(d, Document) and not store.known(d.id)]
    errors = [e for e in items if isinstance(e, InputError)]
    for error in errors:
        typer.echo(f"dateline: {error}", err=True)
        store.failed(error)
    claims = 0
    if fresh:
        reading = Pipeline(settings).read(fresh)
        console = Console(stderr=True)
        for document, grounded in track(reading, "reading", total=len(fresh), console=console, disable=not console.is_terminal):
            claims += store.append(document, grounded)
    known = len(items) - len(errors) - len(fresh)
    typer.echo(f"{len(fresh)} reports added with {claims} claims, {known} already there, {len(errors)} failed ({store.path})")
    return len(errors)


@app.command()
def fuse(record: Record = None, config: ConfigFile = None) -> None:
    """Rebuild incidents, control and proposals from what was said."""
    from .store import Record as Store

    with Store(_config(config, record=record).record, create=False) as store:
        typer.echo(_fuse(store))


def _fuse(store: Any) -> str:
    from .fuse import fuse as conclude

    documents = {d.id: d for d in store.documents()}
    found = conclude((documents[c.claim.document], c) for c in store.claims())
    store.replace(found.incidents, found.control, found.proposals)
    return f"{len(found.incidents)} incidents, {len(found.control)} control states, {len(found.proposals)} proposals ({store.path})"


def _view(store: Any, on: date | None, area: str = "") -> Any:
    from .present.view import view

    if not store.counts()["incidents"]:
        _fuse(store)
    return view(
        store.documents(), store.claims(), list(store.incidents()), list(store.control()), list(store.proposals()), store.failures(), on=on, area=area
    )  # fmt: skip


@app.command()
def report(
    on: Day = None, record: Record = None, config: ConfigFile = None,
    area: Annotated[str, typer.Option(help="Only this place and what lies in it (a name or a place id).")] = "",
    shape: Annotated[str, typer.Option("--format", help="md or html.")] = "md",
    out: Annotated[Path | None, typer.Option("--out", help="Write to this file instead of standard output.")] = None,
) -> None:  # fmt: skip
    """Write the situation report: every sentence with its citation."""
    from .present import report as situation
    from .store import Record as Store

    if shape not in ("md", "html"):
        raise UsageError(f"no format {shape!r}; choose md or html")
    with Store(_config(config, record=record).record, create=False) as store:
        _written(situation.render(_view(store, _day(on), area), form=shape), out)


@app.command("map")
def map_(
    out: Annotated[Path, typer.Option("--out", help="The page to write.")], on: Day = None, record: Record = None, config: ConfigFile = None,
) -> None:  # fmt: skip
    """Write the map: one self-contained page that works with no network."""
    from .present import map as picture
    from .store import Record as Store

    with Store(_config(config, record=record).record, create=False) as store:
        _written(picture.render(_view(store, _day(on))), out)


def _written(text: str, out: Path | None) -> None:
    if out is None:
        sys.stdout.write(text)
        return
    try:
        out.write_text(text, "utf-8")
    except OSError as error:
        raise UsageError(f"{out}: cannot be written ({error.strerror}); choose another --out") from None
    typer.echo(f"written: {out}")


@app.command()
def demo(out: Annotated[Path, typer.Option("--out", help="Folder for the record, the report and the map.")] = Path("demo-output")) -> None:
    """Read the bundled reports into a record, and write the situation report and the map."""
    from importlib.resources import files

    from .present import map as picture
    from .present import report as situation
    from .store import Record as Store

    out.mkdir(parents=True, exist_ok=True)
    settings = _config(None, record=out / "demo.db")
    with Store(settings.record) as store:
        _add(store, settings, [str(files("dateline.data") / "samples")], None, "")
        typer.echo(_fuse(store))
        view = _view(store, None)
        for name, text in (("report.md", situation.render(view)), ("report.html", situation.render(view, form="html")), ("map.html", picture.render(view))):
            (out / name).write_text(text, "utf-8")
            typer.echo(f"{name.partition('.')[0]:7} {(out / name).resolve()}")


@app.command("eval")
def evaluate_(
    gold: Annotated[Path, typer.Argument(help="Folder of NAME.txt with NAME.jsonl.")], reader: Reader = None, config: ConfigFile = None,
    json_out: Annotated[Path | None, typer.Option("--json", help="Write the table as JSON here.")] = None,
    misses: Annotated[int, typer.Option(help="Print this many missed claims.")] = 0,
    confusion: Annotated[bool, typer.Option(help="Print which types are taken for which.")] = False,
) -> None:  # fmt: skip
    """Print the accuracy table on a gold folder."""
    from . import evaluate, ingest
    from .model.codec import claim_json
    from .pipeline import Pipeline

    claims = evaluate.read_gold(gold)
    failures = Failures()
    documents = failures.passing(ingest.read([gold / f"{name}.txt" for name in claims]))
    predicted = {d.name: [claim_json(d, g) for g in found] for d, found in Pipeline(_config(config, reader=reader)).read(documents)}
    total = evaluate.score(claims, predicted)
    typer.echo(evaluate.table(total))
    for miss in total.misses[:misses]:
        typer.echo("missed: " + " | ".join(miss))
    if confusion:
        for (true, taken), count in total.confusion.most_common():
            if true != taken:
                typer.echo(f"{count:5}  {true} taken for {taken}" if taken != "missed" else f"{count:5}  {true} missed")
    if json_out:
        json_out.write_text(json.dumps({"report": total.report(), "types": total.types()}, indent=1), "utf-8")
    raise typer.Exit(1 if failures.count else 0)


@app.command()
def doctor(config: ConfigFile = None) -> None:
    """Say what is installed, which models and gazetteer are used, and what is missing with the command that fixes it."""
    from .doctor import findings

    found = findings(_config(config))
    for finding in found:
        typer.echo(f"{'ok     ' if finding.ok else 'missing'}  {finding.name}: {finding.detail}" + (f"\n         run: {finding.cure}" if finding.cure else ""))
    raise typer.Exit(0 if all(f.ok or f.optional for f in found) else 1)


@gazetteer_app.command("add")
def gazetteer_add(source: Annotated[Path, typer.Argument(help="GeoNames dump (.txt, .zip), GeoJSON or CSV.")], config: ConfigFile = None) -> None:
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
        typer.echo(f"{place.id:28} {place.name:30} {place.kind:14} {place.country:3} {place.lat:9.4f} {place.lon:9.4f}  {place.radius_km} km")
    if not found:
        typer.echo(f"no place called {name!r}; add one with: dateline gazetteer add FILE", err=True)
        raise typer.Exit(1)


def main() -> None:
    """Run the command line; errors a user can act on are one line."""
    try:
        app(standalone_mode=False)
    except typer.Exit as end:
        sys.exit(end.exit_code)
    except typer.Abort:
        sys.exit(130)
    except DatelineError as error:
        typer.echo(f"dateline: {error}", err=True)
        sys.exit(1 if isinstance(error, InputError) else 2)
    except Exception as error:
        import click

        if isinstance(error, click.ClickException):
            error.show()
            sys.exit(2)
        raise
