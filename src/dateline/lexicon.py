"""Words and policy as data: reads the YAML files of `dateline/data` and a user's overlays of them."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import yaml

from .errors import DataError


@cache
def read(name: str) -> Any:
    """Return the packaged data file `name` (such as "events.yaml"), parsed once.

    Raises `DataError` naming the file and line when it is not valid YAML.
    """
    return parse(files("dateline.data").joinpath(name).read_text("utf-8"), name)


def read_overlay(path: Path) -> Any:
    """Return a user's own YAML file; raises `DataError` naming the file and line."""
    try:
        return parse(path.read_text("utf-8"), str(path))
    except OSError as error:
        raise DataError(f"{path}: cannot be read ({error.strerror}); name a readable YAML file") from error


def parse(text: str, where: str) -> Any:
    """Parse YAML `text`; `where` names it in errors."""
    try:
        return yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else "?"
        raise DataError(f"{where}:{line}: not valid YAML ({error.problem}); correct that line") from error


def closed(value: str, vocabulary: frozenset[str] | set[str], where: str) -> str:
    """Return `value` if it belongs to `vocabulary`; raises `DataError` naming the allowed words otherwise."""
    if value not in vocabulary:
        raise DataError(f"{where}: {value!r} is not one of {', '.join(sorted(vocabulary))}")
    return value
