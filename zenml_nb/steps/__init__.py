"""The steps of a pipeline: one base class and one file per family."""

from zenml_nb.steps.base import BaseStep
from zenml_nb.steps.deployer import BaseDeployerStep, LocalDirectoryDeployer
from zenml_nb.steps.evaluator import AgnosticEvaluator, BaseEvaluatorStep, TFMAEvaluator
from zenml_nb.steps.preprocesser import BasePreprocesserStep, StandardPreprocesser
from zenml_nb.steps.sequencer import BaseSequencerStep
from zenml_nb.steps.serving import TFServingDeployer
from zenml_nb.steps.split import BaseSplit, RandomSplit
from zenml_nb.steps.trainer import BaseTrainerStep, TFFeedForwardTrainer

__all__ = [
    "AgnosticEvaluator",
    "BaseDeployerStep",
    "BaseEvaluatorStep",
    "BasePreprocesserStep",
    "BaseSequencerStep",
    "BaseSplit",
    "BaseStep",
    "BaseTrainerStep",
    "LocalDirectoryDeployer",
    "RandomSplit",
    "StandardPreprocesser",
    "TFFeedForwardTrainer",
    "TFMAEvaluator",
    "TFServingDeployer",
]
