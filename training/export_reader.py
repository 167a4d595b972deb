"""Writes the trained weights as the files that ship: reader.onnx (int8), heads.npz (float16) and tokenizer.json.

    python training/export_reader.py RUN_DIR [--out src/dateline/data/models]
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
from pathlib import Path

import numpy as np
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic

from dateline.extract import windows as W
from train_reader import Encoder, Heads, base_model


def export(run: Path, out: Path) -> None:
    """Export `run`/reader.pt into `out`."""
    labels = W.labels()
    encoder = Encoder(len(labels["features"]), len(labels["types"]), base_model())
    heads = Heads(encoder.hidden, W.pair_width(), *(len(labels[k]) for k in ("types", "statuses", "topics", "counted")))
    torch.nn.ModuleList([encoder, heads]).load_state_dict(torch.load(run / "reader.pt"))
    encoder.eval()
    out.mkdir(parents=True, exist_ok=True)
    sample = (torch.ones(2, 9, dtype=torch.long), torch.ones(2, 9, dtype=torch.long), torch.zeros(2, 9, len(labels["features"])), torch.ones(2, 5, dtype=torch.long))
    names = ["pieces", "mask", "features", "first"]
    axes = {n: {0: "batch", 1: "words" if n == "first" else "pieces"} for n in names} | {n: {0: "batch", 1: "words"} for n in ("vectors", "types")}
    with tempfile.TemporaryDirectory() as folder:
        plain = Path(folder) / "plain.onnx"
        torch.onnx.export(encoder, sample, str(plain), input_names=names, output_names=["vectors", "types"], dynamic_axes=axes, opset_version=17, dynamo=False)
        quantize_dynamic(plain, out / "reader.onnx", weight_type=QuantType.QInt8, per_channel=True, reduce_range=True)
    np.savez_compressed(out / "heads.npz", **{k: v.numpy().astype(np.float16) for k, v in heads.state_dict().items()})
    shutil.copy(base_model() / "tokenizer.json", out / "tokenizer.json")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("run", type=Path)
    parser.add_argument("--out", type=Path, default=Path("src/dateline/data/models"))
    arguments = parser.parse_args()
    export(arguments.run, arguments.out)
