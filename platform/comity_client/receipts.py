"""Receipts on this machine: brought here, each verified, and told in words."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from comity_client.errors import Conflicted, NotVerified
from comity_client.http import Http
from comity_client.names import file_name
from comity_client.seen import Seen
from comity_client.unlocked import trusted_root
from comity_seal import canonical, dsse
from comity_seal.acknowledgement import Acknowledgement, verify_acknowledgement
from comity_seal.authority import Member, verify_chain
from comity_seal.disposal import Disposal, verify_disposal
from comity_seal.encoding import unb64
from comity_seal.errors import HashMismatch, SealError, UntrustedRoot
from comity_seal.log import receipt
from comity_seal.log.proof import Trust
from comity_seal.root import Root

ENDING = ".signed.json"
"""Beside the receipt of what the recipient signed: her signed bytes, and the statements of her authority."""

TRIES, WAIT = 8, 1.5
"""How often, and after how many seconds, to ask for a receipt that the log has not signed yet."""

WORDS = {
    "document.deposited": "submission accepted",
    "document.replaced": "submission accepted",
    "document.refused": "submission rejected",
    "document.released": "made available to the other side",
    "notification.delivered": "notice sent by e-mail",
    "document.handed_out": "retrieved",
    "rfa.acknowledged": "receipt acknowledged",
    "amendment.acknowledged": "receipt of an amendment acknowledged",
    "supplement.acknowledged": "receipt of a supplement acknowledged",
    "disposal.confirmed": "what became of the documents",
}
"""What each line is evidence of."""

SIGNED: dict[str, tuple[str, Callable[[bytes], Any], Callable[..., Any]]] = {
    **dict.fromkeys(
        ("rfa.acknowledged", "amendment.acknowledged", "supplement.acknowledged"),
        ("acknowledgement", Acknowledgement.from_bytes, verify_acknowledgement),
    ),
    "disposal.confirmed": ("disposal", Disposal.from_bytes, verify_disposal),
}
"""What a person of the requested party has signed: its name, how it is read, and how it is verified."""

WEAKER = ("notification.delivered", "document.handed_out")
SAYS_SO = {
    "weaker": "weaker: an event on the platform's own machine; it does not show that anybody read it",
    "recorded": "recorded by the platform",
    "names": "names by its hash what the sender signed; the proof beside the document shows the signature",
    "claims": "names by its hash what the recipient signed, which is not beside this receipt",
    "signed": "signed by the recipient",
}
"""On whose word it stands."""


def is_receipt(path: Path) -> bool:
    """Whether a file claims to be one."""
    with path.open("rb") as file:
        return receipt.is_receipt(file.read(64))


def times_of(line: receipt.Line) -> dict[str, str]:
    """When the log held what a line names by its hash: what was signed before a key set was revoked counts so."""
    return {str(line.data[name]): line.at for name in ("envelope_sha256", "grant_sha256") if line.data.get(name)}


@dataclass(frozen=True)
class Told:
    """A verified receipt, and who signed what it is about, if that was at hand."""

    proven: receipt.Proven
    recipient: tuple[Member, str] | None

    @property
    def strength(self) -> str:
        name, data = self.proven.line.name, self.proven.line.data
        if name in WEAKER:
            return "weaker"
        if name in SIGNED and data.get(f"{SIGNED[name][0]}_sha256"):
            return "signed" if self.recipient else "claims"
        return (
            "names"
            if name in ("document.deposited", "document.replaced") and data.get("envelope_sha256")
            else "recorded"
        )

    @property
    def who(self) -> str:
        line = self.proven.line
        if self.recipient:
            member, code = self.recipient
            return f"{member.name}, {member.role}, {code}"
        if line.actor == "system":
            return f"the platform, to account {line.data['account']}" if "account" in line.data else "the platform"
        return f"account {line.actor}"

    @property
    def about(self) -> str:
        line = self.proven.line
        parts = [line.subject or "", str(line.data.get("purpose", ""))]
        parts += [f"version {line.data['ver']}"] if "ver" in line.data else []
        parts += [f"envelope {line.data['envelope_sha256']}"] if line.data.get("envelope_sha256") else []
        why = f"why: {line.data.get('why', '')} {line.data.get('where', '')}".rstrip()
        parts += [why] if line.name == "document.refused" else []
        fate = " ".join(str(line.data[one]) for one in ("fate", "kept_for") if line.data.get(one))
        parts += [fate] if line.name == "disposal.confirmed" else []
        return ", ".join(part for part in parts if part)

    def to_json(self) -> dict[str, Any]:
        line, checkpoint = self.proven.line, self.proven.checkpoint
        return {
            "event": line.name,
            "evidence": WORDS.get(line.name, line.name),
            "strength": self.strength,
            "who": self.who,
            "at": line.at,
            "line": line.seq,
            "subject": line.subject,
            "data": line.data,
            "log": checkpoint.origin,
            "lines": checkpoint.size,
            "witnesses": [{"name": one.witness.name, "at": one.at.isoformat()} for one in self.proven.cosigned],
        }

    def words(self) -> str:
        """Who, what and when, and on whose word."""
        line, checkpoint = self.proven.line, self.proven.checkpoint
        seen = [f"{one.witness.name} ({one.at:%Y-%m-%dT%H:%M:%SZ})" for one in self.proven.cosigned]
        facts = [
            ("what", WORDS.get(line.name, line.name)),
            ("who", self.who),
            ("when", f"{line.at[:19]}Z"),
            ("about", self.about),
            ("strength", SAYS_SO[self.strength]),
            ("log", f"line {line.seq} of {checkpoint.size}, {checkpoint.origin}"),
            ("witnesses", ", ".join(seen) or "none asked for"),
        ]
        return "\n".join(f"  {name:<10}{said}" for name, said in facts)


def verify(path: Path, trust: Trust, root: str | None) -> Told:
    """What a receipt proves.  Raises NotVerified."""
    try:
        proven = receipt.verify(path.read_bytes(), trust)
        beside = path.with_name(path.name + ENDING)
        what = SIGNED.get(proven.line.name)
        signed = what and proven.line.data.get(f"{what[0]}_sha256")
        recipient = None
        if signed and root and beside.exists():
            recipient = _recipient(proven, beside.read_bytes(), root)
    except (SealError, ValueError, KeyError) as error:
        raise NotVerified(f"{path.name} proves nothing: {error}.") from error
    return Told(proven, recipient)


def _recipient(proven: receipt.Proven, data: bytes, pinned: str) -> tuple[Member, str]:
    """Who signed what the line names."""
    name, from_bytes, verified = SIGNED[proven.line.name]
    read = canonical.Reader(canonical.loads_strict(data), f"the {name}", {"v", "root", "chain", name})
    read.version()
    root = Root.from_json(read.value["root"])
    if root.id != pinned:
        raise UntrustedRoot(f"the {name} was made under another root than the one you pinned")
    signed = unb64(read.text(name, dsse.LARGEST))
    payload = dsse.Dsse.parse(signed).payload
    if sha256(payload).hexdigest() != proven.line.data[f"{name}_sha256"]:
        raise HashMismatch(f"the {name} beside it is another one than the line names")
    unverified = from_bytes(payload)
    claimed = unverified.by
    chain = [unb64(one) for one in read.items("chain")]
    authority = verify_chain(chain, root, claimed.authority)
    member = authority.signer(claimed.user, claimed.keyset, unverified.created, proven.line.at)
    said = verified(signed, member.keys)
    if (f"rfa:{said.request}", said.by.user) != (proven.line.subject, proven.line.actor):
        raise HashMismatch(f"the {name} is of another request or person than the line")
    return member, authority.code


def bring(
    http: Http,
    request: dict[str, Any],
    folder: Path,
    trust: Trust,
    root: str,
    *,
    log: Seen | None = None,
    wait: bool = True,
) -> tuple[list[Path], list[str]]:
    """Every receipt of a request into `folder`, each verified first; gives the files, and what is not sealed yet.

    Each must be of the `log` that was seen before, where one is given.  With `wait` it asks again for what the log has
    not signed yet.  Raises NotVerified; what was verified before is there then.
    """
    written, missing = [], []
    if log:
        log.look()
    for item in http.get(f"/requests/{request['id']}/receipts")["items"]:
        name = file_name(item["file"], otherwise=f"{item['seq']}.tlog-proof")
        data = _fetched(http, request, item["seq"]) if wait or item["sealed"] else None
        if data is None:
            missing.append(name)
            continue
        path = folder / name
        fresh = path.with_name(f".{path.name}.new")
        fresh.write_bytes(data)
        try:
            told = verify(fresh, trust, None)
            if told.proven.line.seq != item["seq"]:
                raise NotVerified(f"The platform gave another receipt than that of line {item['seq']}.")
            if log:
                log.check(told.proven.checkpoint)
        except NotVerified:
            fresh.unlink()
            raise
        fresh.replace(path)
        what = SIGNED.get(told.proven.line.name)
        signed = _signed(request, what[0], told.proven.line.data) if what else None
        if what and signed:
            path.with_name(path.name + ENDING).write_bytes(_statement(http, request, root, what[0], signed))
        written.append(path)
    return written, missing


def _fetched(http: Http, request: dict[str, Any], seq: int) -> bytes | None:
    for attempt in range(TRIES):
        try:
            return http.get_bytes(f"/requests/{request['id']}/receipts/{seq}")
        except Conflicted:
            if attempt < TRIES - 1:
                time.sleep(WAIT)
    return None


def _signed(request: dict[str, Any], name: str, data: dict[str, Any]) -> str | None:
    """What was signed that a receipt is about, as the platform gives it: of the request, or of what came later."""
    if name == "disposal":
        return (request.get("withdrawal") or {}).get("disposal")
    if "form" in data or "supplement" in data:
        n, later = (data["form"], "forms") if "form" in data else (data["supplement"], "supplements")
        return next((one["acknowledgement"] for one in request[later] if one["n"] == n), None)
    found: str | None = request[name]
    return found


def _statement(http: Http, request: dict[str, Any], pinned: str, name: str, signed: str) -> bytes:
    root = trusted_root(http, pinned)
    chain = http.get(f"/authorities/{request['requested']}/chain")["chain"]
    value = {"v": 1, "root": root.to_json(), "chain": chain, name: signed}
    return json.dumps(value, indent=1, sort_keys=True).encode() + b"\n"
