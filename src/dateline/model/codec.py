"""Model objects as JSON, and claims in the published shape (DESIGN: "A claim as JSON")."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from datetime import date, datetime
from functools import cache
from typing import Any, get_args, get_origin, get_type_hints

from .said import Document, Quantity
from .world import ActorRef, GroundedClaim, PlaceRef, Source, TimeRef


def encode(value: Any) -> Any:
    """Any model object as plain JSON values."""
    if is_dataclass(value) and not isinstance(value, type):
        return {f.name: encode(getattr(value, f.name)) for f in fields(value)}
    if isinstance(value, (list, tuple)):
        return [encode(v) for v in value]
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    return value


def decode(kind: Any, value: Any) -> Any:
    """Rebuild an object of type `kind` from what `encode` gave; raises `KeyError` for a missing field."""
    if value is None:
        return None
    origin, arguments = get_origin(kind), get_args(kind)
    if origin is tuple:
        inner = arguments if Ellipsis not in arguments else (arguments[0],) * len(value)
        return tuple(decode(k, v) for k, v in zip(inner, value, strict=True))
    if origin is not None:  # X | None
        return decode(next(a for a in arguments if a is not type(None)), value)
    if is_dataclass(kind) and isinstance(kind, type):
        return kind(**{name: decode(hint, value[name]) for name, hint in _hints(kind) if name in value})
    if kind is date:
        return date.fromisoformat(value)
    if kind is datetime:
        return datetime.fromisoformat(value)
    return value


@cache
def _hints(kind: type) -> tuple[tuple[str, Any], ...]:
    """A class's fields with their types, resolved once."""
    return tuple(get_type_hints(kind).items())


def claim_json(document: Document, grounded: GroundedClaim) -> dict[str, Any]:
    """One grounded claim in the published shape; `trigger` and `evidence` offsets index `Document.text`."""
    claim = grounded.claim
    return {
        "id": claim.id, "document": document.name, "type": claim.type, "topic": claim.topic, "status": claim.status,
        "trigger": {"start": claim.trigger.start, "end": claim.trigger.end, "text": claim.trigger.text},
        "evidence": {"start": claim.evidence.start, "end": claim.evidence.end, "text": claim.evidence.text},
        "actor": [_actor(a) for a in grounded.actor], "target": [_actor(a) for a in grounded.target],
        "place": [_place(p) for p in grounded.place], "time": _time(grounded.time),
        "source": [_source(s) for s in grounded.source], "numbers": [_number(n) for n in claim.numbers],
        "means": claim.means.text if claim.means else "", "score": claim.score, "by": claim.by,
    }  # fmt: skip


def _actor(ref: ActorRef) -> dict[str, Any]:
    return {"text": ref.text, "id": ref.actor.id if ref.actor else None, "name": ref.actor.name if ref.actor else None}


def _place(ref: PlaceRef) -> dict[str, Any]:
    place = ref.place
    return {
        "text": ref.text, "id": place.id if place else None, "name": place.name if place else None,
        "lat": place.lat if place else None, "lon": place.lon if place else None,
        "radius_km": place.radius_km if place else None, "precision": ref.precision, "basis": ref.basis,
    }  # fmt: skip


def _time(ref: TimeRef | None) -> dict[str, Any] | None:
    if ref is None:
        return None
    return {
        "start": ref.start.isoformat(), "end": ref.end.isoformat(), "grain": ref.grain,
        "basis": ref.basis, "text": ref.text, "precision": ref.precision,
    }  # fmt: skip


def _source(source: Source) -> dict[str, Any]:
    return {
        "text": source.text, "id": source.actor.id if source.actor else None, "kind": source.kind,
        "name": source.name or None, "side": source.side or None,
    }  # fmt: skip


def _number(n: Quantity) -> dict[str, Any]:
    return {
        "of": n.of, "low": _whole(n.low), "high": _whole(n.high), "unit": n.unit, "text": n.span.text,
        "approximate": n.approximate, "share_of": n.share_of or None,
    }  # fmt: skip


def _whole(x: float | None) -> float | int | None:
    return int(x) if x is not None and x == int(x) else x
