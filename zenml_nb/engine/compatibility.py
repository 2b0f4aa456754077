"""Where the installed versions of TFX's parts do not fit each other."""

from __future__ import annotations

from typing import Any


def mend() -> None:
    """Let TensorFlow Transform 1.16 build pipelines with Apache Beam 2.62 and later.

    Beam 2.62 made two arguments of AppliedPTransform mandatory (see TensorFlow Transform 1.17, beam/deep_copy.py), which had the default
    None; TensorFlow Transform 1.16 copies transforms without them. Later versions of it pass them.
    """
    from apache_beam.pipeline import AppliedPTransform

    give_defaults(AppliedPTransform.__init__, ("environment_id", "annotations"))


def give_defaults(function: Any, names: tuple[str, ...]) -> None:
    """Give the last arguments of a function the default None, where they have none."""
    code = function.__code__
    last = code.co_varnames[: code.co_argcount][-len(names) :]
    if not function.__defaults__ and last == names:
        function.__defaults__ = (None,) * len(names)
