"""Sequencers: time series to sequences."""

from __future__ import annotations

from zenml_nb.steps.base import BaseStep


class BaseSequencerStep(BaseStep):
    """Base of all sequencers, which turn the rows of a time series into sequences of rows."""

    slot = "sequencer"
