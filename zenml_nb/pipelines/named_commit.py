"""The version of the data that a pipeline names."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from zenml_nb.errors import DataError, NotAvailableError, did_you_mean

if TYPE_CHECKING:
    from zenml_nb.datasources import BaseDatasource, Commit
    from zenml_nb.repository import Repository

_COMMIT_ID = re.compile(r"[0-9a-f]{16}")


def named_commit(datasource: BaseDatasource, commit_id: str, repository: Repository, was_recorded: bool) -> Commit:
    """The commit of an id; where it is not in this repository, the data of today if that has the same id.

    Args:
        datasource: whose commit it is.
        commit_id: the id.
        repository: where commits are kept. A commit of another id than this one is never made.
        was_recorded: whether the id is from the record of a pipeline, so that there was such a commit.

    Raises:
        NotAvailableError: there is no such commit; the nearest ids are named.
        DataError: there was one, and the data has changed since.
    """
    known = datasource.get_commits(repository)
    found = next((commit for commit in reversed(known) if commit.id == commit_id), None)
    if found is not None:
        return found
    # A commit's id follows from its content: in another repository the same data gives the same id.
    today = None
    if isinstance(commit_id, str) and _COMMIT_ID.fullmatch(commit_id):
        today = datasource.commit_if(commit_id, repository)
        if today == commit_id:
            return datasource.get_commit(commit_id, repository)
    if was_recorded and today is not None:
        raise DataError(
            f"The data of {datasource.name} is not that of the commit {commit_id}: "
            f"it has changed, its commit would be {today}.",
            advice="Bring the file of that time back, or call add_datasource(ds) to run on the data of today.",
        )
    ids = [commit.id for commit in reversed(known)]
    raise NotAvailableError(
        f"The datasource {datasource.name!r} has no commit {commit_id!r}.",
        advice=did_you_mean(str(commit_id), ids)
        if ids
        else "Nothing of it is committed here yet: call add_datasource(ds) to run on the data of today.",
    )
