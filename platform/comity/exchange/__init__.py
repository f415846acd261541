"""Sealed documents: how they come in, who is handed them, what was signed about them [Statute art. 87(3), 93(8), 96].

A payload comes in parts and stays stored as parts.  A document is what was signed over it: header, manifest and
envelope, in versions.  The server checks all that can be checked without opening, and nothing here can open.
"""
