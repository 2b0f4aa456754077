from __future__ import annotations

import os
import platform
import subprocess
import sys
import textwrap
from pathlib import Path

import ml_metadata
import pytest
from ml_metadata.proto import metadata_store_pb2 as pb

from zenml_nb.records import Store
from zenml_nb.records import vocabulary as v


def put(values, **given):
    """Put texts and numbers into a map of properties."""
    for key, value in given.items():
        kinds = {int: "int_value", float: "double_value"}
        setattr(values[key], kinds.get(type(value), "string_value"), value)


class Writer:
    """Writes a metadata store as other tools do, with ML Metadata alone."""

    def __init__(self, path):
        self.path = path
        config = pb.ConnectionConfig()
        config.sqlite.filename_uri = str(path)
        config.sqlite.connection_mode = pb.SqliteMetadataSourceConfig.READWRITE_OPENCREATE
        self.store = ml_metadata.MetadataStore(config)

    @classmethod
    def on(cls, store):
        """Writes to an open store."""
        writer = cls.__new__(cls)
        writer.path, writer.store = None, store
        return writer

    def context(self, kind, name, custom=None, parent=None, **properties):
        declared = pb.ContextType(name=kind, properties=dict.fromkeys(properties, pb.STRING))
        context = pb.Context(
            type_id=self.store.put_context_type(declared, can_add_fields=True, can_omit_fields=True), name=name
        )
        put(context.properties, **properties)
        put(context.custom_properties, **(custom or {}))
        [context.id] = self.store.put_contexts([context])
        if parent is not None:
            self.store.put_parent_contexts([pb.ParentContext(parent_id=parent.id, child_id=context.id)])
        return context

    def artifact(self, kind, uri, **properties):
        declared = pb.ArtifactType(name=kind, properties=dict.fromkeys(properties, pb.STRING))
        artifact = pb.Artifact(
            type_id=self.store.put_artifact_type(declared, can_add_fields=True, can_omit_fields=True), uri=uri
        )
        put(artifact.properties, **properties)
        [artifact.id] = self.store.put_artifacts([artifact])
        return artifact

    def execution(self, kind, recorded, contexts, inputs=(), outputs=(), custom=None, /, **properties):
        """Inputs and outputs are (key, artifact) pairs."""
        declared = pb.ExecutionType(name=kind, properties=dict.fromkeys(properties, pb.STRING))
        type_id = self.store.put_execution_type(declared, can_add_fields=True, can_omit_fields=True)
        execution = pb.Execution(type_id=type_id, last_known_state=pb.Execution.State.Value(recorded))
        put(execution.properties, **properties)
        put(execution.custom_properties, **(custom or {}))
        bound = [*((pb.Event.INPUT, pair) for pair in inputs), *((pb.Event.OUTPUT, pair) for pair in outputs)]
        pairs = []
        for direction, (key, artifact) in bound:
            event = pb.Event(type=direction, artifact_id=artifact.id)
            event.path.steps.add().key = key
            event.path.steps.add().index = 0
            pairs.append((artifact, event))
        return self.store.put_execution(execution, pairs, contexts)[0]

    def own_run(self, name="taxi.1", pipeline="taxi", state=v.COMPLETE, **custom):
        """The context of a run as our engine writes it."""
        given = {v.PIPELINE: pipeline, v.STATE: state, v.STARTED: 1_700_000_000_000, **custom}
        return self.context("run", name, given, pipeline_name=pipeline, run_id=name.rpartition(".")[2])

    def running(self, folder, name="taxi.1", host=None):
        """A run that says it is running, with its folder."""
        custom = {v.CONFIG_URI: str(folder / v.CONFIG_FILE), v.HOST: host or platform.node()}
        return self.own_run(name, state=v.RUNNING, **custom)

    def read(self):
        return Store({"type": "sqlite", "uri": str(self.path)})


@pytest.fixture
def writer(tmp_path):
    return Writer(tmp_path / "metadata.sqlite")


@pytest.fixture
def run_apart():
    """Run Python code in a process of its own, which finds the package and the made-up runs; gives what it prints."""
    root = Path(__file__).resolve().parents[2]

    def run_apart(code):
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(root), str(root / "bench")])}
        command = [sys.executable, "-c", textwrap.dedent(code)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=120, env=environment)
        assert done.returncode == 0, done.stderr[-3000:]
        return done.stdout

    return run_apart
