"""The log: the journal's chain as a Merkle tree, whose states are signed and witnessed, and receipts out of it.

Leaf n - 1 is the hash of line n.  Nothing is added to a commit: a job extends the tree from lines that are committed.
Only hashes are handed out, for lines are confidential; a receipt carries its one line to somebody who may read it.
"""
