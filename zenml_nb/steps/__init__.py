"""The steps of a pipeline: one base class and one file per family."""

from zenml_nb.steps.array_trainers import BaseArrayTrainerStep, SklearnTrainer
from zenml_nb.steps.base import BaseStep
from zenml_nb.steps.deployer import BaseDeployerStep, LocalDirectoryDeployer
from zenml_nb.steps.evaluator import BaseEvaluatorStep, TFMAEvaluator
from zenml_nb.steps.preprocesser import BasePreprocesserStep, StandardPreprocesser
from zenml_nb.steps.sequencer import BaseSequencerStep
from zenml_nb.steps.split import BaseSplit, RandomSplit
from zenml_nb.steps.torch_trainers import BasePyTorchTrainerStep, PyTorchTrainer
from zenml_nb.steps.trainer import BaseTrainerStep, TFFeedForwardTrainer

__all__ = [
    "BaseArrayTrainerStep",
    "BaseDeployerStep",
    "BaseEvaluatorStep",
    "BasePreprocesserStep",
    "BasePyTorchTrainerStep",
    "BaseSequencerStep",
    "BaseSplit",
    "BaseStep",
    "BaseTrainerStep",
    "LocalDirectoryDeployer",
    "PyTorchTrainer",
    "RandomSplit",
    "SklearnTrainer",
    "StandardPreprocesser",
    "TFFeedForwardTrainer",
    "TFMAEvaluator",
]
