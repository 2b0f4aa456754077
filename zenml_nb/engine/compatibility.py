"""Where the installed versions of TFX's parts do not fit each other, or do what nobody asked for."""

from __future__ import annotations

import contextlib
import functools
from collections.abc import Iterator
from typing import Any


@contextlib.contextmanager
def mended() -> Iterator[None]:
    """Run TFX's components without the flaws below."""
    _let_transform_use_newer_beam()
    _keep_tensorflow_quiet_at_exit()
    with _beam_outside_ipython():
        yield


def _let_transform_use_newer_beam() -> None:
    """Beam 2.62 made two arguments of AppliedPTransform mandatory, which had the default None.

    TensorFlow Transform 1.16 copies transforms without them (its beam/deep_copy.py); later versions pass them.
    """
    from apache_beam.pipeline import AppliedPTransform

    give_defaults(AppliedPTransform.__init__, ("environment_id", "annotations"))


def give_defaults(function: Any, names: tuple[str, ...]) -> None:
    """Give the last arguments of a function the default None, where they have none."""
    code = function.__code__
    last = code.co_varnames[: code.co_argcount][-len(names) :]
    if not function.__defaults__ and last == names:
        function.__defaults__ = (None,) * len(names)


def _keep_tensorflow_quiet_at_exit() -> None:
    """TensorFlow 2.16 prints a TypeError for each function that lives until the interpreter ends.

    By then the module's own globals, which the finalizer of the function reads, are gone.
    """
    try:
        from tensorflow.python.eager.polymorphic_function.atomic_function import AtomicFunction
    except ImportError:  # It lies elsewhere in another version, which may not need this.
        return
    if not hasattr(AtomicFunction.__del__, "__wrapped__"):
        AtomicFunction.__del__ = forgiving(AtomicFunction.__del__)


def forgiving(finalizer: Any) -> Any:
    """A finalizer that ignores the TypeErrors of another."""

    @functools.wraps(finalizer)
    def finalize(self: Any) -> None:
        # No name of this module can be used here: at the end of the interpreter they are gone as well.
        try:  # noqa: SIM105
            finalizer(self)
        except TypeError:
            pass

    return finalize


@contextlib.contextmanager
def _beam_outside_ipython() -> Iterator[None]:
    """In a notebook Beam makes an interactive environment, which lets the page load jQuery from the internet.

    It also names transforms after the cell. Neither is wanted where the pipeline is not the user's own.
    """
    from apache_beam.utils import interactive_utils

    asked = interactive_utils.is_in_ipython
    interactive_utils.is_in_ipython = lambda: False
    try:
        yield
    finally:
        interactive_utils.is_in_ipython = asked
