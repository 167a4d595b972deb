"""Turns files into `Document`s: text, metadata and a content id; what cannot be read is named, never dropped."""

from .files import read

__all__ = ["read"]
