"""Run the command line with ``python -m edubalance``."""

import sys

from edubalance.cli import main

if __name__ == "__main__":
    sys.exit(main())
