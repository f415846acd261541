"""Documents for plain tools: sealed as they came, with what was signed, and a text that says how to check it by hand.

`sealed/NAME.age` opens with `age`; `sealed/NAME.check` holds the rest.  Every command in its README.txt is one that
fails if something is not as it was signed; docs/sealing.md, section 9, says what they compare.
"""

from __future__ import annotations

import shlex
from base64 import b64decode
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA65PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from comity_client import files
from comity_client.names import shown
from comity_client.transfer import Received
from comity_client.unlocked import Unlocked
from comity_seal import tree

FOLDER = "sealed"


def sealed_path(document: Path) -> Path:
    """Where the sealed document is saved."""
    return document.parent / FOLDER / f"{document.name}.age"


def check_folder(document: Path) -> Path:
    return document.parent / FOLDER / f"{document.name}.check"


def is_whole(path: Path, received: Received) -> bool:
    """Whether `path` is the header and the payload that were signed."""
    header = received.piece("header")
    if not path.is_file() or path.stat().st_size != len(header) + received.manifest.payload_bytes:
        return False
    with path.open("rb") as file:
        if file.read(len(header)) != header:
            return False
        leaves = [tree.leaf(part) for part in iter(lambda: file.read(tree.PART), b"")]
    return tree.root(leaves) == received.manifest.payload_tree


def save_checks(me: Unlocked, received: Received, document: Path) -> None:
    """What was signed, by whom, one's own way to the key, and how to check it all."""
    folder = check_folder(document)
    author = received.opened.author
    mldsa = MLDSA65PublicKey.from_public_bytes(author.keys.mldsa65)
    grants = received.given.get("grants", [])
    contents = {
        "envelope.json": received.piece("envelope"),
        **{f"grant-{n}.json": b64decode(one) for n, one in enumerate(grants, 1)},
        "manifest.age": received.piece("manifest_age"),
        "manifest.json": received.signed_manifest,
        "signer.json": author.keys.canonical,
        "signer.mldsa65.pem": mldsa.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo),
        **dict(_keys(me, _own_epoch(me, received))),
        "README.txt": readme(me, received, document).encode(),
    }
    for name, content in contents.items():
        files.write(folder / name, content)


def _own_epoch(me: Unlocked, received: Received) -> int:
    return next(to.epoch for to in received.opened.present.to if to.authority == me.code)


def _keys(me: Unlocked, epoch: int) -> list[tuple[str, bytes]]:
    """The way to the key of an epoch: a wrap to oneself, and from there down, each key sealed to the next."""
    kept = me.http.get("/keys/mine")
    wraps, chains = (
        {one["epoch"]: b64decode(one["wrap"]) for one in kept.get(name, []) if one["authority"] == me.code}
        for name in ("wraps", "chains")
    )
    first = min(n for n in wraps if n >= epoch)
    below = [(f"epoch-{n - 1}-by-{n}.age", chains[n]) for n in range(first, epoch, -1)]
    return [(f"epoch-{first}.age", wraps[first]), *below]


def readme(me: Unlocked, received: Received, document: Path) -> str:
    """How to open and check by hand, with the values that were signed."""
    manifest, author, present = received.manifest, received.opened.author, received.opened.present
    header, epoch = received.piece("header"), _own_epoch(me, received)
    return README.format(
        name=document.name,
        age=shlex.quote(f"../{sealed_path(document).name}"),
        content=shlex.quote(f"../../{document.name}"),
        reference=_line(manifest.ref),
        purpose=manifest.purpose,
        by=_line(f"{author.name}, {manifest.sender.authority}"),
        created=manifest.created,
        readers=", ".join(f"{to.authority} (epoch {to.epoch})" for to in present.to),
        fingerprint=author.keys.fingerprint,
        keyset=author.keys.id,
        plain=manifest.plain_sha256,
        header_bytes=len(header),
        header=present.header_sha256,
        named=f"grant-{present.n}" if present.n else "envelope",
        granted=GRANTED.format(n=present.n) if present.n else "",
        payload_bytes=manifest.payload_bytes,
        payload_tree=manifest.payload_tree,
        part=tree.PART,
        manifest_age=present.manifest_age_sha256,
        commitment=received.opened.envelope.manifest_commitment,
        epoch=epoch,
        steps=_steps([name for name, _ in _keys(me, epoch)]),
        authority=me.code,
    )


def _steps(names: list[str]) -> str:
    """From one's own keys to the key of the epoch, each opened with the one before."""
    opened = ["keys.txt", *(f"epoch-{n}.txt" for n in range(1, len(names))), "epoch.txt"]
    steps = [f"  age -d -i {opened[n]} -o {opened[n + 1]} {name}" for n, name in enumerate(names)]
    return "\n".join(steps)


def _line(text: str) -> str:
    """What others wrote, on one line: lines of the text below may be run."""
    return " ".join(shown(text).split())


GRANTED = """
It was sealed anew since, to newer keys or to one reader more: whoever did so signed grant-{n}.json with a key set of
her own.  Each grant names the hashes of before; that they follow each other, `comity verify` checks.

    sed -n 's/.*"payload":"\\([^"]*\\)".*/\\1/p' grant-{n}.json | base64 -d > grant-{n}.payload
"""

README = """\
HOW TO CHECK {name} BY HAND

  request    {reference}, {purpose}
  signed by  {by}, on {created}
  readers    {readers}

`comity verify` does all of this and more, offline.  Without it these commands do: a POSIX shell in this folder, with
coreutils, sed and OpenSSL 3.  Each fails if something is not as it was signed.


1. THE KEY OF THE SIGNER

The hash of signer.json names the key set:

    echo "{keyset}  signer.json" | sha256sum -c -

In decimal groups, as the letter that designated the signer gives it, this is

  {fingerprint}

No command can do this comparison for you.  Without the letter: `comity verify` checks the statements of the authority
under the root that you pinned.


2. THE SIGNATURES

What was signed is a short prefix, then the content of the file.  Ed25519:

    key=$(sed -n 's/.*"ed25519":"\\([^"]*\\)".*/MCowBQYDK2VwAyEA\\1/p' signer.json)
    printf '%s\\n' "-----BEGIN PUBLIC KEY-----" "$key" "-----END PUBLIC KEY-----" > signer.ed25519.pem
    for each in manifest envelope; do
        type=application/vnd.comity.$each.v1+json
        grep -q "\\"payloadType\\":\\"$type\\"" $each.json
        grep -q "{keyset}#ed25519" $each.json
        sed -n 's/.*"payload":"\\([^"]*\\)".*/\\1/p' $each.json | base64 -d > $each.payload
        {{ printf 'DSSEv1 %d %s %d ' ${{#type}} $type $(wc -c < $each.payload); cat $each.payload; }} > $each.signed
        sed -n 's/.*#ed25519","sig":"\\([^"]*\\)".*/\\1/p' $each.json | base64 -d > $each.ed25519
        openssl pkeyutl -verify -pubin -inkey signer.ed25519.pem -rawin -in $each.signed -sigfile $each.ed25519
    done

ML-DSA-65, which OpenSSL knows from version 3.5 on:

    for each in manifest envelope; do
        case $(openssl version) in "OpenSSL 3."[0-4].*) echo "not checked: OpenSSL is older than 3.5"; break;; esac
        sed -n 's/.*#mldsa65","sig":"\\([^"]*\\)".*/\\1/p' $each.json | base64 -d > $each.mldsa65
        openssl pkeyutl -verify -pubin -inkey signer.mldsa65.pem -rawin -in $each.signed -sigfile $each.mldsa65 \\
            -pkeyopt context-string:application/vnd.comity.$each.v1+json
    done


3. THE DOCUMENT

Its hash is in the signed manifest, and it is the hash of the file:

    grep -q '"plain_sha256":"{plain}"' manifest.payload
    sha256sum < {content} | grep -q '^{plain} '


4. WHAT IS SEALED

The header of the age file, and the sealed manifest, have the hashes that were signed in {named}.json:
{granted}
    grep -q '"header_sha256":"{header}"' {named}.payload
    head -c {header_bytes} {age} > header
    echo "{header}  header" | sha256sum -c -
    grep -q '"manifest_age_sha256":"{manifest_age}"' {named}.payload
    echo "{manifest_age}  manifest.age" | sha256sum -c -

What the envelope says of the manifest, without telling anything of it:

    grep -q '"manifest_commitment":"{commitment}"' envelope.payload
    {{
        printf manifest-commit-v1
        sed -n 's/.*"nonce":"\\([^"]*\\)".*/\\1/p' manifest.payload | base64 -d
        cat manifest.payload
    }} | sha256sum | grep -q '^{commitment} '

The rest of the age file is the payload, {payload_bytes} bytes.  Its parts of {part} bytes are the leaves of a tree
(RFC 9162), whose root was signed:

    grep -q '"payload_tree":"{payload_tree}"' envelope.payload
    rm -f part-*
    tail -c +$(({header_bytes} + 1)) {age} | split -a 4 -b {part} - part-
    for part in part-????; do
        {{ printf '\\000'; cat $part; }} | openssl dgst -sha256 -binary > $part.hash
        rm $part
    done
    set -- part-????.hash
    while [ $# -gt 1 ]; do
        left=$#
        while [ $left -gt 1 ]; do
            {{ printf '\\001'; cat $1 $2; }} | openssl dgst -sha256 -binary > node
            mv node $1
            set -- "$@" $1
            shift 2
            left=$((left - 2))
        done
        if [ $left -eq 1 ]; then set -- "$@" $1; shift; fi
    done
    test "$(od -An -v -tx1 $1 | tr -d ' \\n')" = {payload_tree}


5. OPENING IT WITHOUT COMITY

With age 1.3 or newer (older ones cannot open post-quantum files), and the file of your own keys, keys.scrypt.age:

  age -d -o keys.txt keys.scrypt.age
{steps}
  age -d -i epoch.txt -o opened {age}
  age -d -i epoch.txt manifest.age

epoch.txt is key {epoch} of {authority}; whether it is the right one is what section 4 of docs/sealing.md says.
keys.txt and every epoch….txt open what is yours: remove them afterwards.
"""
