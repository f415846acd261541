"""Signed envelopes: DSSE v1 with two signatures, Ed25519 and ML-DSA-65, of which both must verify.

The signatures are over the pre-authentication encoding of payload type and exact payload bytes; ML-DSA-65 also takes
the payload type as its context [DSSE v1.0.2; FIPS 204].
"""

from __future__ import annotations

from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA65PublicKey

from comity_seal import canonical
from comity_seal.encoding import b64, unb64
from comity_seal.errors import FormatError, SignatureInvalid
from comity_seal.publickeys import PublicKeySet

MANIFEST = "application/vnd.comity.manifest.v1+json"
ENVELOPE = "application/vnd.comity.envelope.v1+json"
STATEMENT = "application/vnd.comity.statement.v1+json"
CONFIRMATION = "application/vnd.comity.confirmation.v1+json"
GRANT = "application/vnd.comity.grant.v1+json"
APPROVAL = "application/vnd.comity.approval.v1+json"
ACKNOWLEDGEMENT = "application/vnd.comity.acknowledgement.v1+json"
DISPOSAL = "application/vnd.comity.disposal.v1+json"
WAY = "application/vnd.comity.way.v1+json"
LARGEST = 262144
"""Bytes of a signed envelope."""


def pae(payload_type: str, payload: bytes) -> bytes:
    """What is signed."""
    kind = payload_type.encode()
    return b"DSSEv1 %d %b %d %b" % (len(kind), kind, len(payload), payload)


@dataclass(frozen=True)
class Dsse:
    """A parsed, not yet verified envelope."""

    payload_type: str
    payload: bytes
    keyset: str
    ed25519: bytes
    mldsa65: bytes

    @classmethod
    def parse(cls, data: bytes) -> Dsse:
        """Raises FormatError, or SignatureInvalid where the two signatures are not both there and in order."""
        if len(data) > LARGEST:
            raise FormatError("a signed envelope is too large")
        read = canonical.Reader(
            canonical.loads_strict(data), "a signed envelope", {"payload", "payloadType", "signatures"}
        )
        payload = unb64(read.text("payload", LARGEST))
        signatures = read.items("signatures")
        if len(signatures) != 2:
            raise SignatureInvalid(f"there are {len(signatures)} signatures instead of two")
        found = {}
        keysets = set()
        for place, algorithm in enumerate(("ed25519", "mldsa65")):
            signature = canonical.Reader(signatures[place], "a signature", {"keyid", "sig"})
            keyset, _, name = signature.text("keyid").partition("#")
            if name != algorithm or not canonical.HEX.fullmatch(keyset):
                raise SignatureInvalid(f"the signature by {algorithm} is not where it should be")
            keysets.add(keyset)
            found[algorithm] = unb64(signature.text("sig", 8192))
        if len(keysets) != 1:
            raise SignatureInvalid("the two signatures are by different key sets")
        return cls(read.text("payloadType", 200), payload, keysets.pop(), found["ed25519"], found["mldsa65"])

    def verify(self, keys: PublicKeySet, payload_type: str) -> bytes:
        """The payload, if it is of that type and both signatures are by `keys`.  Raises SignatureInvalid."""
        if self.payload_type != payload_type:
            raise SignatureInvalid(f"this is signed as {self.payload_type}, not as {payload_type}")
        if self.keyset != keys.id:
            raise SignatureInvalid("this is signed by another key set")
        message = pae(self.payload_type, self.payload)
        try:
            Ed25519PublicKey.from_public_bytes(keys.ed25519).verify(self.ed25519, message)
            MLDSA65PublicKey.from_public_bytes(keys.mldsa65).verify(self.mldsa65, message, payload_type.encode())
        except (InvalidSignature, ValueError) as error:
            raise SignatureInvalid("a signature does not verify") from error
        return self.payload


def verify(data: bytes, keys: PublicKeySet, payload_type: str) -> bytes:
    """The payload of a signed envelope.  Raises FormatError or SignatureInvalid."""
    return Dsse.parse(data).verify(keys, payload_type)


def assemble(payload_type: str, payload: bytes, keyset: str, ed25519: bytes, mldsa65: bytes) -> bytes:
    """The bytes of an envelope from its parts."""
    signatures = [
        {"keyid": f"{keyset}#ed25519", "sig": b64(ed25519)},
        {"keyid": f"{keyset}#mldsa65", "sig": b64(mldsa65)},
    ]
    return canonical.dumps({"payload": b64(payload), "payloadType": payload_type, "signatures": signatures})
