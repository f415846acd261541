"""`comity authority recovery`: the key that two officers open together when nobody else can."""

from __future__ import annotations

from pathlib import Path

import click

from comity_client import office
from comity_client.cli_proposals import authority
from comity_client.cli_signing import compare, fingerprint_option, reason_option, signing, told
from comity_client.errors import ClientError, NotVerified
from comity_client.office import Signing
from comity_client.terminal import agree, json_option, out, passphrase_option, say, unlock, yes_option
from comity_client.transfer import stamp
from comity_seal.authority import Member, Officer, Recovery
from comity_seal.encoding import b64, unb64
from comity_seal.errors import SealError
from comity_seal.opening import recovery as sealed
from comity_seal.opening import statements
from comity_seal.opening.wraps import Epoch

__all__ = ["authority"]


@authority.group()
def recovery() -> None:
    """Recovery: two of its officers together open your authority's key, when no administrator can."""


@recovery.command("set")
@click.argument("names", metavar="PERSON...", nargs=-1, required=True)
@yes_option
@passphrase_option
@json_option
def set_(names: tuple[str, ...], yes: bool, passphrase_file: Path | None, as_json_: bool) -> None:
    """Make a new recovery key for two to four officers; a second administrator confirms.

    They are members; somebody who is none yet is compared by the 60 digits first.
    """
    me = unlock(passphrase_file)
    members = me.authority(me.code).members
    others = me.http.get(f"/authorities/{me.code}/office")["candidates"]
    found = [{"user": one.user, "name": one.name} for one in members.values()]
    chosen = list[Member]()
    for name in names:
        meant = office.person([*found, *others], name)
        if meant["user"] in members:
            chosen.append(members[meant["user"]])
        else:
            chosen.append(office.candidate(meant))
            compare(chosen[-1], None, yes)
    if not 2 <= len({one.user for one in chosen}) == len(chosen) <= 4:
        raise click.UsageError("Name two to four officers, each once.")
    agree(f"Let any two of {', '.join(one.name for one in chosen)} open the key of {me.code} together?", yes)
    officers = [Officer(one.user, one.name, one.keys) for one in chosen]
    made, wraps = statements.set_recovery(*Signing.of(me).first, officers=officers, epoch=me.epoch, created=stamp())
    done = office.bring(Signing.of(me), made, wraps)
    out(done, as_json_, told(done, me.code))


def _set(who: Signing) -> Recovery:
    found = who.verified.recovery
    if found is None:
        raise ClientError(f"No recovery is set for {who.code}.")
    if who.by not in found.officers:
        raise ClientError(f"You are no officer of recovery of {who.code}.")
    return found


@recovery.command("open")
@yes_option
@passphrase_option
@json_option
def open_(yes: bool, passphrase_file: Path | None, as_json_: bool) -> None:
    """As an officer: open your half of the recovery key and pass it on, sealed, to the officer who opens the rest."""
    who = signing(passphrase_file)
    state = _set(who)
    agree(f"Open your half of the recovery key of {who.code}, and pass it on?", yes)
    keysets = {one.keys.id: one for one in state.officers.values()}
    passed = []
    for one in who.authorities.http.get(f"/authorities/{who.code}/recovery")["files"]:
        if one["outer"] != who.keyset.public.id:
            continue
        try:
            inner = sealed.open_outer(unb64(one["file"]), who.keyset, who.verified)
        except SealError as error:
            raise NotVerified(f"A recovery file that the platform gave is not authentic: {error}.") from error
        other = keysets[one["inner"]]
        file = b64(sealed.hand_over(inner, other.keys))
        body = {"to": other.keys.id, "file": file}
        who.authorities.http.post(f"/authorities/{who.code}/recovery/handovers", body)
        passed.append(other.name)
    text = f"Passed on to {', '.join(passed)}: she goes on with `comity authority recovery admit`."
    out({"passed_on": passed}, as_json_, text if passed else "You open no first half: another officer begins.")


def _epoch(who: Signing) -> Epoch:
    """The newest key, from what another officer passed on.  Raises ClientError or NotVerified."""
    given = who.authorities.http.get(f"/authorities/{who.code}/recovery")
    if not given["handovers"]:
        raise ClientError("No officer has passed her half on to you: she runs `comity authority recovery open`.")
    try:
        inner = sealed.take_over(unb64(given["handovers"][-1]["file"]), who.keyset)
        identity = sealed.open_inner(inner, who.keyset, who.verified)
        return sealed.unwrap_recovery(unb64(given["wrap"]["wrap"]), identity, who.verified)
    except SealError as error:
        raise NotVerified(f"What was passed on to you is not authentic: {error}.") from error


@recovery.command("admit")
@click.argument("name", metavar="PERSON")
@click.option("--admin", is_flag=True, help="As an administrator; the root has to confirm too.")
@fingerprint_option
@reason_option
@yes_option
@passphrase_option
@json_option
def admit(
    name: str,
    admin: bool,
    fingerprint: str | None,
    reason: str,
    yes: bool,
    passphrase_file: Path | None,
    as_json_: bool,
) -> None:
    """As an officer: open the key with what another officer passed on, and let somebody in with a new key for all."""
    who = signing(passphrase_file)
    _set(who)
    shown = who.authorities.http.get(f"/authorities/{who.code}/recovery/candidates")
    new = office.candidate(office.person(shown["items"], name))
    compare(new, fingerprint, yes)
    old = _epoch(who)
    made, wraps = statements.admit(
        *who.first,
        member=new,
        admin=admin,
        reason=reason,
        old=old,
        new=Epoch.generate(who.code, old.n + 1),
        created=stamp(),
    )
    done = office.bring(who, made, wraps)
    say("The recovery key has been opened: set a new one once there are administrators.")
    out(done, as_json_, told(done, who.code))
