"""The command ``zenml-nb``: projects, pipelines and runs in a terminal. Only ``run`` imports TensorFlow."""

from zenml_nb.cli.app import main

__all__ = ["main"]
