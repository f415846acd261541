"""`comity profile`: what States want of requests, and the next version of one's own State's profile."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from comity_client.errors import ClientError
from comity_client.terminal import DAY, agree, connect, json_option, out, say, yes_option


@click.group()
def profile() -> None:
    """What States have said of channel, languages and requirements."""


@profile.command()
@click.argument("code")
@click.option("--on", type=DAY, help="As it counts on that day; else today.")
@json_option
def show(code: str, on: Any, as_json_: bool) -> None:
    """Show the profile of the State with this code, as it counts today or on another day."""
    http, _remembered = connect()
    query = {"on": f"{on:%Y-%m-%d}"} if on else {}
    found = http.get(f"/authorities/{code}/profile", **query)
    out(found, as_json_, "" if as_json_ else _in_words(found))


@profile.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@yes_option
@json_option
def publish(file: Path, yes: bool, as_json_: bool) -> None:
    """Publish FILE, the JSON that `profile show --json` gives under `content`, as your State's next version."""
    http, _remembered = connect()
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ClientError(f"{file} is not JSON: {error}") from error
    begun = http.post("/authorities/own/profile")
    kept = http.put("/authorities/own/profile", {"content": content}, version=begun["version"])
    say("Everybody who signs in will read this profile, and requests drafted from now on go by it.")
    agree("Publish it?", yes)
    done = http.post("/authorities/own/profile/publication", version=kept["version"])
    text = f"Version {done['n']} is published; its channel and languages count from {done['effective_on']}."
    out(done, as_json_, text)


def _in_words(found: dict[str, Any]) -> str:
    said = found["content"]
    if not found["n"]:
        return "This State has published nothing yet."
    lines = [f"version {found['n']}, as it counts on {found['on']}"]
    lines += [f"channel    {one['way'].replace('_', ' ')} {one['details']}".rstrip() for one in said["channels"]]
    lines.append(f"languages  {', '.join(said['languages']) or '-'} ({said['manner'].replace('_', ' ')})")
    lines.append(f"contacts   {said['contact'].replace('_', ' ')} {said['contact_details']}".rstrip())
    lines += [f"{one['formality']:<9}  {one['text']} ({one['applies_to']})" for one in said["formalities"]]
    lines += [f"law        {one['title']} ({one['applies_to']}) {one['identifier']}".rstrip() for one in said["laws"]]
    lines += [f"{one['on']} {one['name']}, {'off' if one['off'] else 'worked'}" for one in said["days"]]
    if found["later"]:
        later = found["later"]["channels_and_languages"]
        lines.append(f"from {found['later']['effective_on']}: languages {', '.join(later['languages']) or '-'}")
    return "\n".join(lines)
