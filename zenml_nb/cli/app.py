"""The command line, read and carried out."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence

from zenml_nb.cli import clean, config, datasources, pipelines, project, run, runs, steps
from zenml_nb.cli.command import Parser
from zenml_nb.errors import RunCanceledError, StepFailedError, ZenmlNbError
from zenml_nb.version import __version__

_EXIT_CODES = """\
exit codes:
  0    done
  1    something is missing or wrong; nothing was run
  2    the command line means nothing
  3    a step of the run failed
  130  interrupted
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command.

    Args:
        arguments: what follows the name of the command; by default those of this process.

    Returns:
        The exit code, see ``zenml-nb --help``; what is wrong is told on standard error.
    """
    given = parser().parse_args(arguments)
    try:
        print(given.do(given))
        sys.stdout.flush()
    except StepFailedError as error:
        return _told(error, 3)
    except RunCanceledError as error:
        return _told(error, 130)
    except ZenmlNbError as error:
        return _told(error, 1)
    except KeyboardInterrupt:
        print("Interrupted.", file=sys.stderr)
        return 130
    except BrokenPipeError:
        # The reader of the pipe has seen enough; what is still to be flushed at exit has nowhere to go.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0


def parser() -> argparse.ArgumentParser:
    """The parser of the whole command line."""
    made = Parser(
        prog="zenml-nb",
        description="Projects, pipelines and their runs, in a terminal.",
        epilog=_EXIT_CODES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    made.add_argument("--version", action="version", version=f"zenml-nb {__version__}")
    rooms = made.add_subparsers(title="commands", required=True, metavar="COMMAND")
    for room in (project, run, runs, pipelines, datasources, steps, config, clean):
        room.add(rooms)
    return made


def _told(error: ZenmlNbError, code: int) -> int:
    """Tell what is wrong as a notebook's cell does: of a failed step, the stack from the user's line on."""
    print("\n".join(error._render_traceback_()), file=sys.stderr)
    return code
