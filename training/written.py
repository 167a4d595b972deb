"""Reads the training sentences of `data/written.txt` into the gold format: one sentence, its claims."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

MARK = re.compile(r"\[([^\]|]+)\|([^\]]+)\]|\{(\w+?)(\d?) ")
ROLE = {"a": "actor", "t": "target", "p": "place", "s": "source", "m": "means"}


def read(path: Path) -> Iterator[tuple[str, list[dict]]]:
    """Plain sentences with their claims, keys as in a gold file."""
    for line in path.read_text("utf-8").splitlines():
        if line.strip() and not line.startswith("#"):
            yield parse(line)


def parse(line: str) -> tuple[str, list[dict]]:
    """Strip one line's marks and collect what they say."""
    plain, triggers, fillers, open_marks, at = "", [], [], [], 0
    while at < len(line):
        match = MARK.match(line, at)
        if match and match[1]:
            kind, status, topic = (match[2].split("|") + ["", ""])[:3]
            triggers.append({"trigger": match[1], "type": kind, "status": status or "happened", "topic": topic or None})
            plain, at = plain + match[1], match.end()
        elif match:
            open_marks.append((match[3], match[4], len(plain)))
            at = match.end()
        elif line[at] == "}" and open_marks:
            roles, number, start = open_marks.pop()
            fillers.append((roles, number, plain[start:]))
            at += 1
        else:
            plain, at = plain + line[at], at + 1
    claims = []
    for number, trigger in enumerate(triggers, 1):
        claim = {**trigger, "sentence": plain, "numbers": [], "means": "", **{r: [] for r in ("actor", "target", "place", "source")}}
        for roles, own, text in fillers:
            for role in (ROLE[r] for r in roles) if own in ("", str(number)) else ():
                text = re.sub(r"^(?:the|a|an|some|more than|\d[\d,]*|two|three|five|six|forty|dozens of|hundreds of|thousands of) ", "", text, flags=re.I)
                claim["means"] = text if role == "means" else claim["means"]
                claim[role] = [*claim[role], text] if role != "means" else claim[role]
        claim["means"] = claim["means"] if isinstance(claim["means"], str) else ""
        claims.append(claim)
    return plain, claims
