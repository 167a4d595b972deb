"""Keeps what was said (append-only) and what was concluded (rebuildable)."""

from .record import Record

__all__ = ["Record"]
