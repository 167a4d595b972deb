"""What is installed, what is missing, and the command that fixes it."""

from __future__ import annotations

import importlib.util
import platform
from dataclasses import dataclass
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path

from .config import Config
from .errors import MissingComponent


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at: whether it is there, what it is, and the command that brings it."""

    name: str
    ok: bool
    detail: str
    cure: str = ""
    optional: bool = False


def findings(config: Config) -> list[Finding]:
    """Look at everything reading needs, in the order it is needed."""
    return [
        Finding("python", True, f"{platform.python_version()} on {platform.system()}"),
        _pipeline(config), _reader_model(), _gazetteer(config), _better(),
    ]  # fmt: skip


def _pipeline(config: Config) -> Finding:
    from .annotate import parse

    try:
        nlp = parse.load_pipeline(config.pipeline)
    except MissingComponent as error:
        return Finding("spaCy pipeline", False, str(error), str(error).partition("run: ")[2])
    return Finding("spaCy pipeline", True, f"{config.pipeline} ({parse.version(nlp)}), spaCy {version('spacy')}")


def _reader_model() -> Finding:
    folder = Path(str(files("dateline.data"))) / "models"
    missing = [name for name in ("reader.onnx", "heads.npz", "tokenizer.json") if not (folder / name).exists()]
    if missing:
        return Finding(
            "accurate reader", False, f"{', '.join(missing)} not in {folder}", "pip install --force-reinstall dateline"
        )
    return Finding("accurate reader", True, f"{folder / 'reader.onnx'} with onnxruntime {version('onnxruntime')}")


def _gazetteer(config: Config) -> Finding:
    from .ground.gazetteer import cache_file

    where = config.gazetteer or cache_file()
    if where.exists():
        return Finding("gazetteer", True, f"{where} ({where.stat().st_size // 1_000_000} MB)")
    return Finding("gazetteer", True, f"will be built at {where} on first use (about ten seconds)", optional=True)


def _better() -> Finding:
    larger = [name for name in ("en_core_web_trf", "en_core_web_lg") if importlib.util.find_spec(name)]
    if larger:
        return Finding(
            "larger pipeline",
            True,
            f'{larger[0]} is installed; use it with pipeline = "{larger[0]}" in dateline.toml',
            optional=True,
        )
    return Finding(
        "larger pipeline",
        False,
        "none installed; a larger one parses better and slower",
        "python -m spacy download en_core_web_lg",
        True,
    )
