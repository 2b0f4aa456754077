from __future__ import annotations

import pandas as pd
import pytest

from zenml_nb.cli import main
from zenml_nb.config.pipeline_file import dump_pipeline
from zenml_nb.datasources import CSVDatasource
from zenml_nb.pipelines import TrainingPipeline
from zenml_nb.steps import RandomSplit, StandardPreprocesser


@pytest.fixture
def zenml(capsys):
    """Runs a command and gives its exit code, what it printed, and what it told of errors."""

    def run(*arguments):
        capsys.readouterr()
        try:
            code = main([str(argument) for argument in arguments])
        except SystemExit as ended:
            code = ended.code
        told = capsys.readouterr()
        return code, told.out, told.err

    return run


@pytest.fixture
def write_pipeline(repository):
    """Writes the file of a pipeline over a small CSV file, as a run does; without a run."""

    def write(name="taxi", source="trips", split=None):
        pd.DataFrame({"fare": [1.5, 2.5] * 10, "kind": ["a", "b"] * 10}).to_csv(
            repository.root / f"{source}.csv", index=False
        )
        pipeline = TrainingPipeline(name)
        pipeline.add_datasource(CSVDatasource(source, f"{source}.csv"))
        pipeline.add_split(split or RandomSplit({"train": 0.5, "eval": 0.5}))
        pipeline.add_preprocesser(StandardPreprocesser(labels=["kind"]))
        pipeline.commit()
        return pipeline.write_config(dump_pipeline(pipeline.to_config()))

    return write
