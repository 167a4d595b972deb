"""One table of components: built-ins and plug-ins (entry points "dateline.KIND") come through the same door."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from importlib.metadata import entry_points
from typing import Any

from .errors import MissingComponent, UsageError

BUILT_IN: dict[str, dict[str, str]] = {
    "reader": {
        "accurate": "dateline.extract.reader:AccurateReader",
        "fast": "dateline.extract.reader:FastReader",
    },
}


def names(kind: str) -> dict[str, str]:
    """Names of the components of `kind` with where they are defined ("module:object")."""
    plugged = {e.name: e.value for e in entry_points(group=f"dateline.{kind}")}
    return {**BUILT_IN.get(kind, {}), **plugged}


def component(kind: str, name: str) -> Callable[..., Any]:
    """The component `name` of `kind`, imported now.

    Raises `UsageError` listing the known names, `MissingComponent` when a plug-in cannot be imported.
    """
    known = names(kind)
    if name not in known:
        raise UsageError(f"no {kind} {name!r}; known: {', '.join(sorted(known))}")
    module, _, attribute = known[name].partition(":")
    try:
        return getattr(import_module(module), attribute)
    except (ImportError, AttributeError) as error:
        raise MissingComponent(f"the {kind} {name!r} ({known[name]}) cannot be loaded: {error}") from error
