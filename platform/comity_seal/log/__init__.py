"""The log: the journal as a Merkle tree, its signed checkpoints, witnesses, and receipts that verify offline.

The formats are those of C2SP (signed-note, tlog-checkpoint, tlog-cosignature, tlog-tiles, tlog-proof) over the tree of
RFC 6962 and RFC 9162; docs/sealing.md says how the journal becomes a log.  Everything here verifies and holds no
secret, except `signer`, which the sealing of the journal and witnesses alone import.
"""
