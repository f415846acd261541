"""What only resembles a note, a checkpoint, a verifier key or a receipt of the log."""

import base64

from comity_seal.log import merkle
from comity_seal.log.notes import LOG
from comity_seal.log.signer import NoteKey

LOG_KEY = NoteKey("court.example/api/v1/log", LOG, b"\1" * 32)
ROOT = merkle.leaf(b"one")
SIGNED = LOG_KEY.sign_checkpoint(1, ROOT)
ORIGIN, HASH = LOG_KEY.public.name, SIGNED.decode().split("\n")[2]
DASH = "\N{EM DASH} "
SIGNATURE = SIGNED.decode().split("\n\n")[1]

NOT_NOTES = [
    "",
    "no signature\n",
    "text\n\n",
    f"\n\n{SIGNATURE}",
    f"text\n\n{SIGNATURE[:-1]}",
    f"text\n\n{SIGNATURE}\n",
    f"text\n\n- {SIGNATURE[2:]}",
    f"text\r\n\n{SIGNATURE}",
    f"text\0\n\n{SIGNATURE}",
    f"text\n\n{DASH}na me AAAAAAA=\n",
    f"text\n\n{DASH}na\N{NO-BREAK SPACE}me AAAAAAA=\n",
    f"text\n\n{DASH}na\x85me AAAAAAA=\n",
    f"text\n\n{DASH}na+me AAAAAAA=\n",
    f"text\n\n{DASH} AAAAAAA=\n",
    f"text\n\n{DASH}{'n' * 201} AAAAAAA=\n",
    f"text\n\n{DASH}name AAAAAAA\n",
    f"text\n\n{DASH}name AAAAAAB=\n",
    f"text\n\n{DASH}name AAAA\n",
    "text\n\n" + f"{DASH}name AAAAAAA=\n" * 65,
    "x" * 70000 + f"\n\n{SIGNATURE}",
]

NOT_CHECKPOINTS = [
    f"{ORIGIN}\n1\n",
    f"{ORIGIN}\n01\n{HASH}\n",
    f"{ORIGIN}\n+1\n{HASH}\n",
    f"{ORIGIN}\n-1\n{HASH}\n",
    f"{ORIGIN}\n1 \n{HASH}\n",
    f"{ORIGIN}\n1e3\n{HASH}\n",
    f"{ORIGIN}\n\N{ARABIC-INDIC DIGIT ONE}\n{HASH}\n",
    f"{ORIGIN}\n9007199254740992\n{HASH}\n",
    f"{ORIGIN}\n9007199254740993\n{HASH}\n",
    f"{ORIGIN}\n1\n{HASH[:-4]}\n",
    f"{ORIGIN}\n1\n{HASH}=\n",
    f"{ORIGIN}\n0\n{HASH}\n",
    f"{ORIGIN}\n1\n{HASH}\nan extension\n",
    f"\n1\n{HASH}\n",
]
"""Texts that are signed all the same."""

NOT_KEYS = [
    "name+00000000",
    "name+00000000+AQ==",
    "example.com/foo+530D903A+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
    "example.com/fop+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
    "example.com/foo+530d903b+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
    "example.com/foo+530d903a+BekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
    "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k=",
]


def not_receipts(good: bytes) -> list[bytes]:
    """What is made of the receipt of line 7 and is none."""
    return [
        b"",
        b"c2sp.org/tlog-proof@v1\n",
        good.replace(b"@v1", b"@v2", 1),
        good.replace(b"index 6\n", b""),
        good.replace(b"index 6\n", b"index 06\n"),
        good.replace(b"index 6\n", b"index -6\n"),
        good.replace(b"index 6\n", b"index 6\n\n"),
        good.replace(b"index 6\n", b"index 6\n" + base64.b64encode(b"\0" * 31) + b"\n"),
        good.replace(b"index 6\n", b"index 6\n" + (base64.b64encode(b"\0" * 32) + b"\n") * 64),
        good.replace(b"extra ", b"extra  ", 1),
        good.replace(b"\n", b"\r\n"),
        good.partition(b"\n\n")[0],
    ]
