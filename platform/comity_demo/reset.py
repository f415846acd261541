"""Throw the demonstration world away: `python -m comity_demo.reset --data FOLDER`."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import click


@click.command()
@click.option("--data", type=click.Path(path_type=Path), required=True)
def main(data: Path) -> None:
    """Delete the folder of the demonstration, if it is one."""
    if not data.exists():
        click.echo("There is no demonstration world; `./dev run` makes one.")
        return
    if not (data / "comity.toml").exists():
        click.echo(f"{data} is not a demonstration world: nothing was deleted.", err=True)
        sys.exit(1)
    shutil.rmtree(data)
    click.echo("The demonstration world is gone; `./dev run` makes a new one.")


if __name__ == "__main__":
    main()
