"""The names under which a run is recorded in ML Metadata; the engine writes them, this room reads them."""

from __future__ import annotations

#: Context types of one run: TFX's InteractiveContext writes ``run``, its DAG runners write ``pipeline_run``.
RUN_TYPES = ("run", "pipeline_run")
NODE_TYPE = "node"
PIPELINE_TYPE = "pipeline"
#: One context a distinct combination of component, execution properties and inputs; its executions are reusable.
CACHE_TYPE = "zenml_nb_cache"
#: One context a step of a pipeline; it remembers what the step last ran with.
STEP_TYPE = "zenml_nb_step"

RUNNING = "RUNNING"
COMPLETE = "COMPLETE"
CACHED = "CACHED"
FAILED = "FAILED"
CANCELED = "CANCELED"
#: The process of the run ended without a word: killed, or the machine went down.
ABORTED = "ABORTED"
#: Those of a run, in the order in which they are told.
RUN_STATES = (RUNNING, COMPLETE, FAILED, CANCELED, ABORTED)

# Custom properties of the run context.
PIPELINE = "pipeline"
STATE = "state"
STARTED = "started"
FINISHED = "finished"
CONFIG_HASH = "config_hash"
CONFIG_URI = "config_uri"
GIT_COMMIT = "git_commit"
NOTEBOOK = "notebook"
USER = "user"
HOST = "host"
UNTIL = "until"
VERSION = "zenml_nb_version"
FAILED_STEP = "failed_step"
#: The components of the slots of a custom pipeline, as JSON: {slot: [[id, [[from, type of artifact], ...]], ...]}.
COMPONENTS = "components"
#: What a failed run was told to its user: the message (under ERROR), the line of the user's code, the stack from there.
ERROR_WHERE = "error_where"
ERROR_STACK = "error_stack"
#: Followed by the name of a metric: a number of the whole data of the run's evaluation, as a text.
METRIC_PREFIX = "metric:"
#: So many metrics are recorded with a run, in the evaluation's order; a list of runs shows a few.
MOST_METRICS = 50

# Custom properties of executions; ERROR of runs too.
ERROR = "error"
REASON = "reason"
SECONDS = "seconds"
CACHED_FROM = "cached_from_execution"

#: Files in the folder of a run.
LOCK_FILE = "lock"
CONFIG_FILE = "pipeline.yaml"
LOG_FILE = "log.txt"
