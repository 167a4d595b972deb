"""What the accurate reader finds in sentences of our own: a table of text and expectation, and a pinned floor under the whole."""

from __future__ import annotations

import pytest

# text, type, then what must be among the texts of each slot ("" for nothing expected), and the status
CASES = [
    ("Rebels captured the town of Idlib on Thursday, the army said.", "capture", "Rebels", "Idlib", "army", "happened"),
    ("Government warplanes bombed a market in Maaret al-Numan, killing 12 people.", "airstrike", "warplanes", "Maaret al-Numan", "", "happened"),
    ("Heavy clashes are under way between the army and the RSF in Khartoum, residents said.", "clash", "army", "Khartoum", "residents", "ongoing"),
    ("The United Nations called for an immediate ceasefire in Yemen.", "request", "United Nations", "Yemen", "", "happened"),
    ("Al-Shabaab fighters have withdrawn from Kismayo, a Kenyan officer said.", "withdraw", "Al-Shabaab fighters", "Kismayo", "officer", "happened"),
    ("More than 40,000 people have fled Goma since Sunday, according to the UN.", "displace", "", "Goma", "UN", "happened"),
    ("A roadside bomb killed three policemen near Jalalabad on Friday.", "bombing", "", "Jalalabad", "", "happened"),
    ("Gunmen kidnapped two aid workers in Maiduguri.", "abduct", "Gunmen", "Maiduguri", "", "happened"),
    ("The junta rejected talks with the resistance.", "reject", "junta", "", "", "happened"),
    ("Russia accused Ukraine of shelling a hospital in Donetsk.", "accuse", "Russia", "Donetsk", "", "happened"),
    ("Police arrested 30 protesters in Tbilisi.", "arrest", "Police", "Tbilisi", "", "happened"),
    ("The two sides agreed to a three-day truce in Aleppo.", "agree", "sides", "Aleppo", "", "happened"),
    ("The army is preparing an offensive to retake Mosul.", "offensive", "army", "Mosul", "", "planned"),
    ("Ethiopia has deployed thousands of troops to the Somali border.", "mobilise", "Ethiopia", "border", "", "happened"),
    ("Separatists shelled Avdiivka overnight, wounding five civilians, officials said.", "shelling", "Separatists", "Avdiivka", "officials", "happened"),
    ("Kurdish forces control most of Hasakah province.", "hold", "Kurdish forces", "Hasakah", "", "ongoing"),
    ("Insurgents besieged the garrison at Tuz for a month.", "siege", "Insurgents", "Tuz", "", "happened"),
    ("Thousands of demonstrators marched in Baghdad against the government.", "protest", "demonstrators", "Baghdad", "", "happened"),
]  # fmt: skip
FLOORS = {"type": 0.95, "actor": 0.85, "place": 0.9, "source": 0.9, "status": 0.9}  # pinned under what was measured


def right(claim, kind, actor, place, source, status):
    """Which parts of the best claim are as expected; slots with nothing expected are not judged."""
    said = {slot: [x.text for x in getattr(claim, slot)] for slot in ("actor", "place", "source")}
    judged = {
        slot: any(want in text for text in said[slot])
        for slot, want in (("actor", actor), ("place", place), ("source", source))
        if want
    }
    return {"type": claim.claim.type == kind, "status": claim.claim.status == status, **judged}


@pytest.fixture(scope="module")
def marks(report_reader):
    from datetime import date

    from dateline.model.said import Document

    documents = [
        Document(id=f"doc_{i}", name=str(i), text=case[0], published=date(2023, 5, 6)) for i, case in enumerate(CASES)
    ]
    out = {part: [] for part in FLOORS}
    for (_, claims), (_, kind, *expected) in zip(report_reader.read(documents), CASES, strict=True):
        best = max(
            (right(c, kind, *expected) for c in claims),
            key=lambda m: (m["type"], sum(m.values())),
            default={"type": False},
        )
        for part, ok in best.items():
            out[part].append(ok)
    return out


@pytest.mark.parametrize("part", FLOORS)
def test_accuracy_stays_above_its_floor(marks, part):
    share = sum(marks[part]) / len(marks[part])
    assert share >= FLOORS[part], f"{part}: {share:.2f}"


def test_a_share_keeps_its_denominator(report_reader):
    from dateline.model.said import Document

    text = "Troops have captured about 85 percent of the territory rebels held in the east of the city."
    ((_, claims),) = report_reader.read([Document(id="doc_x", name="x", text=text)])
    share = next(n for c in claims if c.claim.type == "capture" for n in c.claim.numbers)
    assert (share.low, share.unit, share.of, share.approximate) == (85, "percent", "territory", True)
    assert share.share_of.startswith("the territory rebels held")


def test_several_places_are_one_claim(report_reader):
    from dateline.model.said import Document

    text = "There were heavy clashes in Bustan al-Qasr, Sukkari and Kallaseh, a monitoring group said."
    ((_, claims),) = report_reader.read([Document(id="doc_y", name="y", text=text)])
    clash = [c for c in claims if c.claim.type == "clash"]
    assert len(clash) == 1 and [p.text for p in clash[0].place] == ["Bustan al-Qasr", "Sukkari", "Kallaseh"]
    assert all(p.place and p.place.id.startswith("aleppo/") for p in clash[0].place)
