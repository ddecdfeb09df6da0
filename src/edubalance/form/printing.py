"""A workbook as PDF, by LibreOffice where it is installed."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from pathlib import Path

from edubalance import storage
from edubalance.errors import EdubalanceError

PROGRAMS = ("soffice", "libreoffice")
SECONDS = 180


def program() -> str | None:
    """Return where LibreOffice is, or None where it is not installed."""
    return next((found for name in PROGRAMS if (found := shutil.which(name))), None)


def to_pdf(workbook: Path) -> Path:
    """
    Print a workbook as PDF beside it.

    Parameters
    ----------
    workbook : Path
        An xlsx file.

    Returns
    -------
    Path
        The PDF, of the same name.

    Raises
    ------
    EdubalanceError
        If LibreOffice is not installed, or does not print the file.
    """
    office = program()
    if office is None:
        raise EdubalanceError(
            f"LibreOffice is not installed, so no PDF was made; {workbook.name} is written.",
            hint="Install LibreOffice, or print the workbook from a spreadsheet program.",
        )
    target = workbook.with_suffix(".pdf")
    with tempfile.TemporaryDirectory(prefix="edubalance-") as folder:
        # A profile of its own: LibreOffice refuses a second run beside an open window.
        profile = f"-env:UserInstallation={Path(folder, 'profile').as_uri()}"
        command = [office, profile, "--headless", "--convert-to", "pdf", "--outdir", folder, str(workbook.resolve())]
        try:
            done = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS, check=False)  # noqa: S603 - fixed arguments
        except subprocess.TimeoutExpired:
            raise EdubalanceError(
                f"LibreOffice did not print {workbook.name} within {SECONDS} seconds.", hint="Print it by hand."
            ) from None
        printed = Path(folder, target.name)
        if not printed.is_file():
            raise EdubalanceError(
                f"LibreOffice could not print {workbook.name}: {done.stderr.strip() or done.stdout.strip()}.",
                hint="Print it by hand from a spreadsheet program.",
            )
        storage.write(target, printed.read_bytes())
    return target
