"""The map page: one HTML file with the map, time slider, timeline and evidence, that needs no network."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections import Counter
from importlib.resources import files
from typing import Any

from .. import lexicon
from ..errors import MissingComponent
from ..model.codec import claim_json, encode
from ..model.world import Place
from .view import View, parties

LABELLED = ("city", "town", "village", "neighbourhood", "part", "facility")
NAMING = ("text", "name", "kind")  # of a party or a source
SHELL = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Dateline map</title>
<style>{style}</style>
</head>
<body>
<noscript>This page draws its map with JavaScript; allow it for this file.</noscript>
<script type="application/json" id="record">{record}</script>
<script>{script}</script>
</body>
</html>
"""


def render(view: View) -> str:
    """The record as one self-contained page that opens from a file with no network.

    Raises `MissingComponent` when the page's front end was not built.
    """
    script, style = _inline(_asset("map.js")), _asset("map.css")
    return SHELL.format(policy=_policy(script, style), style=style, record=_embedded(record(view)), script=script)


def record(view: View) -> dict[str, Any]:
    """What the page shows, as plain JSON values: conclusions, the claims they cite and the reports these stand in."""
    cited, names = _cited(view), parties(view)
    return {
        "on": encode(view.on),
        "families": {name: kind["family"] for name, kind in lexicon.read("events.yaml")["types"].items()},
        "reports": {i: _report(view, i) for i in view.documents},
        "claims": {c: _claim(view, c) for c in cited},
        "incidents": encode(view.incidents),
        "control": [with_names(encode(state), names) for state in view.control],
        "proposals": encode(view.proposals),
        "towns": _towns(view),
        "failures": [str(f) for f in view.failures],
    }


def _cited(view: View) -> list[str]:
    """Ids of the claims the conclusions stand on, each once, in order."""
    by_incident = (c for i in view.incidents for c in i.claims)
    by_state = (a.claim for s in view.control for a in s.assertions)
    by_proposal = (s.claim for p in view.proposals for s in p.steps)
    found = dict.fromkeys([*by_incident, *by_state, *by_proposal])
    return [c for c in found if c in view.claims]


def with_names(state: dict[str, Any], parties: dict[str, str]) -> dict[str, Any]:
    """An encoded state of control with its parties named as people know them."""
    ids = {state["holder"], state["claimed_by"], *(a["holder"] for a in state["assertions"])} & parties.keys()
    for item in (state, *state["assertions"]):
        item |= {field: parties.get(item[field], item[field]) for field in ("holder", "claimed_by") if field in item}
    for reason in state["reasons"]:
        for identifier in ids:
            reason["detail"] = reason["detail"].replace(identifier, parties[identifier])
    return state


def _claim(view: View, identifier: str) -> dict[str, Any]:
    """What the page tells of a claim: its words, status, parties and sources by name, and the id of its report."""
    grounded = view.claims[identifier]
    told = claim_json(view.document_of(identifier), grounded)
    named = {slot: [{k: one[k] for k in NAMING if k in one} for one in told[slot]] for slot in ("actor", "target", "source")}
    return {k: told[k] for k in ("id", "type", "status", "trigger", "evidence")} | named | {"report": grounded.claim.document}


def _report(view: View, identifier: str) -> dict[str, Any]:
    """A report's particulars; its text stays out of the page but for the sentences quoted."""
    document = view.documents[identifier]
    return {name: encode(getattr(document, name)) for name in ("title", "outlet", "published", "name", "url", "credit")}


def _towns(view: View) -> list[dict[str, Any]]:
    """Places on the ground the claims name, the most named first."""
    named: Counter[str] = Counter()
    places: dict[str, Place] = {}
    for grounded in view.claims.values():
        for ref in grounded.place:
            if ref.place and ref.place.kind in LABELLED and ref.place.lat is not None:
                places[ref.place.id] = ref.place
                named[ref.place.id] += 1
    return [
        {"name": places[i].name, "lat": places[i].lat, "lon": places[i].lon, "kind": places[i].kind, "mentions": n}
        for i, n in named.most_common()
    ]


def _asset(name: str) -> str:
    """A built file of the front end."""
    found = files("dateline.present").joinpath("assets", name)
    if not found.is_file():
        raise MissingComponent("the map page was not built; run: pip install --editable . (in the source folder)")
    return found.read_text("utf-8")


def _inline(script: str) -> str:
    """A script that cannot close or comment out the element it stands in."""
    return re.sub(r"<(?=/script|!--)", r"\\x3c", script, flags=re.IGNORECASE)


def _embedded(value: Any) -> str:
    """JSON that stays data wherever it stands in a page."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    for sign in "<>&\u2028\u2029":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return text


def _policy(script: str, style: str) -> str:
    """A content policy that runs this page's own script and nothing else, and fetches nothing."""
    return (
        f"default-src 'none'; script-src '{_hash(script)}'; style-src '{_hash(style)}'; worker-src blob: data:; "
        "img-src data: blob:; connect-src blob: data:; base-uri 'none'; form-action 'none'"
    )


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
