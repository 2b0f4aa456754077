"""Evaluate: metrics of a model, or of stored predictions, by slice; and whether they keep their thresholds."""

from __future__ import annotations

import json
from typing import Any

import apache_beam as beam
import tensorflow_model_analysis as tfma
from tfx.components.util import tfxio_utils
from tfx.dsl.components.base import base_beam_component, base_beam_executor, base_driver, executor_spec
from tfx.types import Channel, artifact_utils, standard_artifacts
from tfx.types.component_spec import ChannelParameter, ComponentSpec, ExecutionParameter
from tfx.utils import io_utils, path_utils
from tfx_bsl.tfxio import tensor_adapter

from zenml_nb.artifacts.evaluation import read_evaluation
from zenml_nb.engine import live
from zenml_nb.engine.baseline import baseline_model, baseline_run
from zenml_nb.engine.custom_evaluation import evaluate_by_hand
from zenml_nb.engine.evaluation import evaluation_config
from zenml_nb.engine.scope import current_scope
from zenml_nb.engine.verdict import bless, failures_of
from zenml_nb.records import Store
from zenml_nb.repository import get_repository
from zenml_nb.steps.evaluator import LAST_BLESSED, AgnosticEvaluator, BaseEvaluatorStep, MeasuringEvaluator

_MODEL, _BASELINE = "model", "baseline_model"
#: TFMA's sampling for intervals; with the same rows it gives the same intervals.
_SEED = 1


class EvaluateSpec(ComponentSpec):
    """The step is a parameter, by its declaration, beside what it takes from other steps."""

    PARAMETERS = {
        "step": ExecutionParameter(type=str),
        "labels": ExecutionParameter(type=str),
        "loss": ExecutionParameter(type=str),
    }
    INPUTS = {
        "examples": ChannelParameter(type=standard_artifacts.Examples),
        "schema": ChannelParameter(type=standard_artifacts.Schema),
        _MODEL: ChannelParameter(type=standard_artifacts.Model, optional=True),
    }
    OUTPUTS = {
        "evaluation": ChannelParameter(type=standard_artifacts.ModelEvaluation),
        "blessing": ChannelParameter(type=standard_artifacts.ModelBlessing),
    }


class EvaluateDriver(base_driver.BaseDriver):
    """Adds the baseline to the inputs: so another baseline makes another evaluation, and the record names it."""

    def resolve_input_artifacts(
        self, input_dict: Any, exec_properties: dict[str, Any], driver_args: Any, pipeline_info: Any
    ) -> dict[str, list[Any]]:
        """See ``tfx.dsl.components.base.base_driver.BaseDriver.resolve_input_artifacts``."""
        inputs: dict[str, list[Any]] = super().resolve_input_artifacts(
            input_dict, exec_properties, driver_args, pipeline_info
        )
        wanted = getattr(live.restore(exec_properties["step"]), "baseline", None)
        if wanted is None or not inputs.get(_MODEL):
            return inputs
        scope = current_scope()
        records = Store(get_repository(scope.repository).metadata)
        found = baseline_model(records, scope.pipeline, wanted, inputs[_MODEL][0].id)
        if found is not None:
            store = self._metadata_handle.store
            [record] = store.get_artifacts_by_id([found.id])
            [kind] = store.get_artifact_types_by_id([record.type_id])
            inputs[_BASELINE] = [artifact_utils.deserialize_artifact(kind, record)]
        return inputs


class EvaluateExecutor(base_beam_executor.BaseBeamExecutor):
    """Lets TFMA, or the step itself, compute the metrics."""

    def Do(self, input_dict: Any, output_dict: Any, exec_properties: dict[str, Any]) -> None:
        """Evaluate; see ``tfx.dsl.components.base.base_executor.BaseExecutor.Do``."""
        step: BaseEvaluatorStep = live.restore(exec_properties["step"])
        evaluation = artifact_utils.get_single_instance(output_dict["evaluation"])
        blessing = artifact_utils.get_single_instance(output_dict["blessing"])
        if not isinstance(step, MeasuringEvaluator):
            bless(blessing, evaluate_by_hand(step, input_dict, evaluation.uri), bool(step.is_gate))
            return
        config = evaluation_config(step, json.loads(exec_properties["labels"]), exec_properties["loss"] or None)
        # Stored predictions name the model that they are of, which is not loaded.
        is_agnostic = isinstance(step, AgnosticEvaluator)
        models = {} if is_agnostic else {"candidate": input_dict.get(_MODEL), "baseline": input_dict.get(_BASELINE)}
        self._measure(step, config, {name: found[0] for name, found in models.items() if found}, input_dict, evaluation)
        bless(blessing, failures_of(read_evaluation(evaluation.uri)), step.is_gate, _note(step, models))

    def _measure(
        self, step: MeasuringEvaluator, config: Any, models: dict[str, Any], inputs: Any, evaluation: Any
    ) -> None:
        # Changes are not checked where there is no baseline: the first model has nothing to be compared with.
        config = getattr(tfma, "utils", tfma).update_eval_config_with_defaults(
            config, has_baseline="baseline" in models, rubber_stamp=True
        )
        shared = [
            tfma.default_eval_shared_model(
                eval_saved_model_path=path_utils.serving_model_path(
                    models["baseline" if spec.is_baseline else "candidate"].uri
                ),
                model_name=spec.name,
                eval_config=config,
            )
            for spec in config.model_specs
            if models
        ]
        # Stored predictions are in no schema: their columns are taken as they come.
        schema = _schema_of(inputs) if models else None
        factory = tfxio_utils.get_tfxio_factory_from_artifact(
            examples=inputs["examples"],
            telemetry_descriptors=["zenml_nb", "Evaluate"],
            schema=schema,
            raw_record_column_name=tfma.ARROW_INPUT_COLUMN,
        )
        adapter = None
        with self._make_beam_pipeline() as pipeline:
            batches = []
            for split in step.split_mapping["eval_splits"]:
                [uri] = artifact_utils.get_split_uris(inputs["examples"], split)
                source = factory(io_utils.all_files_pattern(uri))
                batches.append(pipeline | f"Read[{split}]" >> source.BeamSource())
                if schema is not None:
                    adapter = tensor_adapter.TensorAdapterConfig(source.ArrowSchema(), source.TensorRepresentations())
            _ = (
                batches
                | beam.Flatten()
                | tfma.ExtractEvaluateAndWriteResults(
                    eval_shared_model=(shared[0] if len(shared) == 1 else shared) or None,
                    eval_config=config,
                    output_path=evaluation.uri,
                    tensor_adapter_config=adapter,
                    random_seed_for_testing=_SEED,
                )
            )


def _note(step: MeasuringEvaluator, models: dict[str, Any]) -> str:
    """What the model was compared with, in words; '' where nothing was asked for."""
    wanted = getattr(step, "baseline", None)
    if wanted is None:
        return ""
    if not models.get("baseline"):
        return "there is no other model to compare it with"
    if wanted != LAST_BLESSED:
        return f"compared with the model of {wanted}"
    scope = current_scope()
    records = Store(get_repository(scope.repository).metadata)
    run = baseline_run(records, scope.pipeline, models["baseline"][0].id)
    return f"compared with the model of {run}" if run else ""


def _schema_of(inputs: Any) -> Any:
    return io_utils.SchemaReader().read(io_utils.get_only_uri_in_dir(artifact_utils.get_single_uri(inputs["schema"])))


class Evaluate(base_beam_component.BaseBeamComponent):
    """Evaluates a model, or stored predictions, by an evaluator step."""

    SPEC_CLASS = EvaluateSpec
    EXECUTOR_SPEC = executor_spec.BeamExecutorSpec(EvaluateExecutor)
    DRIVER_CLASS = EvaluateDriver

    def __init__(
        self, step: str, examples: Any, schema: Any, labels: list[str], loss: str | None, model: Any = None
    ) -> None:
        super().__init__(
            spec=EvaluateSpec(
                step=step,
                labels=json.dumps(labels),
                loss=loss or "",
                examples=examples,
                schema=schema,
                evaluation=Channel(type=standard_artifacts.ModelEvaluation),
                blessing=Channel(type=standard_artifacts.ModelBlessing),
                **({} if model is None else {_MODEL: model}),
            )
        )
