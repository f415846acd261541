"""Playing kinds against the command: each in a process of its own, behind a proxy that misbehaves."""

from __future__ import annotations

from dataclasses import dataclass

from _hostile_kinds import ACTS, Act, Kind
from _hostile_world import SECRETS, Desk, Said

EVIDENCE = {".state.lock", "state.refused"}
"""What a witness keeps of a log that it refused; its state must stay as it was."""


@dataclass(frozen=True)
class Verdict:
    """What a client made of a kind; `wrong` is empty where it was noticed and nothing came of it."""

    kind: str
    client: str
    said: str
    wrong: str

    def __str__(self) -> str:
        return f"{self.client:<8} {self.kind}: {'WRONG, ' + self.wrong + '; ' if self.wrong else ''}{self.said[:300]}"


def run(desk: Desk, act: Act) -> Said:
    """The command, with what lies beside it."""
    files = dict(act.files) | ({"state": desk.state} if "state" in act.words else {})
    words = [word.replace("PROXY", desk.proxy.url) for word in act.command(desk.world)]
    return desk.run(act.actor, *words, files=files)


def play(desk: Desk, kind: Kind) -> Verdict:
    """One kind, and what the command made of it."""
    desk.proxy.begin(lambda exchange: kind.meddle(desk.world, exchange))
    said = run(desk, kind.act)
    files = [name for name in said.files if name not in EVIDENCE]
    faults = [
        ("nothing was changed on the way", not desk.proxy.changed),
        (f"it ended with {said.code} instead of {kind.code}", said.code != kind.code),
        (f"it did not say `{kind.says}`", not kind.heard(said.sentence)),
        ("it failed without a name", "COMITY_DEBUG" in said.out),
        ("something was shown", any(secret in said.out for secret in SECRETS)),
        (f"there are files: {', '.join(files)[:200]}", bool(files) and not kind.shows),
        ("the film was saved", any(name.endswith("Film.mov") for name in said.files)),
        (f"it was left with the platform: {desk.proxy.left_behind}", bool(desk.proxy.left_behind)),
    ]
    wrong = [what for what, holds in faults if holds]
    return Verdict(kind.name, "command", f"{said.sentence} [{said.code}]", "; ".join(wrong))


def honest(desk: Desk) -> list[str]:
    """The same acts when nobody misbehaves: each must succeed, or the refusals say nothing."""
    wrong = []
    for name in (name for name in ACTS if name not in ("make keys", "transmit unapproved")):
        desk.proxy.begin(None)
        said = run(desk, ACTS[name])
        if said.code:
            wrong.append(f"{name} is refused when nobody misbehaves: {said.sentence} [{said.code}]")
    return wrong
