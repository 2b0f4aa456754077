"""All runs of one store as a list that is read in pages, kept up to date without reading the store anew."""

from __future__ import annotations

import contextlib
import threading
import time
from collections import deque
from collections.abc import Iterator
from typing import Any

from zenml_nb.errors import StoreError
from zenml_nb.records import listing
from zenml_nb.records import vocabulary as v
from zenml_nb.records.index import Index
from zenml_nb.records.model import Run
from zenml_nb.records.store import Store
from zenml_nb.records.summary import Filters, Page, RunSummary

__all__ = ["Catalog", "Filters", "Page", "RunSummary"]

#: So many records are read in one call: ML Metadata lets no other thread run meanwhile.
_SLICE = 50
#: So many where probably nothing is new.
_FEW = 5
#: Seconds that the first look at a store may take before the newest runs are asked for by their type.
_FIRST_LOOK = 0.05
#: Seconds that a page waits for runs that are not indexed yet.
_WAIT = 0.15
#: Seconds that clocks and transactions of several writers may be out of order.
_OVERLAP = 2.0
#: At most so many runs that run, and executions whose run is not known, are looked up at once.
_RECHECKED = 100
_LOOKED_UP = 20
_ERROR_LENGTH = 300


class Catalog:
    """The runs of a store, newest first; several threads may use it.

    The first call reads what it shows; a thread reads the rest, in short calls with pauses. Each later call first reads
    what was created or changed since.

    Args:
        store: whose runs.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._lock = threading.RLock()
        self._thread: threading.Thread | None = None
        self._closed = False
        self._forget()

    def page(self, filters: Filters, offset: int, limit: int) -> Page:
        """Some of the runs that meet filters.

        Args:
            filters: ``Filters()`` for all.
            offset: how many are left out.
            limit: at most so many.

        Raises:
            StoreError: the store is busy, damaged or gone.
        """
        with self._lock:
            self._refresh()
            self._read_enough(filters, offset + limit)
            self._go_on_in_background()
            runs, total = self._index.select(filters, offset, limit)
            return Page(
                runs=runs,
                total=total if self._is_complete else None,
                indexing=not self._is_complete,
                revision=f"{self._index.revision}{'' if self._is_complete else '-'}",
                pipelines=self._index.pipelines(),
                states=self._index.states(),
                metrics=self._index.metrics(),
            )

    def complete(self) -> None:
        """Read all runs now, for those who cannot ask again; another thread may get a page meanwhile.

        Raises:
            StoreError: the store is busy, damaged or gone.
        """
        with self._lock:
            self._refresh()
        while not self._is_complete:
            with self._lock:
                if not self._is_complete:
                    self._read_slice()

    def close(self) -> None:
        """Stop reading in the background."""
        self._closed = True

    def _forget(self) -> None:
        self._index = Index()
        self._generation = self._store.generation
        self._begun = self._is_complete = False
        self._token = ""
        self._highest = 0
        self._running: set[int] = set()
        self._changes = _Changes(self._store, "contexts")
        self._foreign = False
        self._steps = _Changes(self._store, "executions")
        self._unplaced: deque[int] = deque()

    # What changed since the last call.

    def _refresh(self) -> None:
        changed = self._changes.read()
        if self._store.generation != self._generation:
            self._forget()
            changed = self._changes.read()
        steps = self._steps.read() if self._foreign or not self._begun else []
        if not self._begun:
            # All there is will be read by the slices.
            newest, _ = self._store.slice_of(listing.contexts, listing.ID, 1)
            self._highest = max((context.id for context in newest), default=0)
            self._begun = True
            return
        for context in [*changed, *self._running_contexts(), *self._created()]:
            self._take(context)
        if self._foreign:
            for name in dict.fromkeys(self._run_names(steps)):
                context = self._store.context(v.RUN_TYPES[0], name)
                if context is not None:
                    self._take(context)
            self._look_up_unplaced()

    def _running_contexts(self) -> list[Any]:
        """The runs that run: their process may be gone, and the clock of their end may be another one."""
        return self._store.contexts_by_number(sorted(self._running, reverse=True)[:_RECHECKED])

    def _created(self) -> Iterator[Any]:
        """What was created since, by number: the clock of another machine may be late."""
        token, known = "", self._highest
        while True:
            contexts, token = self._store.slice_of(listing.contexts, listing.ID, _SLICE if token else _FEW, token)
            self._highest = max([self._highest, *(context.id for context in contexts)])
            yield from (context for context in contexts if context.id > known)
            if not token or contexts[-1].id <= known:
                return

    def _run_names(self, executions: list[Any]) -> Iterator[str]:
        """The runs of executions of InteractiveContext; others are looked up by their contexts."""
        for execution in executions:
            pipeline, run = (execution.properties[name].string_value for name in ("pipeline_name", "run_id"))
            if pipeline and run:
                yield f"{pipeline}.{run}"
            else:
                self._unplaced.append(execution.id)

    def _look_up_unplaced(self) -> None:
        for _ in range(min(_LOOKED_UP, len(self._unplaced))):
            for context in self._store.contexts_of_execution(self._unplaced.popleft()):
                self._take(context)

    # What was there before.

    def _read_enough(self, filters: Filters, wanted: int) -> None:
        """Read slices until there are enough runs for a page, or it took too long."""
        began = time.monotonic()
        is_first = filters == Filters() and wanted <= listing.MOST
        while not self._is_complete and self._index.select(filters, 0, 0)[1] < wanted:
            self._read_slice()
            if time.monotonic() - began > (_FIRST_LOOK if is_first else _WAIT):
                break
        if is_first and not self._is_complete and len(self._index) < wanted:
            for kind in v.RUN_TYPES:
                for context in self._store.slice_of(listing.contexts, listing.ID, wanted, "", kind)[0]:
                    self._take(context)

    def _read_slice(self) -> None:
        contexts, self._token = self._store.slice_of(listing.contexts, listing.ID, _SLICE, self._token)
        self._is_complete = not self._token
        for context in contexts:
            self._take(context)

    def _go_on_in_background(self) -> None:
        if not self._is_complete and self._thread is None:
            self._thread = threading.Thread(target=self._read_the_rest, name="zenml_nb catalog", daemon=True)
            self._thread.start()

    def _read_the_rest(self) -> None:
        pause: float | None = 0.0
        while pause is not None:
            # As much time for others as for this.
            time.sleep(pause)
            pause = self._read_one_more()

    def _read_one_more(self) -> float | None:
        """The seconds that it took; None if there is no more to do for this thread."""
        began = time.monotonic()
        with self._lock:
            # What cannot be read is told by the next page, which starts another thread once it has read something.
            with contextlib.suppress(StoreError):
                if not self._closed and not self._is_complete:
                    self._read_slice()
                    if not self._is_complete:
                        return max(0.001, time.monotonic() - began)
            self._thread = None
            return None

    def _take(self, context: Any) -> None:
        if context.type not in v.RUN_TYPES:
            return
        run = self._store.run_alone(context)
        self._foreign = self._foreign or v.STATE not in context.custom_properties
        if run.state == v.RUNNING and v.STATE in context.custom_properties:
            self._running.add(context.id)
        else:
            self._running.discard(context.id)
        self._index.put((context.create_time_since_epoch, context.id), summary_of(run))


class _Changes:
    """What was created or changed since it was last asked.

    Args:
        store: whose.
        kind: ``contexts`` or ``executions``.
    """

    def __init__(self, store: Store, kind: str) -> None:
        self._store = store
        self._list = getattr(listing, kind)
        self._until = -1
        #: Where there is no news for a while, nothing can be out of order any more.
        self._news_at = 0.0
        #: What was told already of the time that is read again.
        self._told: set[tuple[int, int]] = set()

    def read(self) -> list[Any]:
        """Those since the last call; the first one tells nothing."""
        found = list(self._since(self._until - self._overlap))
        new = [node for node in found if _stamp(node) not in self._told]
        is_first = self._until < 0
        self._until = max([self._until, 0, *(node.last_update_time_since_epoch for node in found)])
        if new and not is_first:
            self._news_at = time.monotonic()
        self._told = {_stamp(n) for n in found if n.last_update_time_since_epoch >= self._until - self._overlap}
        return [] if is_first else new

    @property
    def _overlap(self) -> float:
        return 1000 * _OVERLAP if time.monotonic() - self._news_at < 2 * _OVERLAP else 0

    def _since(self, since: float) -> Iterator[Any]:
        token, limit = "", _FEW
        while True:
            nodes, token = self._store.slice_of(self._list, listing.UPDATED, limit, token)
            recent = [node for node in nodes if node.last_update_time_since_epoch >= since]
            yield from recent
            if self._until < 0 or len(recent) < len(nodes) or not token:
                return
            limit = _SLICE


def _stamp(node: Any) -> tuple[int, int]:
    return node.id, node.last_update_time_since_epoch


def summary_of(run: Run) -> RunSummary:
    """What a list shows of a run."""
    texts = {name: str(run.properties.get(name) or "") for name in (v.FAILED_STEP, v.UNTIL, v.ERROR)}
    return RunSummary(
        id=run.id,
        pipeline=run.pipeline,
        state=run.state,
        started=run.started,
        finished=run.finished,
        metrics=run.metrics,
        failed_step=texts[v.FAILED_STEP],
        until=texts[v.UNTIL],
        error=next(iter(texts[v.ERROR].strip().splitlines()), "")[:_ERROR_LENGTH],
    )
