"""Turns files into `Document`s: text, metadata and a content id; what cannot be read is named, never dropped."""

from .files import SUFFIXES, read

__all__ = ["SUFFIXES", "read"]
