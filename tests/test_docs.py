"""Every command the documentation names exists, and every page it leads to."""

import re
from pathlib import Path

import pytest
from typer.main import get_command

from dateline.cli import app

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
COMMAND = re.compile(r"^dateline ([a-z-]+)((?: [a-z]+)?)(.*)$", re.M)


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.name)
def test_commands_and_options_exist(page):
    commands = get_command(app).commands
    for name, below, rest in COMMAND.findall(page.read_text("utf-8")):
        command = commands[name]
        if hasattr(command, "commands"):
            command = command.commands[below.strip()]
        known = {option for parameter in command.params for option in parameter.opts}
        assert set(re.findall(r"--[a-z-]+", rest.partition("#")[0])) <= known, f"{page.name}: dateline {name}{below}{rest}"


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.name)
def test_links_lead_somewhere(page):
    for target in re.findall(r"\]\(([^)#]+)\)", page.read_text("utf-8")):
        assert target.startswith("http") or (page.parent / target).exists(), target
