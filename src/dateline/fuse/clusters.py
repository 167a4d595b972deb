"""Clusters: the accounts of one happening, settled so that neither the order of reports nor a chain of likenesses matters.

A group is settled inside its bundle (accounts linked directly or through others), so that a new report disturbs only
the bundles it touches.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass
from heapq import heapify, heappop, heappush
from typing import Any

from .accounts import Account, is_exact, leading, policy, together
from .blocks import around, home
from .match import agreement, compare

Links = dict[str, dict[str, int]]  # agreement in thousandths: whole numbers add up to the same in any order


@dataclass(frozen=True, slots=True)
class Bundle:
    """Accounts linked with one another, and the happenings they were settled into."""

    id: str
    groups: tuple[tuple[Account, ...], ...]


def within_reports(accounts: Iterable[Account]) -> list[Account]:
    """The claims of each report that tell of one happening, as one account each."""
    reports: dict[str, list[Account]] = defaultdict(list)
    for a in accounts:
        reports[a.document].append(a)
    return [
        together(group)
        for document in sorted(reports)
        for bundle in bundles(reports[document], _linked(_pairs_within(reports[document])), join="within")
        for group in bundle.groups
    ]


def _pairs_within(accounts: Sequence[Account]) -> Iterator[tuple[Account, Account]]:
    return ((a, b) for i, a in enumerate(accounts) for b in accounts[i + 1 :])


def links(accounts: Sequence[Account], *, only: Container[str] | None = None) -> Links:
    """Agreement between accounts of different reports that share a block and agree well enough.

    With `only`, links of the accounts of these reports alone.
    """
    blocks: dict[str, list[Account]] = defaultdict(list)
    for a in accounts:
        for key in home(a):
            blocks[key].append(a)
    if only is None:
        return _linked((a, b) for a in accounts for b in _neighbours(a, blocks) if b.id < a.id)
    return _linked((a, b) for a in accounts if a.document in only for b in _neighbours(a, blocks))


def _neighbours(a: Account, blocks: dict[str, list[Account]]) -> Iterable[Account]:
    found = {b.id: b for key in around(a) for b in blocks.get(key, ())}
    return (b for b in found.values() if b.document != a.document)


def _linked(pairs: Iterable[tuple[Account, Account]]) -> Links:
    found: Links = defaultdict(dict)
    weak = _threshold("weak")
    for a, b in pairs:
        score = round(1000 * agreement(compare(a, b)))
        if score >= weak:
            found[a.id][b.id] = found[b.id][a.id] = score
    return found


def _threshold(name: str) -> int:
    """A threshold of the policy in thousandths."""
    return round(1000 * policy()["join"][name])


def bundles(accounts: Iterable[Account], linked: Links, *, join: str = "across") -> list[Bundle]:
    """Accounts that links of at least the threshold `join` connect, settled into happenings; in order of id."""
    by_id = {a.id: a for a in accounts}
    enough = _threshold(join)
    seen: set[str] = set()
    found: list[Bundle] = []
    for start in sorted(by_id):
        if start not in seen:
            reached = _reached(start, linked, enough)
            seen |= reached
            found.append(Bundle(start, _settled([by_id[i] for i in reached], linked, enough)))
    return found


def touched(linked: Links) -> set[str]:
    """The accounts whose bundle a link reaches."""
    enough = _threshold("across")
    return {a for a, near in linked.items() if max(near.values()) >= enough}


def _reached(start: str, linked: Links, enough: int) -> set[str]:
    reached, waiting = {start}, [start]
    while waiting:
        near = linked.get(waiting.pop(), {})
        new = {i for i, score in near.items() if score >= enough} - reached
        reached |= new
        waiting.extend(new)
    return reached


def _settled(accounts: Sequence[Account], linked: Links, enough: int) -> tuple[tuple[Account, ...], ...]:
    """Groups joined two by two, the best agreed first, from the agreement `enough` of two accounts on.

    Groups join when they agree by the policy's `group` on average, where accounts of two reports without any link count
    as 0: no chain of likenesses joins two ends that disagree.
    """
    groups = {a.id: [a] for a in accounts}
    sums = {i: {j: score for j, score in linked.get(i, {}).items() if j in groups} for i in groups}
    waiting = [
        (-float(score), i, j) for i, near in sums.items() for j, score in near.items() if i < j and score >= enough
    ]
    average = min(enough, _threshold("group"))
    heapify(waiting)
    while waiting:
        score, i, j = heappop(waiting)
        if i in groups and j in groups and score == -_mean(i, j, groups, sums):
            _join(i, j, groups, sums)
            for k in sums[i]:
                if (mean := _mean(i, k, groups, sums)) >= average:
                    heappush(waiting, (-mean, *sorted((i, k))))  # type: ignore[misc]
    return tuple(tuple(sorted(g, key=_clarity)) for _, g in sorted(groups.items()))


def _join(i: str, j: str, groups: dict[str, list[Account]], sums: Links) -> None:
    """Put group `j` into `i`, with its links to others."""
    groups[i] += groups.pop(j)
    for k, score in sums.pop(j).items():
        del sums[k][j]
        if k != i:
            sums[i][k] = sums[k][i] = sums[i].get(k, 0) + score


def _mean(i: str, j: str, groups: dict[str, list[Account]], sums: Links) -> float:
    """Agreement of two groups over their pairs of accounts in different reports; those of one were compared before."""
    reports = Counter(a.document for a in groups[i])
    everyone = len(groups[i]) * len(groups[j])
    apart = everyone - sum(reports[b.document] for b in groups[j])
    return sums[i].get(j, 0) / (apart or everyone)


def _clarity(a: Account) -> tuple[Any, ...]:
    """The clearest account first: placed and dated, narrowest place, what happened before its consequences."""
    narrowest = min((p.radius_km or 0 for p in a.places), default=1e6)
    return (
        not a.places,
        not is_exact(a),
        not a.dated,
        not leading(a.types) - set(policy()["followers"]),
        narrowest,
        -len(a.claims),
        a.id,
    )
