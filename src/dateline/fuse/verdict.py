"""The verdict on one place for one day: from that day's assertions, the verdict before it, and what came after."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from ..model.concluded import Assertion, Reason
from .assertions import policy

WHOLE = ("whole", "all")
GAINS = ("takes", "holds")
REASONS = {
    "fighting": "no fighting reported since",
    "denial": "nobody renewed the denial of what others say",
    "claim": "the claim was neither renewed nor confirmed",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What is concluded of a place for a day; the fields are those of `ControlState`.

    `settled` is the side that others than itself last named as holding all of it. `open_for` says what keeps a contested
    place so, last on the day `fed`: fighting, a denial of what others say, a claim that nobody else confirms.
    """

    state: str = "unknown"
    holder: str = ""
    claimed_by: str = ""
    disputed_by: tuple[str, ...] = ()
    share: tuple[float | None, float | None] | None = None
    share_of: str = ""
    settled: str = ""
    open_for: str = ""  # fighting | denial | claim | ""
    fed: date | None = None  # the last day that kept it open
    reasons: tuple[Reason, ...] = ()

    @property
    def side(self) -> str:
        """The side that holds it as far as anyone says."""
        return self.holder or (self.claimed_by if self.state == "claimed" else "")


def allied(one: str, other: str) -> bool:
    """Whether two sides speak for one another's gains."""
    return one == other or any(one in camp and other in camp for camp in policy()["camps"])


def is_own(assertion: Assertion, side: str) -> bool:
    """Whether the claimant belongs to `side` or its allies."""
    return bool(assertion.claimant_side) and allied(assertion.claimant_side, side)


def settles(assertion: Assertion, side: str) -> bool:
    """Whether the claimant's word about `side` counts by itself: outside voices', or a party's against its interest."""
    if assertion.score < policy()["least_score"] or is_own(assertion, side):
        return False
    if assertion.claimant_kind in policy()["parties"]:
        return bool(assertion.claimant_side)
    return assertion.claimant_kind in policy()["settling"]


def lapse(verdict: Verdict, until: date) -> tuple[date, Verdict] | None:
    """The day before `until` on which fighting, a denial or a claim lapses, and what stands then; None if none does."""
    if not verdict.settled or not verdict.open_for or not verdict.fed:
        return None
    day = verdict.fed + timedelta(days=policy()["disputing_days"] + 1)
    return (day, _held(verdict.settled, _reason("lapse", REASONS[verdict.open_for]))) if day < until else None


def judge(said: Sequence[Assertion], before: Verdict, later: Sequence[Assertion], today: date) -> Verdict:
    """The verdict for the day of `said`; `later` are the assertions of later days, `today` the last day known."""
    found = _found(said, before, later, today)
    return replace(found, fed=said[0].day) if found.open_for and found is not before else found


def _found(said: Sequence[Assertion], before: Verdict, later: Sequence[Assertion], today: date) -> Verdict:
    named = _standing(said, before)
    sides = _sides(named)
    if not sides:
        return _unclaimed(said, before)
    if len(sides) > 1:
        return _rivals(said, named, sides, before)
    return _single(sides[0], said, named, before, later, today)


def _reason(feature: str, detail: str, left: str = "", right: str = "", score: float = 1.0) -> Reason:
    return Reason(feature=feature, score=score, detail=detail, left=left, right=right)


def _who(assertions: Iterable[Assertion]) -> tuple[str, ...]:
    return tuple(sorted({a.claimant or "the report" for a in assertions}))


def _list(names: Iterable[str]) -> str:
    return ", ".join(names)


def _standing(said: Sequence[Assertion], before: Verdict) -> list[Assertion]:
    """The day's takings and holdings of the whole place, without those that others of the day came after."""
    named = [a for a in said if a.effect in GAINS and a.extent in WHOLE and _reaches(a, before)]
    passed_on = [a for a in named if not any(_took_from(b, a) for b in named)]
    kept = passed_on or named
    taken = [a for a in kept if a.effect == "takes"]
    return [a for a in kept if not (a.effect == "holds" and _was_before(a, taken))]


def _reaches(assertion: Assertion, before: Verdict) -> bool:
    """Whether what was said of a wider area touches this place: a third side's place is not among those it lost."""
    held_by_others = before.side and assertion.against and not allied(before.side, assertion.against)
    return not (assertion.about and held_by_others)


def _took_from(later: Assertion, earlier: Assertion) -> bool:
    return later.effect == "takes" and later.against == earlier.holder != later.holder


def _was_before(hold: Assertion, taken: Sequence[Assertion]) -> bool:
    """Whether a holding can have ended in a taking the same day: an outside voice's can, the side's own contradicts."""
    if is_own(hold, hold.holder) or hold.claimant_kind in policy()["disputing"]:
        return False
    return any(not allied(a.holder, hold.holder) for a in taken)


def _sides(named: Sequence[Assertion]) -> list[str]:
    """The sides named as holders, most often named first; allies count as one."""
    sides: list[str] = []
    for side, _ in sorted(Counter(a.holder for a in named).items(), key=lambda c: (-c[1], c[0])):
        if not any(allied(side, other) for other in sides):
            sides.append(side)
    return sides


def _for(side: str, assertions: Iterable[Assertion]) -> list[Assertion]:
    return [a for a in assertions if allied(a.holder, side)]


def _is_settled(side: str, named: Sequence[Assertion], said: Sequence[Assertion]) -> bool:
    """Whether others than the side itself say that it holds the place.

    While a monitor says less, it takes another monitor, or a party that speaks against its own interest.
    """
    support = [a for a in _for(side, named) if settles(a, side)]
    monitors, parties = policy()["disputing"], policy()["parties"]
    doubts = [a for a in said if a.claimant_kind in monitors and _says_less(a, side)]
    return bool(support) and (not doubts or any(a.claimant_kind in (*monitors, *parties) for a in support))


def _says_less(assertion: Assertion, side: str) -> bool:
    """Whether an outside voice says that `side` holds only part, or that the place is still fought over."""
    partial = assertion.effect in GAINS and assertion.extent not in WHOLE
    return settles(assertion, side) and (partial or assertion.effect == "contests")


def _denies(assertion: Assertion, side: str) -> bool:
    """Whether it denies that `side` took the place; a party that denies its own taking denies a loss."""
    if assertion.effect != "denies" or is_own(assertion, side):
        return False
    about = assertion.holder
    return not about or allied(about, side) or is_own(assertion, about)


def _disputes(side: str, said: Sequence[Assertion], settled: bool) -> list[Assertion]:
    return [a for a in said if _denies(a, side) or (not settled and _says_less(a, side))]


def _single(
    side: str, said: Sequence[Assertion], named: Sequence[Assertion], before: Verdict, later: Sequence[Assertion],
    today: date,
) -> Verdict:  # fmt: skip
    """The verdict when the day names one side."""
    support, settled = _for(side, named), _is_settled(side, named, said)
    against = _disputes(side, said, settled)
    if against:
        return _disputed(side, support, against, settled, before)
    if settled:
        return _held(
            side, _reason("assertions", f"{side} named as holder by {_list(_who(support))}", side), *_reach(support)
        )
    if _is_known(side, before, said[0].day):
        return before
    if before.settled and allied(before.settled, side):
        return _held(side, _reason("renewed", f"{side} says so again, and nobody denies it", side))
    if before.settled and not any(a.effect == "takes" for a in support):
        why = f"{side} itself says that it holds what others last placed with {before.settled}"
        return _reopened(before, "claim", _reason("dispute", why, side, before.settled))
    return _claimed(side, support, before, later, today)


def _is_known(side: str, before: Verdict, day: date) -> bool:
    """Whether a side's own word adds nothing: it is held to be so, or still contested for the days of the policy."""
    if not before.side or not allied(before.side, side):
        return False
    open_until = (before.fed or date.min) + timedelta(days=policy()["disputing_days"])
    return before.state == "held" or (before.state == "contested" and day <= open_until)


def _held(side: str, *reasons: Reason) -> Verdict:
    return Verdict(state="held", holder=side, settled=side, reasons=reasons)


def _reach(support: Sequence[Assertion]) -> tuple[Reason, ...]:
    """Says that the place was not named but lies in an area that was."""
    areas = sorted({a.about for a in support if a.about})
    if not areas or any(not a.about for a in support):
        return ()
    return (_reason("wider area", f"said of all of {_list(areas)}, in which it lies", _list(areas), score=0.5),)


def _disputed(
    side: str, support: Sequence[Assertion], against: Sequence[Assertion], settled: bool, before: Verdict
) -> Verdict:
    why = f"{_list(_who(support))} named {side} as holder, contradicted by {_list(_who(against))}"
    holder = side if settled else before.settled
    return Verdict(
        state="contested", holder=holder, settled=side if settled else before.settled, disputed_by=_who(against),
        open_for="denial" if settled else "claim", claimed_by="" if settled else side,
        reasons=(_reason("dispute", why, side, _list(_who(against)), -1.0),),
    )  # fmt: skip


def _reopened(before: Verdict, open_for: str, why: Reason, **more: Any) -> Verdict:
    """A place contested, and still with whom it was last settled on."""
    return Verdict(
        state="contested", holder=before.settled, settled=before.settled, open_for=open_for, reasons=(why,), **more
    )


def _claimed(
    side: str, support: Sequence[Assertion], before: Verdict, later: Sequence[Assertion], today: date
) -> Verdict:
    """A side's own word, or a weak one: a claim until nobody has contradicted it for some days."""
    own = all(is_own(a, side) for a in support)
    whose = f"only {side} itself says so" if own else f"only {_list(_who(support))} said so, which does not settle it"
    days = policy()["undisputed_days"]
    if _is_quiet(side, support, later, today):
        return _held(
            side, _reason("undisputed", f"{whose}; nobody contradicted it within {days} days", side, score=0.5)
        )
    return Verdict(
        state="claimed",
        claimed_by=side,
        settled=before.settled,
        open_for="claim",
        reasons=(_reason("claim", whose, side, score=0.3),),
    )


def _is_quiet(side: str, support: Sequence[Assertion], later: Sequence[Assertion], today: date) -> bool:
    """Whether the policy's days have passed since and nobody contradicted; a claim passed on as contested never is."""
    end = support[0].day + timedelta(days=policy()["undisputed_days"])
    if today < end or all(a.doubted for a in support):
        return False
    return not any(a.day <= end and _contradicts(a, side) for a in later)


def _contradicts(assertion: Assertion, side: str) -> bool:
    if assertion.effect in GAINS and not allied(assertion.holder, side):
        return True
    lost = assertion.effect == "loses" and allied(assertion.holder, side)
    return lost or _denies(assertion, side) or _says_less(assertion, side)


def _rivals(said: Sequence[Assertion], named: Sequence[Assertion], sides: Sequence[str], before: Verdict) -> Verdict:
    """The verdict when the day names several sides that are no allies."""
    settled = [s for s in sides if _is_settled(s, named, said)]
    best = settled[0] if len(settled) == 1 else ""
    kept = best or ("" if settled else before.settled)
    others = [a for a in named if not best or not allied(a.holder, best)] + [
        a for a in said if best and _denies(a, best)
    ]
    told = "; ".join(f"{s} by {_list(_who(_for(s, named)))}" for s in sorted(sides))
    return Verdict(
        state="contested", holder=kept, settled=kept, disputed_by=_who(others), open_for="denial" if best else "claim",
        reasons=(_reason("dispute", f"named as holder: {told}", sides[0], sides[1], -1.0),),
    )  # fmt: skip


def _unclaimed(said: Sequence[Assertion], before: Verdict) -> Verdict:
    """The verdict when the day names nobody as holding all of the place."""
    for verdict in (_left, _partly, _denied, _fought):
        found = verdict(said, before)
        if found:
            return found
    if before.reasons:
        return before
    who = sorted({a.holder for a in said if a.effect == "besieges" and a.holder})
    return Verdict(reasons=(_reason("unknown", f"besieged by {_list(who)}" if who else "nobody says who holds it"),))


def _left(said: Sequence[Assertion], before: Verdict) -> Verdict | None:
    """Somebody left: it is nobody's yet, unless another side held it anyway."""
    left = [
        a
        for a in said
        if a.effect == "loses" and (not before.side or allied(before.side, a.holder)) and _reaches(a, before)
    ]
    if not left:
        return None
    loser = min(a.holder for a in left)
    if all(a.extent not in WHOLE for a in left):
        why = f"{loser} said by {_list(_who(left))} to have left part of it"
        return _reopened(before, "fighting", _reason("left", why, loser))
    return Verdict(
        reasons=(_reason("left", f"{loser} said by {_list(_who(left))} to have left; nobody says who came", loser),)
    )


def _partly(said: Sequence[Assertion], before: Verdict) -> Verdict | None:
    """Somebody holds part: settled when others say so, else contested by a claim."""
    partial = [a for a in said if a.effect in GAINS and a.extent not in WHOLE]
    if not partial:
        return None
    settled = [a for a in partial if settles(a, a.holder)]
    best = max(settled or partial, key=lambda a: (_low(a), a.extent == "most", a.holder, a.claim))
    side, how_much = best.holder, _how_much(best)
    if not settled and allied(before.settled, side) and before.settled:
        return replace(before, share=before.share or best.share, share_of=before.share_of or best.share_of)
    if settled:
        why = _reason("share", f"{side} holds {how_much} by the word of {_list(_who(_for(side, settled)))}", side)
        return Verdict(state="partly", holder=side, share=best.share, share_of=best.share_of, reasons=(why,))
    why = _reason("claim", f"only {side} itself says that it holds {how_much}", side, score=0.3)
    if before.state == "partly" and allied(before.holder, side):
        return replace(before, reasons=(*before.reasons, why))
    return _reopened(before, "claim", why, claimed_by=side, share=best.share, share_of=best.share_of)


def _low(assertion: Assertion) -> float:
    return (assertion.share[0] or assertion.share[1] or 0.0) if assertion.share else 0.0


def _how_much(assertion: Assertion) -> str:
    """How much of a place an assertion speaks of, in words."""
    if not assertion.share:
        return "most of it" if assertion.extent == "most" else "part of it"
    low, high = assertion.share
    said = (
        f"{low:g}" if low == high and low is not None else f"at least {low:g}" if low is not None else f"up to {high:g}"
    )
    return f"{said} percent of {assertion.share_of or 'it'}"


def _denied(said: Sequence[Assertion], before: Verdict) -> Verdict | None:
    """A denial of what was held to be true; a denial of nothing changes nothing."""
    against = [a for a in said if before.side and _denies(a, before.side)]
    if not against:
        return None
    why = f"{_list(_who(against))} denied that {before.side} holds it"
    return replace(
        before, state="contested", holder=before.settled, disputed_by=_who(against),
        open_for="denial" if allied(before.settled, before.side) else "claim",
        reasons=(_reason("dispute", why, before.side, _list(_who(against)), -1.0),),
    )  # fmt: skip


def _fought(said: Sequence[Assertion], before: Verdict) -> Verdict | None:
    """Fighting makes a place contested, unless it is held in parts or the side said to hold it is the one that advances."""
    fights = [a for a in said if a.effect == "contests" and not _is_at_home(a, before)]
    if not fights or before.state == "partly":
        return None
    why = f"fighting or advance reported by {_list(_who(fights))}; no takeover"
    return _reopened(before, "fighting", _reason("fighting", why), claimed_by=before.claimed_by)


def _is_at_home(assertion: Assertion, before: Verdict) -> bool:
    return before.state in ("held", "claimed") and bool(assertion.holder) and allied(assertion.holder, before.side)
