"""Key sets, authority statements and wrapped keys: sealed or signed things that the server stores and checks.

The server is not trusted with keys.  It checks what it takes so that mistakes show early; clients check again, under
the root that they have pinned.
"""
