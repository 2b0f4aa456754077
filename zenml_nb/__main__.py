"""``python -m zenml_nb`` is the command ``zenml-nb``."""

import sys

from zenml_nb.cli import main

if __name__ == "__main__":
    sys.exit(main())
