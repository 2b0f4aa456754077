"""A read-only view of ML Metadata: stores, runs, executions, artifacts. Imports no TensorFlow."""

from zenml_nb.records.model import Artifact, Execution, Run
from zenml_nb.records.store import Store

__all__ = ["Artifact", "Execution", "Run", "Store"]
