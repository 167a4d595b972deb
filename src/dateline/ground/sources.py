"""What kind of source speaks, and for which side: by the ontology first, by the head noun else."""

from __future__ import annotations

import re
from datetime import date
from functools import cache

from .. import lexicon
from ..lexicon import closed
from ..model.world import Source
from .actors import Ontology

KINDS = frozenset(["monitor", "official", "party", "media", "witness", "un", "ngo", "medic", "unknown"])


@cache
def _patterns() -> list[tuple[re.Pattern[str], str]]:
    rows = lexicon.read("sources.yaml")
    return [
        (re.compile(rf"\b(?:{'|'.join(words)})\b", re.I), closed(kind, KINDS, "sources.yaml"))
        for row in rows["nouns"] for kind, words in row.items()
    ]  # fmt: skip


def classify(text: str, ontology: Ontology, *, on: date | None, country: str = "") -> Source:
    """The source `text` names: kind, actor and side on the day `on`; kind "unknown" when nothing tells."""
    ref = ontology.find(text, on=on, country=country)
    actor = ref.actor
    by_actor = lexicon.read("sources.yaml")["kinds"].get(actor.kind) if actor else None
    by_noun = next((kind for pattern, kind in _patterns() if pattern.search(text)), None)
    specific = by_noun if by_noun in ("medic", "witness", "monitor", "media") else None
    kind = specific or by_actor or by_noun or "unknown"
    return Source(text=text, kind=kind, actor=actor, name=actor.name if actor else "", side=actor.side if actor else "")
