"""A notebook without a kernel, see ``tests.notebook``."""

from __future__ import annotations

from tests.notebook import forget, modules, notebook  # noqa: F401
