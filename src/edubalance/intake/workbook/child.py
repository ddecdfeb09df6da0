"""Read an xls file from standard input and write its sheets as JSON: a program of its own, within limits of its own."""

from __future__ import annotations

import datetime
import io
import json
import sys

from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum


def limit_memory(size: int) -> None:
    """
    Limit the memory of this process, where the system can.

    Parameters
    ----------
    size : int
        Bytes.
    """
    if sys.platform != "win32":
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (size, size))


def tagged(value: object) -> object:
    """
    Return a value as JSON can hold it.

    Parameters
    ----------
    value : object
        Of a cell.

    Returns
    -------
    object
        Dates and times as a list of one text.

    Examples
    --------
    >>> tagged(1.5), tagged(datetime.date(2026, 3, 1))
    (1.5, ['2026-03-01'])
    """
    dated = isinstance(value, datetime.date | datetime.time | datetime.timedelta)
    return [str(value)] if dated else value


def sheets(raw: bytes) -> list[dict[str, object]]:
    """
    Return the sheets of an xls file.

    Parameters
    ----------
    raw : bytes
        The file.

    Returns
    -------
    list of dict
        Name, whether it is hidden, rows and merged cells.
    """
    found: list[dict[str, object]] = []
    with CalamineWorkbook.from_filelike(io.BytesIO(raw)) as book:
        for meta in book.sheets_metadata:
            if meta.typ != SheetTypeEnum.WorkSheet:
                continue
            sheet = book.get_sheet_by_name(meta.name)
            rows = [[tagged(value) for value in row] for row in sheet.to_python(skip_empty_area=False)]
            hidden = meta.visible != SheetVisibleEnum.Visible
            found.append({"name": meta.name, "hidden": hidden, "rows": rows, "merged": sheet.merged_cell_ranges or []})
    return found


def main() -> None:
    """Read standard input; write sheets, or why there are none."""
    limit_memory(int(sys.argv[1]))
    said: dict[str, object]
    try:
        said = {"sheets": sheets(sys.stdin.buffer.read())}
    except PasswordError:
        said = {"refused": "encrypted"}
    except (CalamineError, ValueError, OSError) as error:
        said = {"refused": "unreadable", "why": str(error)}
    sys.stdout.buffer.write(json.dumps(said).encode())


if __name__ == "__main__":
    main()
