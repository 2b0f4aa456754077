"""From a declared pipeline to TFX components in their order."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import tensorflow_model_analysis as tfma
from tfx.components import Evaluator, ExampleValidator, Trainer, Transform
from tfx.proto import trainer_pb2, transform_pb2

from zenml_nb.engine import live
from zenml_nb.engine.bridge import PREPROCESSING_FN, RUN_FN
from zenml_nb.engine.components.data import SPLIT as DATA_SPLIT
from zenml_nb.engine.components.data import Data
from zenml_nb.engine.components.deploy import Deploy
from zenml_nb.engine.components.schema import Schema
from zenml_nb.engine.components.split import Split
from zenml_nb.engine.components.statistics import Statistics
from zenml_nb.engine.inference import add_inference
from zenml_nb.engine.placement import Placement
from zenml_nb.pipelines import components as ids
from zenml_nb.steps import BaseDeployerStep, BasePreprocesserStep, BaseSplit, BaseTrainerStep, TFMAEvaluator
from zenml_nb.steps.preprocesser import LABEL_SUFFIX

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
        #: By id, in the order in which they were made.
        self.made: dict[str, Any] = {}

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

    def preprocesser(self) -> None:
        step = self._step("preprocesser", BasePreprocesserStep)
        split: BaseSplit = self._step("split", BaseSplit)
        transform = Transform(
            examples=self.output(ids.SPLIT, "examples"),
            schema=self.output(ids.SPLIT_SCHEMA, "schema"),
            preprocessing_fn=PREPROCESSING_FN,
            splits_config=transform_pb2.SplitsConfig(
                analyze=step.split_mapping["train_splits"], transform=split.get_split_names()
            ),
            disable_statistics=True,
            disable_analyzer_cache=True,
            custom_config={
                "step": live.register(step),
                "columns": self.columns,
            },
        )
        self.add("preprocesser", ids.PREPROCESSER, transform)

    def trainer(self) -> None:
        step = self._step("trainer", BaseTrainerStep)
        trainer = Trainer(
            examples=self.output(ids.PREPROCESSER, "transformed_examples"),
            transform_graph=self.output(ids.PREPROCESSER, "transform_graph"),
            schema=self.output(ids.SPLIT_SCHEMA, "schema"),
            run_fn=RUN_FN,
            train_args=trainer_pb2.TrainArgs(splits=step.split_mapping["train_splits"]),
            eval_args=trainer_pb2.EvalArgs(splits=step.split_mapping["eval_splits"]),
            custom_config={"step": live.register(step)},
        )
        self.add("trainer", ids.TRAINER, trainer)

    def evaluator(self) -> None:
        step = self._step("evaluator", TFMAEvaluator)
        labels = step.labels_of(self.pipeline.steps["preprocesser"])
        loss = getattr(self.pipeline.steps["trainer"], "loss", None)
        evaluator = Evaluator(
            examples=self.output(ids.SPLIT, "examples"),
            model=self.output(ids.TRAINER, "model"),
            schema=self.output(ids.SPLIT_SCHEMA, "schema"),
            example_splits=step.split_mapping["eval_splits"],
            eval_config=evaluation_config(step, labels, loss),
        )
        self.add("evaluator", ids.EVALUATOR, evaluator)

    def deployer(self) -> None:
        step = self._step("deployer", BaseDeployerStep)
        self.add("deployer", ids.DEPLOYER, Deploy(model=self.output(ids.TRAINER, "model"), step=live.register(step)))

    def _step(self, slot: str, kind: type) -> Any:
        step = self.pipeline.steps[slot]
        assert isinstance(step, kind), f"the pipeline checks its slots before it runs: {slot}"
        return step


def evaluation_config(step: TFMAEvaluator, labels: list[str], loss: str | None) -> tfma.EvalConfig:
    """The evaluation of TFMA: raw examples in, so that slices are the columns that people know; labels transformed."""
    config = tfma.EvalConfig(slicing_specs=[tfma.SlicingSpec()])
    config.slicing_specs.extend(tfma.SlicingSpec(feature_keys=columns) for columns in step.slices)
    label_keys = {label: label + LABEL_SUFFIX for label in labels}
    single = len(labels) == 1
    config.model_specs.add(
        signature_name="serving_default",
        model_type="tf_generic",
        preprocessing_function_names=["transform_features"],
        **({"label_key": label_keys[labels[0]]} if single else {"label_keys": label_keys}),
    )
    for label in labels:
        names = ["ExampleCount", *(name for name in step.metrics_of(label, loss) if name != "ExampleCount")]
        output = [] if single else [step.output_mapping.get(label, label)]
        config.metrics_specs.add(metrics=[tfma.MetricConfig(class_name=name) for name in names], output_names=output)
    return config


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
        "preprocesser": compiler.preprocesser,
        "trainer": compiler.trainer,
        "evaluator": compiler.evaluator,
        "deployer": compiler.deployer,
        "infer": lambda: add_inference(compiler),
    }
    placement = Placement(pipeline, slots, build, compiler.made)
    return [Compiled(slot, component) for slot, component in placement.run()]
