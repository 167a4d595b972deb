"""One table of components: built-ins and plug-ins (entry points "dateline.KIND") come through the same door.

Kinds and what a component of each is called with:
annotator: (page) -> page with more marks; all of them run, built-ins first.
reader: (find_times, resolve, threads) -> an object whose extract(pages) gives one list of claims a page.
benchmark: (folder, config) -> the measures of a public benchmark whose own files lie in the folder.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from importlib.metadata import entry_points
from typing import Any

from .errors import MissingComponent, UsageError

BUILT_IN: dict[str, dict[str, str]] = {
    "annotator": {
        "chains": "dateline.annotate.chains:annotate",
    },
    "reader": {
        "accurate": "dateline.extract.reader:AccurateReader",
        "fast": "dateline.extract.reader:FastReader",
    },
    "benchmark": {
        "time": "dateline.evaluate.times:score",
        "place": "dateline.evaluate.places:score",
        "event-place": "dateline.evaluate.event_places:score",
    },
}


def names(kind: str) -> dict[str, str]:
    """Names of the components of `kind`, built-ins first, with where they are defined ("module:object").

    Raises `UsageError` when two packages bring one name: which of them is meant must not depend on chance.
    """
    known = dict(BUILT_IN[kind])
    for plugged in sorted(entry_points(group=f"dateline.{kind}"), key=lambda e: (e.name, e.value)):
        if known.setdefault(plugged.name, plugged.value) != plugged.value:
            raise UsageError(
                f"two {kind}s are called {plugged.name!r}: {known[plugged.name]} and {plugged.value}; uninstall one"
            )
    return known


def component(kind: str, name: str) -> Callable[..., Any]:
    """The component `name` of `kind`, imported now.

    Raises `UsageError` listing the known names, `MissingComponent` when it cannot be imported.
    """
    known = names(kind)
    if name not in known:
        raise UsageError(f"no {kind} {name!r}; choose one of {', '.join(known)}")
    module, _, attribute = known[name].partition(":")
    try:
        return getattr(import_module(module), attribute)
    except (ImportError, AttributeError) as error:
        raise MissingComponent(f"the {kind} {name!r} ({known[name]}) cannot be loaded: {error}") from error
