"""Trainers of models that learn from one matrix of numbers: scikit-learn's, PyTorch's, or any other's."""

from __future__ import annotations

import importlib
import importlib.util
import inspect
import os
from collections.abc import Mapping, Sequence
from typing import Any

from zenml_nb.errors import DeclarationError, EnvironmentMissingError, did_you_mean
from zenml_nb.steps.base import mapped
from zenml_nb.steps.trainer import BaseTrainerStep
from zenml_nb.steps.training_data import Arrays, RowsToPredict, TrainerContext

MODEL_FILE = "model.joblib"


class BaseArrayTrainerStep(BaseTrainerStep):
    """Base of trainers whose models are not Keras': ``context.arrays(role)`` gives their data.

    A subclass gives ``run_fn``, ``test_fn``, ``save_fn`` and ``load_fn``. What the model predicts for the splits that
    test and evaluate is kept as an artifact, which an AgnosticEvaluator reads.
    """

    format = "arrays"
    stores_predictions = True
    #: Whether each category has a column of its own, or all of a feature one column with the index.
    one_hot = True

    def input_fn(self, context: TrainerContext, role: str) -> Arrays:
        """All rows of a role (``train_splits`` or ``eval_splits``) as arrays."""
        return context.arrays(role, one_hot=self.one_hot)


class SklearnTrainer(BaseArrayTrainerStep):
    """Trains an estimator of scikit-learn, or another class with its ``fit`` and ``predict``.

    The model is written with joblib. Loading such a file runs what is in it: load only models that you trust.

    Args:
        estimator: the import path of its class, for example ``sklearn.ensemble.RandomForestClassifier``.
        params: the arguments of the class; plain values.
        one_hot: whether each category has a column of its own; else a feature's index is one column, which trees can
            use and linear models take for a quantity.
        split_mapping: which splits are ``train_splits``, ``eval_splits``, ``test_splits``.
        seed: the estimator's ``random_state``, where it has one and ``params`` does not give it.

    Raises:
        DeclarationError: the path is none, or, before a run, there is no such class or parameter.
    """

    def __init__(
        self,
        estimator: str,
        params: Mapping[str, Any] | None = None,
        one_hot: bool = True,
        split_mapping: Mapping[str, list[str]] | None = None,
        seed: int = 0,
    ) -> None:
        super().__init__(split_mapping=split_mapping, seed=seed)
        parts = estimator.split(".") if isinstance(estimator, str) else []
        if len(parts) < 2 or not all(part.isidentifier() for part in parts):
            raise DeclarationError(
                f"estimator is {estimator!r}.",
                advice="Give the import path of a class: estimator='sklearn.ensemble.RandomForestClassifier'.",
            )
        self.estimator = estimator
        self.params = mapped("params", params or {})
        self.one_hot = bool(one_hot)

    def check_declared(self, labels: Sequence[str] | None) -> None:
        if labels is not None and len(labels) != 1:
            raise DeclarationError(
                f"SklearnTrainer learns one label, and the preprocesser names {len(labels)}.",
                where="step trainer",
                advice="Name one label: StandardPreprocesser(labels=['...']).",
            )
        signature = inspect.signature(self._class().__init__).parameters  # type: ignore[misc]
        names = [name for name, p in signature.items() if p.kind in (p.POSITIONAL_OR_KEYWORD, p.KEYWORD_ONLY)][1:]
        takes_any = any(p.kind is p.VAR_KEYWORD for p in signature.values())
        for name in self.params:
            if name not in names and not takes_any:
                raise DeclarationError(
                    f"{self.estimator} has no parameter {name!r}.",
                    where="step trainer",
                    advice=did_you_mean(name, names),
                )

    def _class(self) -> type:
        module_name, _, name = self.estimator.rpartition(".")
        package = module_name.partition(".")[0]
        if importlib.util.find_spec(package) is None:
            extra = "pip install 'zenml-nb[sklearn]'" if package == "sklearn" else f"Install the package of {package}"
            raise EnvironmentMissingError(
                f"{self.estimator} cannot be imported: {package} is not installed.",
                where="step trainer",
                advice=f"{extra}, or correct the path.",
            )
        try:
            module = importlib.import_module(module_name)
        except ImportError as error:
            raise DeclarationError(
                f"The module {module_name} cannot be imported: {error}.",
                where="step trainer",
                advice="Correct the path: for example estimator='sklearn.ensemble.RandomForestClassifier'.",
            ) from error
        found = getattr(module, name, None)
        if not (isinstance(found, type) and callable(getattr(found, "fit", None))):
            classes = [k for k, v in vars(module).items() if isinstance(v, type) and callable(getattr(v, "fit", None))]
            raise DeclarationError(
                f"{module_name} has no estimator {name!r}.", where="step trainer", advice=did_you_mean(name, classes)
            )
        return found

    def model_fn(self, context: TrainerContext) -> Any:
        """The estimator, not fitted yet."""
        made = self._class()
        takes_seed = "random_state" in inspect.signature(made.__init__).parameters  # type: ignore[misc]
        return (
            made(**({"random_state": self.seed} if takes_seed else {}), **self.params)
            if ("random_state" not in self.params)
            else made(**self.params)
        )

    def run_fn(self, context: TrainerContext) -> Any:
        model = self.model_fn(context)
        train, evaluation = self.input_fn(context, "train_splits"), self.input_fn(context, "eval_splits")
        model.fit(train.values, train.labels)
        scores = {"score": model.score(train.values, train.labels)} if hasattr(model, "score") else {}
        if scores:
            scores["val_score"] = model.score(evaluation.values, evaluation.labels)
        context.report_epoch(1, 1, scores)
        return model

    def test_fn(self, model: Any, rows: RowsToPredict) -> Any:
        """Probabilities of classes, by the index of the class, where the estimator has them; else its values."""
        values = rows.arrays(self.one_hot).values
        if not hasattr(model, "predict_proba"):
            return model.predict(values)
        return by_class(model.predict_proba(values), model.classes_)

    def save_fn(self, model: Any, folder: str, context: TrainerContext) -> dict[str, Any]:
        import joblib

        joblib.dump(model, os.path.join(folder, MODEL_FILE))
        version = importlib.import_module(self.estimator.partition(".")[0])
        return {
            "kind": "sklearn",
            "files": {"model": MODEL_FILE},
            "estimator": self.estimator,
            "one_hot": self.one_hot,
            "version": str(getattr(version, "__version__", "")),
        }

    def load_fn(self, folder: str, context: TrainerContext) -> Any:
        import joblib

        return joblib.load(os.path.join(folder, MODEL_FILE))


def by_class(probabilities: Any, classes: Any) -> Any:
    """Probabilities as evaluators want them: that of class 1 for the classes 0 and 1, else one column an index.

    Args:
        probabilities: of shape (rows, classes).
        classes: the label's value of each column; those that are no small whole numbers keep their order.
    """
    import numpy as np

    numbers = np.asarray(classes, dtype=float)
    if len(numbers) == 2 and list(numbers) == [0, 1]:
        return probabilities[:, 1]
    whole = np.all(numbers == np.round(numbers)) and numbers.min() >= 0 and numbers.max() < 1000
    if not whole:
        return probabilities
    placed = np.zeros((len(probabilities), int(numbers.max()) + 1), dtype=np.float32)
    placed[:, numbers.astype(int)] = probabilities
    return placed
