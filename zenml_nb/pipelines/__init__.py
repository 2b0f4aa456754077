"""What a user declares: pipelines, and the checks before a run."""

from zenml_nb.pipelines.base import BasePipeline
from zenml_nb.pipelines.inference import BatchInferencePipeline
from zenml_nb.pipelines.slots import Slot
from zenml_nb.pipelines.training import TrainingPipeline

__all__ = ["BasePipeline", "BatchInferencePipeline", "Slot", "TrainingPipeline"]
