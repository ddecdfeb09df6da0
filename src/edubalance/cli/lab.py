"""The command that opens notebooks to work on by hand: lab."""

from __future__ import annotations

from typing import Annotated

import typer

from edubalance.cli.options import tell_unknown

PORT = 8888


def add_to(app: typer.Typer) -> None:
    """
    Add the command.

    Parameters
    ----------
    app : Typer
        The command line.
    """
    app.command()(lab)


def lab(
    case: Annotated[str | None, typer.Argument(help="Which notebook to open; a list of all by default.")] = None,
    port: Annotated[
        int, typer.Option(min=0, max=65535, help="Port on this machine; the next free one if taken.")
    ] = PORT,
    *,
    fresh: Annotated[bool, typer.Option("--fresh", help="Begin again with copies that you have changed.")] = False,
    browser: Annotated[bool, typer.Option(help="Open a browser.")] = True,
) -> None:
    """Open JupyterLab on copies of the notebooks in build/lab; the references stay as they are."""
    from edubalance import paths
    from edubalance.runs import lab as copies

    chosen = [case] if case else []
    for each in copies.copy(chosen, fresh=fresh):
        if each.state == "kept":
            again = f"edubalance lab {each.file.stem} --fresh"
            typer.echo(f"build/lab/{each.file.name}: your changes are kept; {again} begins with a new copy.")
        elif each.state == "replaced":
            typer.echo(f"build/lab/{each.file.name}: a new copy; yours is in build/lab/replaced.")
    tell_unknown(*map(paths.notebook, chosen))
    copies.serve(case or "", port=port, browser=browser)
