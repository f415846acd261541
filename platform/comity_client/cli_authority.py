"""`comity authority show`: who belongs to an authority, and which statement made each change."""

from __future__ import annotations

from typing import Any

import click

from comity_client.cli_found import authority
from comity_client.terminal import authorities_of, connect, json_option, out, table
from comity_seal.authority import Change, VerifiedAuthority

WORDS = {
    "genesis": "founded",
    "member.add": "joined",
    "member.remove": "left",
    "admin.add": "became administrator",
    "admin.remove": "is administrator no more",
    "epoch.rotate": "a new key",
    "recovery.set": "recovery set",
    "recovery.admit": "admitted by recovery",
    "key.revoke": "key set revoked",
}
"""What each type of statement says."""


@authority.command()
@click.argument("code")
@json_option
def show(code: str, as_json_: bool) -> None:
    """Members and fingerprints of an authority, and every change with the statement that made it.

    All of it verified under the pinned root, and never older than what this machine has seen.
    """
    http, remembered = connect()
    verified = authorities_of(http, remembered).of(code.upper())
    value = described(verified)
    out(value, as_json_, _words(value))


def described(verified: VerifiedAuthority) -> dict[str, Any]:
    """An authority for `--json`."""
    names = names_of(verified)
    members = [
        {
            "user": one.user,
            "name": one.name,
            "role": one.role,
            "administrator": one.user in verified.admins,
            "keyset": one.keys.id,
            "fingerprint": one.keys.fingerprint,
            "since": verified.since[one.user],
            "revoked": verified.revoked[one.keys.id].since if one.keys.id in verified.revoked else None,
        }
        for one in verified.members.values()
    ]
    recovery = verified.recovery
    return {
        "authority": verified.code,
        "name": verified.names["en"],
        "seq": verified.seq,
        "sha256": verified.sha256,
        "epoch": verified.epoch.n,
        "epoch_since": verified.epoch.not_before,
        "members": members,
        "recovery": [
            {"user": one.user, "name": one.name, "fingerprint": one.keys.fingerprint}
            for one in (recovery.officers.values() if recovery else ())
        ],
        "changes": [_change(one, names) for one in verified.history],
    }


def names_of(verified: VerifiedAuthority) -> dict[str, str]:
    """How the statements call each person, now or before."""
    names = {one.member.user: one.member.name for one in verified.former}
    names |= {one.user: one.name for one in (verified.recovery.officers.values() if verified.recovery else ())}
    return names | {one.user: one.name for one in verified.members.values()} | {"root": "the root"}


def _change(one: Change, names: dict[str, str]) -> dict[str, Any]:
    return {
        "seq": one.seq,
        "type": one.type,
        "about": one.name,
        "by": names.get(one.by, one.by),
        "confirmed_by": [names.get(each, each) for each in one.confirmed_by],
        "at": one.at,
        "sha256": one.sha256,
    }


def _words(value: dict[str, Any]) -> str:
    state = f"statement {value['seq']}, key {value['epoch']} of {value['epoch_since']}"
    parts = [f"{value['authority']}, {value['name']}: {state}"]
    for one in value["members"]:
        marks = ["administrator"] if one["administrator"] else []
        marks += [f"key set revoked as of {one['revoked']}"] if one["revoked"] else []
        parts.append(f"{', '.join([one['name'], one['role'], *marks])}\n  since {one['since']}\n  {one['fingerprint']}")
    if value["recovery"]:
        parts.append("Recovery, two of them together:")
        parts += [f"{one['name']}\n  {one['fingerprint']}" for one in value["recovery"]]
    rows = []
    for one in value["changes"]:
        what = f"{one['about'] or ''} {WORDS[one['type']]}".strip()
        rows.append([str(one["seq"]), one["at"], what, one["by"], ", ".join(one["confirmed_by"])])
    parts.append(table(["", "on", "what", "signed by", "confirmed by"], rows))
    return "\n\n".join(parts)


__all__ = ["authority"]
