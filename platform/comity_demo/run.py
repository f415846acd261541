"""Run the demonstration until stopped: `python -m comity_demo.run --data FOLDER`."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click

from comity.core.errors import ComityError
from comity.core.settings import settings
from comity_demo.cast import sign_ins
from comity_demo.seed import READY, seed
from comity_workers.supervise import supervise


@click.command()
@click.option("--data", type=click.Path(path_type=Path), required=True, help="The folder of the demonstration.")
def main(data: Path) -> None:
    """Make the demonstration world if there is none, then run everything on this machine."""
    data = data.resolve()
    try:
        new = not (data / READY).exists()
        if new:
            click.echo(f"Making the demonstration world in {data} (once).", err=True)
            seed(data)
        os.environ["COMITY_CONFIG"] = str(data / "comity.toml")
        settings.cache_clear()
        port = settings().mail.port
    except (ComityError, OSError) as error:
        click.echo(f"The demonstration cannot start: {error}", err=True)
        sys.exit(1)
    mailbox = [sys.executable, "-m", "comity_demo.mailbox", "--folder", str(data / "mail"), "--port", str(port)]
    say = [sign_ins(), f"  e-mails      {data / 'mail'}", "Ctrl-C stops it; ./dev reset begins anew."]
    sys.exit(supervise([("mailbox", mailbox)], say, migrated=new))


if __name__ == "__main__":
    main()
