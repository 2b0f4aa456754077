"""Lists of ML Metadata in slices, in an order, from where the last slice ended.

Its Python functions read a list to its end or to a limit, and cannot list the contexts of one type in an order; its
requests can do both.
"""

from __future__ import annotations

from typing import Any

#: What a list is ordered by; the newest or highest comes first.
CREATED = "CREATE_TIME"
UPDATED = "LAST_UPDATE_TIME"
ID = "ID"

#: ML Metadata gives no more at once.
MOST = 100


def contexts(store: Any, order: str, limit: int, token: str = "", kind: str = "") -> tuple[list[Any], str]:
    """A slice of the contexts.

    Args:
        store: ML Metadata's own store.
        order: CREATED, UPDATED or ID.
        limit: at most so many.
        token: what the slice before returned; empty for the first.
        kind: only contexts of this type. That costs more the more there are of the type: no index has their order.

    Returns:
        The contexts, and the token for the next slice, empty where there is none.
    """
    return _slice(store, "GetContextsByType" if kind else "GetContexts", "contexts", order, limit, token, kind)


def executions(store: Any, order: str, limit: int, token: str = "") -> tuple[list[Any], str]:
    """A slice of the executions; see ``contexts``."""
    return _slice(store, "GetExecutions", "executions", order, limit, token, "")


def _slice(store: Any, method: str, field: str, order: str, limit: int, token: str, kind: str) -> tuple[list[Any], str]:
    from ml_metadata.proto import metadata_store_pb2 as pb
    from ml_metadata.proto import metadata_store_service_pb2 as service

    request = getattr(service, f"{method}Request")()
    if kind:
        request.type_name = kind
    request.options.max_result_size = min(limit, MOST)
    request.options.order_by_field.field = pb.ListOperationOptions.OrderByField.Field.Value(order)
    request.options.order_by_field.is_asc = False
    if token:
        request.options.next_page_token = token
    response = getattr(service, f"{method}Response")()
    store._call(method, request, response)
    return list(getattr(response, field)), response.next_page_token
