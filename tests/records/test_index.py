from __future__ import annotations

import math
from datetime import datetime, timezone

from zenml_nb.records import vocabulary as v
from zenml_nb.records.index import Index
from zenml_nb.records.summary import Filters, RunSummary

NOON = datetime(2024, 1, 1, 12, tzinfo=timezone.utc)


def run(name, state=v.COMPLETE, pipeline="p", **metrics):
    return RunSummary(id=name, pipeline=pipeline, state=state, started=NOON, metrics=metrics)


def test_counts_and_order_follow_each_change():
    index = Index()
    assert index.put((2, 2), run("second", v.RUNNING, auc=1.0))
    assert index.put((1, 1), run("first", auc=1.0, loss=math.nan))
    assert index.states() == ((v.RUNNING, 1), (v.COMPLETE, 1))
    assert index.metrics() == (("auc", 2), ("loss", 1))
    assert index.put((2, 2), run("second", v.FAILED, "q"))
    assert index.states() == ((v.COMPLETE, 1), (v.FAILED, 1))
    assert index.pipelines() == (("p", 1), ("q", 1))
    assert index.metrics() == (("auc", 1), ("loss", 1))
    assert [found.id for found in index.select(Filters(), 0, 9)[0]] == ["second", "first"]
    assert len(index) == 2


def test_the_revision_is_another_after_each_change_alone():
    index = Index()
    index.put((1, 1), run("a", loss=math.nan))
    before = index.revision
    assert not index.put((1, 1), run("a", loss=math.nan))
    assert index.revision == before
    assert index.put((1, 1), run("a", v.FAILED))
    assert index.revision != before
    assert Index().revision != Index().revision


def test_a_remembered_list_is_forgotten_with_the_next_change():
    index = Index()
    index.put((1, 1), run("a", v.RUNNING))
    for name in "abcdefghijkl":
        index.select(Filters(search=name), 0, 9)
    assert index.select(Filters(states=(v.RUNNING,)), 0, 9)[1] == 1
    index.put((1, 1), run("a"))
    assert index.select(Filters(states=(v.RUNNING,)), 0, 9) == ([], 0)
