"""A limit on the size of files: a repository is cloned by everybody, for ever."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

LIMIT_KB = 1000


def main(files: Sequence[str]) -> int:
    """
    Print the files that are too large.

    Parameters
    ----------
    files : sequence of str
        Paths.

    Returns
    -------
    int
        1 if there is one, else 0.
    """
    found = [(file, size) for file in files if (size := Path(file).stat().st_size / 1000) > LIMIT_KB]
    sys.stdout.writelines(f"{file}: {size:.0f} kB; at most {LIMIT_KB} kB.\n" for file, size in found)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
