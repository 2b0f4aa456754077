"""The extension as a Jupyter server loads it."""

from __future__ import annotations

from pathlib import Path

from jupyter_core.paths import jupyter_config_dir, jupyter_data_dir
from jupyter_server.extension.application import ExtensionApp
from traitlets import Dict, Float, Int, List, Unicode

from zenml_nb.errors import ZenmlNbError
from zenml_nb.server.jobs import Jobs
from zenml_nb.server.processes import Processes
from zenml_nb.server.routes import ROUTES
from zenml_nb.server.service import Service
from zenml_nb.server.stores import Stores


class RunBrowser(ExtensionApp):
    """Runs of pipelines, read from metadata stores for JupyterLab's sidebar."""

    name = "zenml_nb"
    load_other_extensions = True

    stores = List(
        Dict(),
        help="""Metadata stores beside the repository's, each {"name", "connection", "roots"}: connection as in
        .zenml_nb/config.yaml, roots the folders that artifacts are shown from. Passwords by password_env alone.""",
    ).tag(config=True)
    roots = List(Unicode(), help="Further folders that artifacts of every store may be shown from.").tag(config=True)
    time_limit = Float(120.0, min=0.1, help="Seconds that reading a store or an artifact may take.").tag(config=True)
    large_artifact = Int(
        20_000_000, min=0, help="From so many bytes on, an artifact is read by a process of its own."
    ).tag(config=True)
    largest_artifact = Int(200_000_000, min=1, help="Bytes; larger artifacts are not shown.").tag(config=True)

    service: Service | None = None

    def initialize_handlers(self) -> None:
        """Add the routes; the server does it once."""
        folder = Path(getattr(self.serverapp, "root_dir", "") or ".").resolve()
        limits = {"large": self.large_artifact, "largest": self.largest_artifact}
        self.service = Service(
            folder,
            self._known_stores(folder),
            Processes(self.time_limit, limits),
            Jobs(Path(jupyter_data_dir(), "zenml_nb", "documents"), self.time_limit, self.log),
            self.log,
        )
        self.handlers.extend((f"/{path}", route, {"service": self.service}) for path, route in ROUTES)

    async def stop_extension(self) -> None:
        """End all processes with the server."""
        if self.service is not None:
            await self.service.end()

    def _known_stores(self, folder: Path) -> Stores:
        file = Path(jupyter_config_dir(), "zenml_nb", "stores.json")
        try:
            return Stores(folder, self.stores, self.roots, file)
        except ZenmlNbError as error:
            # A mistake in the settings must not cost the sidebar; the log says what it is.
            self.log.error("zenml_nb: the settings of RunBrowser are left out. %s", error)
            return Stores(folder, (), (), file)
