"""The error of a file that is missing, damaged or of another kind than expected."""

from __future__ import annotations

from pathlib import Path

from zenml_nb.errors import NotAvailableError, shorten_path


def unreadable(path: Path, expected: str, why: Exception | str) -> NotAvailableError:
    """Name the file, what is wrong with it, and what was expected.

    Args:
        path: the file, or the folder that lacks it.
        expected: what should be there, for example ``TFRecords of MetricsForSlice``.
        why: what the reader met.
    """
    lines = str(why).splitlines()
    reason = lines[0] if lines else ""
    if isinstance(why, Exception):
        reason = f"{type(why).__name__}: {reason}"
    return NotAvailableError(
        f"An artifact cannot be read: {reason}.",
        where=shorten_path(path),
        advice=f"Expected {expected}. Remove the artifact's folder and run the pipeline again.",
    )
