"""From a declared pipeline to TFX components in their order."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tfx.components import ExampleValidator, Trainer, Transform
from tfx.proto import trainer_pb2, transform_pb2

from zenml_nb.engine import live
from zenml_nb.engine.bridge import PREPROCESSING_FN, RUN_FN
from zenml_nb.engine.components.data import SPLIT as DATA_SPLIT
from zenml_nb.engine.components.data import Data
from zenml_nb.engine.components.deploy import Deploy
from zenml_nb.engine.components.evaluate import Evaluate
from zenml_nb.engine.components.predictions import Predict
from zenml_nb.engine.components.schema import Schema
from zenml_nb.engine.components.sequence import Sequencer
from zenml_nb.engine.components.split import Split
from zenml_nb.engine.components.statistics import Statistics
from zenml_nb.engine.evaluation import evaluation_config
from zenml_nb.engine.inference import add_inference
from zenml_nb.engine.placement import Placement
from zenml_nb.pipelines import components as ids
from zenml_nb.pipelines.predictions import predicted_splits, stores_predictions
from zenml_nb.steps import (
    AgnosticEvaluator,
    BaseDeployerStep,
    BaseEvaluatorStep,
    BasePreprocesserStep,
    BaseSequencerStep,
    BaseSplit,
    BaseTrainerStep,
    TFMAEvaluator,
)
from zenml_nb.steps.evaluator import MeasuringEvaluator

if TYPE_CHECKING:
    from zenml_nb.datasources import Commit
    from zenml_nb.pipelines.base import BasePipeline


@dataclass(frozen=True)
class Compiled:
    """A component and the slot of the pipeline that it belongs to."""

    slot: str
    component: Any


class _Compiler:
    """Adds the components of one slot after the other; later ones find earlier ones by their id."""

    def __init__(self, pipeline: BasePipeline, commit: Commit) -> None:
        self.pipeline = pipeline
        self.commit = commit
        self.columns = {column.name: column.type for column in commit.columns}
        self.lists = [column.name for column in commit.columns if column.many]
        #: By id, in the order in which they were made.
        self.made: dict[str, Any] = {}
        #: The components whose examples and schema the steps behind read.
        self.examples_of, self.schema_of = ids.SPLIT, ids.SPLIT_SCHEMA

    def add(self, slot: str, name: str, component: Any) -> None:
        self.made[name] = component.with_id(name)

    def output(self, name: str, key: str) -> Any:
        return self.made[name].outputs[key]

    def data(self) -> None:
        self.add("data", ids.DATA, Data(datasource=self.commit.datasource, commit_id=self.commit.id))
        self.add("data", ids.DATA_STATISTICS, Statistics(examples=self.output(ids.DATA, "examples")))
        schema = Schema(self.output(ids.DATA_STATISTICS, "statistics"), self.columns, [DATA_SPLIT])
        self.add("data", ids.DATA_SCHEMA, schema)

    def split(self) -> None:
        step = self._step("split", BaseSplit)
        split = Split(input_examples=self.output(ids.DATA, "examples"), step=live.register(step))
        self.add("split", ids.SPLIT, split)
        self.add("split", ids.SPLIT_STATISTICS, Statistics(examples=self.output(ids.SPLIT, "examples")))
        statistics = self.output(ids.SPLIT_STATISTICS, "statistics")
        # The schema is that of the training data alone, so that the other splits can deviate from it.
        self.add("split", ids.SPLIT_SCHEMA, Schema(statistics, self.columns, self.pipeline.train_splits()))
        validator = ExampleValidator(statistics=statistics, schema=self.output(ids.SPLIT_SCHEMA, "schema"))
        self.add("split", ids.SPLIT_ANOMALIES, validator)

    def sequencer(self) -> None:
        step: BaseSequencerStep = self._step("sequencer", BaseSequencerStep)
        widths = step.widths(self.columns)
        sequencer = Sequencer(self.output(ids.SPLIT, "examples"), live.register(step), self.columns)
        self.add("sequencer", ids.SEQUENCER, sequencer)
        statistics = Statistics(examples=self.output(ids.SEQUENCER, "examples"))
        self.add("sequencer", ids.SEQUENCE_STATISTICS, statistics)
        # Of sequences each column is a list, of one length: their own schema says so.
        self.columns, self.lists = step.output_columns(self.columns), []
        schema = Schema(
            self.output(ids.SEQUENCE_STATISTICS, "statistics"), self.columns, self.pipeline.train_splits(), widths
        )
        self.add("sequencer", ids.SEQUENCE_SCHEMA, schema)
        self.examples_of, self.schema_of = ids.SEQUENCER, ids.SEQUENCE_SCHEMA

    def preprocesser(self) -> None:
        step = self._step("preprocesser", BasePreprocesserStep)
        split: BaseSplit = self._step("split", BaseSplit)
        transform = Transform(
            examples=self.output(self.examples_of, "examples"),
            schema=self.output(self.schema_of, "schema"),
            preprocessing_fn=PREPROCESSING_FN,
            splits_config=transform_pb2.SplitsConfig(
                analyze=step.split_mapping["train_splits"], transform=split.get_split_names()
            ),
            disable_statistics=True,
            disable_analyzer_cache=True,
            custom_config={
                "step": live.register(step),
                "columns": self.columns,
                # Only where there are some: what ran before there were lists stays in the cache.
                **({"lists": self.lists} if self.lists else {}),
            },
        )
        self.add("preprocesser", ids.PREPROCESSER, transform)

    def trainer(self) -> None:
        step = self._step("trainer", BaseTrainerStep)
        trainer = Trainer(
            examples=self.output(ids.PREPROCESSER, "transformed_examples"),
            transform_graph=self.output(ids.PREPROCESSER, "transform_graph"),
            schema=self.output(self.schema_of, "schema"),
            run_fn=RUN_FN,
            train_args=trainer_pb2.TrainArgs(splits=step.split_mapping["train_splits"]),
            eval_args=trainer_pb2.EvalArgs(splits=step.split_mapping["eval_splits"]),
            custom_config={"step": live.register(step)},
        )
        self.add("trainer", ids.TRAINER, trainer)
        if stores_predictions(self.pipeline.steps):
            self.add("trainer", ids.PREDICTIONS, self._predictions(step))

    def _predictions(self, step: BaseTrainerStep) -> Predict:
        return Predict(
            model=self.output(ids.TRAINER, "model"),
            input_examples=self.output(self.examples_of, "examples"),
            transform_graph=self.output(ids.PREPROCESSER, "transform_graph"),
            step=live.register(step),
            splits=predicted_splits(self.pipeline.steps),
        )

    def evaluator(self) -> None:
        step = self._step("evaluator", BaseEvaluatorStep)
        is_agnostic = isinstance(step, AgnosticEvaluator)
        labels = step.labels_of(self.pipeline.steps["preprocesser"]) if isinstance(step, TFMAEvaluator) else []
        loss = getattr(self.pipeline.steps["trainer"], "loss", None)
        if isinstance(step, MeasuringEvaluator):
            # What is wrong with the settings is told before anything runs.
            evaluation_config(step, labels, loss)
        predicts = ids.PREDICTIONS in self.made and not isinstance(step, TFMAEvaluator)
        rows = ids.PREDICTIONS if predicts else self.examples_of
        evaluator = Evaluate(
            step=live.register(step),
            examples=self.output(rows, "examples"),
            schema=self.output(self.schema_of, "schema"),
            labels=labels,
            loss=loss,
            model=None if is_agnostic and not predicts else self.output(ids.TRAINER, "model"),
        )
        self.add("evaluator", ids.EVALUATOR, evaluator)

    def deployer(self) -> None:
        step = self._step("deployer", BaseDeployerStep)
        evaluator = self.pipeline.steps.get("evaluator")
        is_gated = ids.EVALUATOR in self.made and getattr(evaluator, "is_gate", False)
        deploy = Deploy(
            model=self.output(ids.TRAINER, "model"),
            step=live.register(step),
            splits=self._step("trainer", BaseTrainerStep).split_mapping["eval_splits"],
            blessing=self.output(ids.EVALUATOR, "blessing") if is_gated else None,
            examples=self.output(self.examples_of, "examples") if step.smoke_rows else None,
        )
        self.add("deployer", ids.DEPLOYER, deploy)

    def _step(self, slot: str, kind: type) -> Any:
        step = self.pipeline.steps[slot]
        assert isinstance(step, kind), f"the pipeline checks its slots before it runs: {slot}"
        return step


def compile_pipeline(pipeline: BasePipeline, commit: Commit, slots: list[str]) -> list[Compiled]:
    """Compile the slots of a pipeline that are filled, in the order of their running.

    Args:
        pipeline: checked.
        commit: the data.
        slots: the slots to compile, each with all that it depends on before it.
    """
    compiler = _Compiler(pipeline, commit)
    build: dict[str, Callable[[], None]] = {
        "data": compiler.data,
        "split": compiler.split,
        "sequencer": compiler.sequencer,
        "preprocesser": compiler.preprocesser,
        "trainer": compiler.trainer,
        "evaluator": compiler.evaluator,
        "deployer": compiler.deployer,
        "infer": lambda: add_inference(compiler),
    }
    placement = Placement(pipeline, slots, build, compiler.made)
    return [Compiled(slot, component) for slot, component in placement.run()]
