"""`comity authority`: what administrators and members do to their own authority, each a statement signed here."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from comity_client import office
from comity_client.cli_authority import authority
from comity_client.cli_signing import compare, fingerprint_option, reason_option, root_key_option, signing, told
from comity_client.office import Signing
from comity_client.terminal import agree, connect, json_option, out, passphrase_option, say, table, unlock, yes_option
from comity_client.transfer import stamp
from comity_client.unlocked import Unlocked
from comity_seal.authority import Member
from comity_seal.canonical import TIME
from comity_seal.opening import statements

__all__ = ["authority"]

DUE = {
    "yearly": "the key is a year old",
    "removal": "somebody's account was closed",
    "revoked": "a key set was revoked",
    "leaving": "somebody leaves",
}


@authority.command("office")
@json_option
def office_(as_json_: bool) -> None:
    """Your own authority: members, who could become one, and whether a new key is due."""
    http, _ = connect()
    code = str(http.get("/session")["authority"])
    found = http.get(f"/authorities/{code}/office")
    rows = [[one["name"], one["role"], _marks(one)] for one in found["members"]]
    parts = [table(["member", "role", ""], rows)]
    if found["candidates"]:
        rows = [[one["name"], one["role"], one["fingerprint"]] for one in found["candidates"]]
        parts.append(table(["not yet a member", "role", "fingerprint"], rows))
    due = found["rotation_due"]
    if due:
        parts.append(f"A new key is due, for {DUE.get(due, due)}: run `comity authority rotate`.")
    out(found, as_json_, "\n\n".join(parts))


def _marks(one: dict[str, Any]) -> str:
    said = [("admin", "administrator"), ("leaving", "leaves"), ("revoked", "key set revoked")]
    return ", ".join(word for name, word in said if one[name])


def _shown(me: Unlocked, **query: str) -> dict[str, Any]:
    found: dict[str, Any] = me.http.get(f"/authorities/{me.code}/office", **query)
    return found


def _member(me: Unlocked, name: str) -> Member:
    """A member as the statements list her."""
    members = me.authority(me.code).members
    meant = office.person([{"user": one.user, "name": one.name} for one in members.values()], name)
    return members[meant["user"]]


@authority.command()
@click.argument("name", metavar="PERSON")
@fingerprint_option
@yes_option
@passphrase_option
@json_option
def admit(name: str, fingerprint: str | None, yes: bool, passphrase_file: Path | None, as_json_: bool) -> None:
    """Let somebody with an account in: compare the 60 digits of her key set with her first.

    She then does the same and confirms: `comity authority confirm`.
    """
    me = unlock(passphrase_file)
    new = office.candidate(office.person(_shown(me)["candidates"], name))
    compare(new, fingerprint, yes)
    made, wraps = statements.add_member(*Signing.of(me).first, member=new, epoch=me.epoch, created=stamp())
    done = office.bring(Signing.of(me), made, wraps)
    out(done, as_json_, told(done, me.code))


@authority.command()
@click.argument("name", metavar="PERSON")
@reason_option
@yes_option
@passphrase_option
@json_option
def remove(name: str, reason: str, yes: bool, passphrase_file: Path | None, as_json_: bool) -> None:
    """Remove a member; the others get a new key.  What she could read before, she may have kept."""
    me = unlock(passphrase_file)
    gone = _member(me, name)
    unread = _shown(me, without=gone.user)["unread"]
    if unread:
        say(f"Without {gone.name} nobody could read {len(unread)} requests.")
    agree(f"Remove {gone.name} from {me.code}, and make a new key for the others?", yes)
    old, new = office.next_epoch(me)
    made, wraps = statements.remove_member(
        *Signing.of(me).first, user=gone.user, reason=reason, old=old, new=new, created=stamp()
    )
    done = office.bring(Signing.of(me), made, wraps)
    out(done, as_json_, told(done, me.code))


@authority.command()
@click.argument("name", metavar="PERSON")
@yes_option
@passphrase_option
@json_option
def appoint(name: str, yes: bool, passphrase_file: Path | None, as_json_: bool) -> None:
    """Make a member an administrator; a second administrator confirms."""
    me = unlock(passphrase_file)
    one = _member(me, name)
    agree(f"Make {one.name} an administrator of {me.code}?", yes)
    done = office.bring(Signing.of(me), statements.add_admin(*Signing.of(me).first, user=one.user, created=stamp()))
    out(done, as_json_, told(done, me.code))


@authority.command()
@click.argument("name", metavar="PERSON")
@reason_option
@yes_option
@passphrase_option
@json_option
def dismiss(name: str, reason: str, yes: bool, passphrase_file: Path | None, as_json_: bool) -> None:
    """Take the rights of an administrator from somebody, who stays a member; a second administrator confirms."""
    me = unlock(passphrase_file)
    one = _member(me, name)
    agree(f"Take the rights of an administrator of {me.code} from {one.name}?", yes)
    made = statements.remove_admin(*Signing.of(me).first, user=one.user, reason=reason, created=stamp())
    done = office.bring(Signing.of(me), made)
    out(done, as_json_, told(done, me.code))


@authority.command()
@click.option("--reason", help="Why; otherwise the reason that the platform gives.")
@yes_option
@passphrase_option
@json_option
def rotate(reason: str | None, yes: bool, passphrase_file: Path | None, as_json_: bool) -> None:
    """Make a new key for the same members.  `comity request rewrap` seals what is there to it."""
    me = unlock(passphrase_file)
    reason = reason or _shown(me)["rotation_due"] or "wished"
    agree(f"Make a new key for {me.code} ({reason})?", yes)
    old, new = office.next_epoch(me)
    made, wraps = statements.rotate(*Signing.of(me).first, reason=reason, old=old, new=new, created=stamp())
    done = office.bring(Signing.of(me), made, wraps)
    out({**done, "epoch": new.n}, as_json_, told(done, me.code))


def _time(_context: click.Context, _option: click.Parameter, value: str | None) -> str | None:
    if value is not None and not TIME.fullmatch(value):
        raise click.BadParameter("Write the time as 2026-11-23T20:00:00Z.")
    return value


@authority.command()
@click.argument("name", metavar="PERSON")
@click.option("--since", callback=_time, help="From when on her signatures count no more; otherwise from now.")
@reason_option
@click.option("--authority", "code", help="Whose member she is, where the root revokes.")
@root_key_option
@yes_option
@passphrase_option
@json_option
def revoke(
    name: str,
    since: str | None,
    reason: str,
    code: str | None,
    root_keys: tuple[Path, ...],
    yes: bool,
    passphrase_file: Path | None,
    as_json_: bool,
) -> None:
    """Revoke a key set that was lost or stolen: your own, as an administrator any member's, or with the root's keys.

    What was signed with it before counts where a receipt shows that it was there before.
    """
    who = signing(passphrase_file, code, root_keys)
    meant = office.person([{"user": one.user, "name": one.name} for one in who.verified.members.values()], name)
    member, now = who.verified.members[meant["user"]], stamp()
    agree(f"Revoke the key set of {member.name} as of {since or now}?", yes)
    made = statements.revoke(
        *who.first,
        user=member.user,
        revoked=member.keys.id,
        since=since or now,
        reason=reason,
        created=now,
    )
    done = office.bring(who, made)
    out(done, as_json_, f"{told(done, who.code)} A new key is due: run `comity authority rotate`.")


@authority.command()
@yes_option
@json_option
def leave(yes: bool, as_json_: bool) -> None:
    """Say that you leave: your authority's keys and documents are not given to you any more, at once."""
    http, _ = connect()
    code = http.get("/session")["authority"]
    agree(f"Leave {code}? You can read nothing of it from then on.", yes)
    http.post("/keys/mine/leaving")
    out(
        {"authority": code, "leaving": True},
        as_json_,
        f"You leave {code}: its administrators are told to make a new key.",
    )
