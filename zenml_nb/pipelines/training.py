"""The training pipeline: split, sequence, preprocess, train, evaluate, deploy."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from zenml_nb.errors import NotAvailableError, did_you_mean
from zenml_nb.pipelines import components as ids
from zenml_nb.pipelines.base import BasePipeline
from zenml_nb.pipelines.slots import Slot
from zenml_nb.steps import (
    BaseDeployerStep,
    BaseEvaluatorStep,
    BasePreprocesserStep,
    BaseSequencerStep,
    BaseSplit,
    BaseTrainerStep,
)

if TYPE_CHECKING:
    import pandas

    from zenml_nb.datasources import BaseDatasource
    from zenml_nb.records import Artifact, Run
    from zenml_nb.views.page import Page
    from zenml_nb.views.view import View


class TrainingPipeline(BasePipeline):
    """A training experiment, from the data to the deployed model.

    Its components: data, statistics, schema -> split, statistics, schema, validation -> [sequencer, statistics, schema]
    -> transform -> trainer -> [evaluator] -> [deployer].
    """

    slots = (
        Slot("split", "add_split", BaseSplit, mandatory=True),
        Slot("sequencer", "add_sequencer", BaseSequencerStep, mandatory=False),
        Slot("preprocesser", "add_preprocesser", BasePreprocesserStep, mandatory=True),
        Slot("trainer", "add_trainer", BaseTrainerStep, mandatory=True),
        Slot("evaluator", "add_evaluator", BaseEvaluatorStep, mandatory=False),
        Slot("deployer", "add_deployment", BaseDeployerStep, mandatory=False),
    )

    # Step functions.

    def add_split(self, split_step: BaseSplit) -> None:
        """Set how the data is divided into splits."""
        self.add_step("split", split_step)

    def add_sequencer(self, sequencer_step: BaseSequencerStep) -> None:
        """Set how time series become sequences."""
        self.add_step("sequencer", sequencer_step)

    def add_preprocesser(self, preprocessor_step: BasePreprocesserStep) -> None:
        """Set how columns are transformed."""
        self.add_step("preprocesser", preprocessor_step)

    def add_trainer(self, trainer_step: BaseTrainerStep) -> None:
        """Set which model is trained, and how."""
        self.add_step("trainer", trainer_step)

    def add_evaluator(self, evaluator_step: BaseEvaluatorStep) -> None:
        """Set which metrics are computed, over which slices."""
        self.add_step("evaluator", evaluator_step)

    def add_deployment(self, deployment_step: BaseDeployerStep) -> None:
        """Set where the model is deployed to."""
        self.add_step("deployer", deployment_step)

    # Helper functions.

    def view_statistics(self, magic: bool = False, port: int = 0) -> Page | None:
        """Show the statistics of every split of the latest run (of the whole data, if it is not split yet).

        Of a run with a sequencer they are those of the sequences.

        Args:
            magic: show them in the notebook's cell; else on a page of their own, in the browser.
            port: of the page; 0 takes any free one.

        Raises:
            NotAvailableError: nothing was run yet, or ``magic`` outside a notebook, or the port is in use.
        """
        found = self._latest("statistics", ids.SEQUENCE_STATISTICS, ids.SPLIT_STATISTICS)
        artifact = found or self.artifact(ids.DATA_STATISTICS, "statistics", "data")
        from zenml_nb.views.artifacts import statistics_view

        is_sequenced = self._latest("statistics", ids.SEQUENCE_STATISTICS) is not None
        anomalies = None if is_sequenced else self.last_run.artifact(ids.SPLIT_ANOMALIES, "anomalies")
        return statistics_view(artifact, anomalies).show(magic, port)

    def view_schema(self, other: TrainingPipeline | None = None) -> View:
        """The schema of the training data (of the whole data, if it is not split yet), or of its sequences.

        Args:
            other: a pipeline whose schema this one is compared with: what was added, removed and changed.

        Raises:
            NotAvailableError: nothing was run yet.
        """
        from zenml_nb.views.artifacts import schema_view

        if other is None:
            return schema_view(self._schema())
        return schema_view(self._schema(), other._schema(), (self.last_run.id, other.last_run.id))

    def _schema(self) -> Artifact:
        found = self._latest("schema", ids.SEQUENCE_SCHEMA, ids.SPLIT_SCHEMA)
        return found or self.artifact(ids.DATA_SCHEMA, "schema", "data")

    def _latest(self, key: str, *components: str) -> Artifact | None:
        """An output of the first of some components that the latest run has."""
        run = self.last_run
        return next((found for component in components if (found := run.artifact(component, key))), None)

    def view_anomalies(self, split_name: str = "eval") -> View:
        """Where a split deviates from the schema of the training data.

        Raises:
            NotAvailableError: nothing was split yet, or there is no such split.
        """
        artifact = self.artifact(ids.SPLIT_ANOMALIES, "anomalies", "split")
        if split_name not in artifact.splits:
            raise NotAvailableError(
                f"There is no split {split_name!r}.", advice=did_you_mean(split_name, artifact.splits)
            )
        statistics = self.artifact(ids.SPLIT_STATISTICS, "statistics", "split")
        schema = self.artifact(ids.SPLIT_SCHEMA, "schema", "split")
        from zenml_nb.views.artifacts import anomalies_view

        return anomalies_view(artifact, split_name, statistics, schema, self.repository.root)

    def view_sequences(self, split_name: str = "train", n_sequences: int = 20) -> View:
        """The first sequences of a split: a small chart for each column of numbers.

        Raises:
            NotAvailableError: nothing was sequenced yet, or there is no such split.
        """
        from zenml_nb.views.artifacts import sequences_view

        artifact = self.artifact(ids.SEQUENCER, "examples", "sequencer")
        return sequences_view(artifact, split_name, self.last_run.execution(ids.SEQUENCER), n_sequences)

    def evaluate(self, magic: bool = False, port: int = 0) -> Page | None:
        """Show the metrics of the latest run, overall and by slice.

        Args:
            magic: show them in the notebook's cell; else on a page of their own, in the browser.
            port: of the page; 0 takes any free one.

        Raises:
            NotAvailableError: the run has no evaluation, or ``magic`` outside a notebook, or the port is in use.
        """
        from zenml_nb.views.artifacts import evaluation_view

        return evaluation_view(self.artifact(ids.EVALUATOR, "evaluation", "evaluator")).show(magic, port)

    def evaluation(self) -> dict[str, Any]:
        """The metrics as data: ``{"slices": [{"slice": [[column, value], ...], "metrics": {name: value}}]}``.

        Raises:
            NotAvailableError: the run has no evaluation.
        """
        from zenml_nb.artifacts.evaluation import plain_metrics, read_evaluation

        return plain_metrics(read_evaluation(self.artifact(ids.EVALUATOR, "evaluation", "evaluator").uri))

    def compare_training_runs(
        self,
        *runs: str | Run,
        limit: int = 20,
        port: int | None = None,
        datasource: BaseDatasource | str | None = None,
    ) -> View | Page:
        """Runs side by side: parameters, metrics, slices, and how they differ from the first.

        Args:
            runs: ids of runs of any pipeline, or what ``run()`` gave; by default the newest ones of this pipeline.
            limit: how many of the newest.
            port: show them on a page of their own, in the browser; 0 takes any free one.
            datasource: only runs over this datasource, or one of this name; for the newest ones.

        Returns:
            The view; with ``port``, the page.

        Raises:
            NotAvailableError: there is no such run (the nearest ones are named), or nothing was run yet.
        """
        from zenml_nb.pipelines.compare import compare_view, in_place

        return in_place(compare_view(self.repository, runs or None, self.name, limit, None, datasource), port)

    def sample_data(self, split_name: str | None = None, sample_size: int = 100_000) -> pandas.DataFrame:
        """The first rows of a split, or of the whole data, as they are before the preprocessing.

        Raises:
            NotAvailableError: nothing was run yet, or there is no such split.
        """
        from zenml_nb.artifacts.examples import sample

        data = self.artifact(ids.DATA, "examples", "data")
        order = list(json.loads(data.properties["columns"]))
        if split_name is None:
            return sample(data, "examples", sample_size, order)
        return sample(self.artifact(ids.SPLIT, "examples", "split"), split_name, sample_size, order)

    def sample_sequences(self, split_name: str = "train", sample_size: int = 1_000) -> pandas.DataFrame:
        """The first sequences of a split: a row each, every cell a list of the values of its steps.

        Raises:
            NotAvailableError: nothing was sequenced yet, or there is no such split.
        """
        from zenml_nb.artifacts.examples import sample

        order = list(json.loads(self.artifact(ids.DATA, "examples", "data").properties["columns"]))
        return sample(self.artifact(ids.SEQUENCER, "examples", "sequencer"), split_name, sample_size, order)

    def sample_transformed_data(self, split_name: str = "eval", sample_size: int = 100_000) -> pandas.DataFrame:
        """The first rows of a split after the preprocessing.

        Raises:
            NotAvailableError: nothing was preprocessed yet, or there is no such split.
        """
        from zenml_nb.artifacts.examples import sample

        artifact = self.artifact(ids.PREPROCESSER, "transformed_examples", "preprocesser")
        return sample(artifact, split_name, sample_size)

    def get_model_uri(self) -> str:
        """The folder of the latest run's SavedModel.

        Raises:
            NotAvailableError: no model was trained.
        """
        from zenml_nb.artifacts.projected import read_projected

        uri = self.artifact(ids.TRAINER, "model", "trainer").uri
        return str(Path(uri) / read_projected(uri, "model")["folder"])

    def get_hyperparameters(self) -> dict[str, Any]:
        """The arguments of the latest run's trainer, as they were recorded with it.

        Raises:
            NotAvailableError: nothing was run yet, the run has no trainer, or its configuration is gone.
        """
        from zenml_nb.config.pipeline_file import read_pipeline
        from zenml_nb.pipelines.loading import configuration_of

        run = self.last_run
        declared = read_pipeline(configuration_of(run, self.repository), None).document["pipeline"]["steps"]
        if "trainer" not in declared:
            raise NotAvailableError(
                f"The run {run.id} has no trainer.", advice="Add one by add_trainer(...) and run again."
            )
        return dict(declared["trainer"]["args"] or {})

    def view_training(self) -> View:
        """How the latest run's model was trained: each metric of each epoch, on the training and the evaluation splits.

        Raises:
            NotAvailableError: no model was trained, or its trainer reported no epochs.
        """
        from zenml_nb.views.artifacts import training_view

        return training_view(self.artifact(ids.TRAINER, "model_run", "trainer"), self.last_run.id)

    def tensorboard_logs(self) -> Path:
        """The folder of the latest run's logs for TensorBoard: ``tensorboard --logdir <folder>``.

        Raises:
            NotAvailableError: no model was trained, or its trainer wrote no logs.
        """
        from zenml_nb.artifacts.history import LOGS_FOLDER

        folder = Path(self.artifact(ids.TRAINER, "model_run", "trainer").uri) / LOGS_FOLDER
        if not folder.is_dir():
            raise NotAvailableError(
                f"The run {self.last_run.id} has no logs for TensorBoard.",
                advice="Ask for them: TFFeedForwardTrainer(tensorboard=True).",
            )
        return folder

    def download_model(self, out_path: str | Path | None = None, overwrite: bool = False, verify: bool = True) -> Path:
        """Copy the latest run's model, with a manifest that says where it comes from.

        The manifest (``manifest.json``) names the run, the commits of the data and of the code, the hashes of the
        configuration, of the schema and of each file, the signatures, and the versions of Python and of the packages.

        Args:
            out_path: the folder to write; by default ``<name of the pipeline>-model`` in the working directory.
            overwrite: whether an existing download is replaced; a folder with anything else never is.
            verify: whether the copy is loaded, and predicts rows of the run's evaluation split, before it appears.
                That imports TensorFlow.

        Returns:
            The folder; TensorFlow loads it with ``tf.saved_model.load``.

        Raises:
            AlreadyExistsError: the folder exists and ``overwrite`` is False; nothing was touched.
            DataError: the copy cannot predict.
            NotAvailableError: no model was trained, or the rows to try it on are gone.
            StoreError: the folder cannot be written.
        """
        from zenml_nb.pipelines.download import download, prediction_check

        run = self.last_run
        uri = self.artifact(ids.TRAINER, "model", "trainer").uri
        target = Path(out_path if out_path is not None else f"{self.name}-model").expanduser()
        roles = getattr(self.steps.get("trainer"), "split_mapping", None) or {}
        check = prediction_check(run, roles.get("eval_splits", ["eval"])) if verify else None
        return download(run, uri, target, overwrite, check)
