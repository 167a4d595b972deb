"""Which time expression of a sentence governs which trigger, by the dependency tree."""

from __future__ import annotations

from spacy.tokens import Doc

from .. import grammar
from . import attribution

FAR = 12  # costs above this are no connection
NEAR = frozenset({"prep", "pobj", "npadvmod", "compound"})
OTHER = 8  # cost of climbing out of another verb's clause: what dates it seldom dates this
LINE, STEP = 30, 6  # words between an expression and the trigger: so many at most count, so many as much as one step in the tree
OUTSIDE = 4  # extra cost of an expression that dates the saying rather than what is said


def governing(doc: Doc, trigger: int, times: list[tuple[int, int]]) -> tuple[int, int] | None:
    """The expression (token bounds) nearest to `trigger` in the tree of its sentence, None when none is connected.

    An expression attached to a reporting verb dates the report: it governs what is said only when nothing else does.
    """
    chain = [doc[trigger], *doc[trigger].ancestors]
    depth = {token.i: cost for cost, token in enumerate(chain)}
    said = next(
        (
            k
            for k, token in enumerate(chain)
            if k and grammar.is_reporting(token) and attribution.opens(chain[k - 1])
        ),
        None,
    )
    best: tuple[float, tuple[int, int]] | None = None
    for start, end in times:
        cost = _cost(doc, start, end, depth, said)
        if cost is None or cost > FAR:
            continue
        ranked = cost + min(abs(start - trigger), abs(end - trigger), LINE) / STEP
        if best is None or ranked < best[0]:
            best = (ranked, (start, end))
    return best[1] if best else None


def _cost(doc: Doc, start: int, end: int, depth: dict[int, int], said: int | None) -> int | None:
    climbed = 0
    token = doc[start:end].root
    while token.i not in depth:
        if token.head is token:
            return None
        other_clause = token.pos_ in ("VERB", "AUX") and token.dep_ not in ("xcomp", "aux")
        climbed += 1 if token.dep_ in NEAR else OTHER if other_clause else 2
        token = token.head
    outside = said is not None and depth[token.i] >= said
    if not outside and token.tag_ == "VBD" and _is_present(doc, depth, token.i):
        return None
    return depth[token.i] * 2 + climbed + (OUTSIDE if outside else 0)


def _is_present(doc: Doc, depth: dict[int, int], joint: int) -> bool:
    """Whether a verb in the simple present stands below `joint`, at or over the trigger: "took it in May and now holds it"."""
    below = (doc[i] for i, cost in depth.items() if cost < depth[joint])
    return any(t.tag_ in ("VBZ", "VBP") and t.pos_ == "VERB" for t in below)
