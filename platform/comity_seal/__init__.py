"""The ground: the age format, signatures, key sets, authority statements and documents, specified in docs/sealing.md.

This package verifies; its subpackage `opening` holds whatever needs a private key or opens a payload, and the server
never imports it.  Nothing here reads or writes files of its own accord.
"""
