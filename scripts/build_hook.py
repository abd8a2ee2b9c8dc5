"""Bring the front-end packages into a built package: a wheel without them would serve a page without a map."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

VENDOR = Path("dashboard", "hotspots_dashboard", "assets", "vendor")
NEEDED = ("maplibre-gl.mjs", "maplibre-gl.css", "fonts", "swagger-ui", ".set-up")


class FrontEndPackages(BuildHookInterface):
    """Install them by npm where they are not there, and fail where they cannot be had."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Run before a wheel or a source package is built; an editable install takes what is there."""
        root = Path(self.root)
        if version == "editable" or not self._missing(root):
            return
        subprocess.run([root / "scripts" / "frontend_packages.sh"], cwd=root, check=False)
        if missing := self._missing(root):
            raise RuntimeError(
                f"The package would serve pages without a map: {', '.join(missing)} missing in {VENDOR}. "
                "Install Node.js with npm, or run `make setup` first."
            )

    def _missing(self, root: Path) -> list[str]:
        return [name for name in NEEDED if not (root / VENDOR / name).exists()]
