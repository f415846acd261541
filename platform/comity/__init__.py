"""The server.  Its domains, lowest first; each may use those before it, never those after it."""

DOMAINS = [
    "log",
    "directory",
    "accounts",
    "keys",
    "deadlines",
    "exchange",
    "assistance",
    "library",
    "notifications",
    "receipts",
    "audit",
]
