"""Receipts of a request: which lines of the journal are evidence of delivery, of what kind, and how strong.

The kinds are those of ETSI EN 319 522.  Each receipt is one line with the proof that it is in the log; it verifies
offline, and whoever may read the request may have it.
"""
