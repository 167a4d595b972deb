"""Names of places as they are compared: plain forms, and the consonants that spellings of one name share."""

from __future__ import annotations

import re

from anyascii import anyascii

WORD = re.compile(r"[^\W_]+(?:[-'’`ʿʾ.][^\W_]+)*")
APOSTROPHE = re.compile(r"['’`ʿʾ.]")
OTHER = re.compile(r"[^a-z0-9]+")
DOUBLE = re.compile(r"(.)\1+")
SOFT = re.compile(r"[aeiouwyh0-9 ]")
ARTICLE = re.compile(r"\b(?:al|el|as|ad|ar|at|az|ash|adh|an|aj|ath|ul|ed|es|er|en|et|ech)[- ](?=\w)")
ROMANISED = re.compile("[āīūĀĪŪḨḩŢţḐḑẔẕḤḥṢṣ‘’ʻʿʼ]")


def key(name: str) -> str:
    """Form under which names are looked up exactly: ASCII, lower case, no punctuation or article."""
    return key_of(ascii_form(name))


def plain(name: str) -> str:
    """Key of a name without Arabic articles, the form near names are compared in."""
    return plain_of(ascii_form(name))


def bones(name: str) -> str:
    """Consonants that transliterations of one name share; of fewer than three, its plain name."""
    return bones_of(plain(name))


def ascii_form(name: str) -> str:
    """A name in lower-case ASCII without apostrophes and points."""
    return APOSTROPHE.sub("", anyascii(name).lower())


def key_of(text: str) -> str:
    """The key of an ASCII form."""
    return OTHER.sub(" ", text).strip().removeprefix("the ")


def plain_of(text: str) -> str:
    """The plain form of an ASCII form."""
    return key_of(ARTICLE.sub("", text + " "))


def bones_of(text: str) -> str:
    """The bones of a plain form."""
    found = (
        OTHER.sub("", text)
        .replace("kh", "x")
        .replace("ck", "k")
        .replace("q", "k")
        .replace("ch", "sh")
        .replace("ph", "f")
    )
    found = SOFT.sub("", DOUBLE.sub(r"\1", found))
    return found if len(found) > 2 else DOUBLE.sub(r"\1", text).rstrip("h")


def shown(name: str) -> str:
    """A romanised name without the marks of its romanisation ("Ḩamāh" is shown as "Hamah")."""
    return anyascii(name).replace("`", "'") if ROMANISED.search(name) else name


def is_readable(name: str) -> bool:
    """Whether a name is written in Latin or Arabic letters and is short enough to be one."""
    return (
        bool(name) and len(name) <= 60 and (name[0].isascii() or ord(name[0]) < 0x250 or 0x600 <= ord(name[0]) < 0x700)
    )
