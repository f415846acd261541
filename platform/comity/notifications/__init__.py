"""Notifications: that a person is told that something waits for her, in her inbox and by every transport that is on.

Who is told of what is decided in `policies/notifications.toml`.  A notice carries no content: neither a title nor a
name, and an e-mail not even a reference.  It is not a formal notification in the sense of the Regulations of the Court.
"""
