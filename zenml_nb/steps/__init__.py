"""The steps of a pipeline: one base class and one file per family."""

from zenml_nb.steps.array_trainers import BaseArrayTrainerStep, SklearnTrainer
from zenml_nb.steps.base import BaseStep
from zenml_nb.steps.deployer import BaseDeployerStep, LocalDirectoryDeployer
from zenml_nb.steps.evaluator import AgnosticEvaluator, BaseEvaluatorStep, TFMAEvaluator
from zenml_nb.steps.inference import InferenceStep
from zenml_nb.steps.preprocesser import BasePreprocesserStep, StandardPreprocesser
from zenml_nb.steps.sequencer import BaseSequencerStep
from zenml_nb.steps.sequencer_standard import StandardSequencer
from zenml_nb.steps.serving import TFServingDeployer
from zenml_nb.steps.split import BaseSplit, NoSplit, RandomSplit
from zenml_nb.steps.split_categorical import CategoricalDomainSplit, CategoricalRatioSplit
from zenml_nb.steps.split_time import TimeSplit
from zenml_nb.steps.torch_trainers import BasePyTorchTrainerStep, PyTorchTrainer
from zenml_nb.steps.trainer import BaseTrainerStep, TFFeedForwardTrainer

__all__ = [
    "AgnosticEvaluator",
    "BaseArrayTrainerStep",
    "BaseDeployerStep",
    "BaseEvaluatorStep",
    "BasePreprocesserStep",
    "BasePyTorchTrainerStep",
    "BaseSequencerStep",
    "BaseSplit",
    "BaseStep",
    "BaseTrainerStep",
    "CategoricalDomainSplit",
    "CategoricalRatioSplit",
    "InferenceStep",
    "LocalDirectoryDeployer",
    "NoSplit",
    "PyTorchTrainer",
    "RandomSplit",
    "SklearnTrainer",
    "StandardPreprocesser",
    "StandardSequencer",
    "TFFeedForwardTrainer",
    "TFMAEvaluator",
    "TFServingDeployer",
    "TimeSplit",
]
