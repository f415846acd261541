"""Completion for shells: commands, options, and references of requests from what `request list` last showed.

The references are kept in a file that its owner alone can read, so that completing asks nobody; it holds nothing else.
"""

from __future__ import annotations

import json
from collections.abc import Iterable

import click
from click.shell_completion import CompletionItem, get_completion_class

from comity_client import config

FILE = "references.json"
VARIABLE = "_COMITY_COMPLETE"
"""By which the shell tells the command to complete, and the command what its script must set."""

WHERE = {
    "bash": 'eval "$(comity completion bash)" in ~/.bashrc',
    "zsh": 'eval "$(comity completion zsh)" in ~/.zshrc, after compinit',
    "fish": "comity completion fish > ~/.config/fish/completions/comity.fish",
}


def remember(references: Iterable[str]) -> None:
    """Keep these for completion."""
    config.write(FILE, json.dumps(sorted(references)))


def forget() -> None:
    (config.folder() / FILE).unlink(missing_ok=True)


def _known() -> list[str]:
    try:
        kept = json.loads((config.folder() / FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return []
    return [one for one in kept if isinstance(one, str)] if isinstance(kept, list) else []


def _references(_context: click.Context, _parameter: click.Parameter, begun: str) -> list[CompletionItem]:
    return [CompletionItem(one) for one in _known() if one.lower().startswith(begun.lower())]


reference_argument = click.argument("name", metavar="REFERENCE", shell_complete=_references)
"""A request, named by its reference."""

references_argument = click.argument(
    "names", metavar="REFERENCE...", nargs=-1, required=True, shell_complete=_references
)
"""One request or several."""


@click.command(epilog="\n\n".join(f"{shell}: {line}" for shell, line in WHERE.items()))
@click.argument("shell", type=click.Choice(list(WHERE)))
@click.pass_context
def completion(context: click.Context, shell: str) -> None:
    """Print the script that completes this command in SHELL."""
    made = get_completion_class(shell)
    assert made is not None, "click knows these three"
    click.echo(made(context.find_root().command, {}, "comity", VARIABLE).source())
