"""Adds the built scripts to a wheel: both extensions go where every JupyterLab and every server looks for them."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

_EXTENSION = "share/jupyter/labextensions/zenml-nb"
#: Every Jupyter server enables the extensions that are named in this folder.
_SERVER = "etc/jupyter/jupyter_server_config.d/zenml_nb.json"


class BuildScripts(BuildHookInterface):  # type: ignore[type-arg]
    """Builds the scripts where they are missing: an sdist has them, a checkout may not."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Called by hatchling before it collects the files."""
        # An editable installation looks into the checkout, where `make build` builds.
        if version == "editable" or self.target_name != "wheel":
            return
        built = Path(self.root, "zenml_nb", "labextension")
        if not (built / "package.json").is_file():
            for command in (["npm", "ci", "--no-audit", "--no-fund"], ["npm", "run", "build"]):
                subprocess.run(command, cwd=Path(self.root, "labextension"), check=True)
        install = Path(self.root, "labextension", "install.json")
        server = Path(self.root, "jupyter-config", "server-config", "zenml_nb.json")
        build_data["shared_data"] = {
            str(built): _EXTENSION,
            str(install): f"{_EXTENSION}/install.json",
            str(server): _SERVER,
        }
