"""Everything that can go wrong, said so that a user knows what to do next."""

from __future__ import annotations


class DatelineError(Exception):
    """Base of all errors Dateline raises on purpose; its text is one line a user can act on."""


class UsageError(DatelineError):
    """The call or the configuration is wrong (exit code 2)."""


class InputError(DatelineError):
    """One input could not be read; the rest of the run goes on (exit code 1).

    `where` names the file (and line, where there is one), `problem` what is wrong, `way_out` what the user can do.
    """

    def __init__(self, where: str, problem: str, way_out: str = "") -> None:
        self.where, self.problem, self.way_out = where, problem, way_out
        super().__init__(f"{where}: {problem}" + (f"; {way_out}" if way_out else ""))


class DataError(DatelineError):
    """A data file (ontology, lexicon, gazetteer, overlay) breaks its own closed vocabulary."""


class MissingComponent(UsageError):
    """A model or optional package is not installed; the text holds the command that installs it."""
