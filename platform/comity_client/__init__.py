"""The client: a library that seals, signs, verifies and opens on this machine, and the `comity` command on top of it.

It speaks to the platform through the same resources as the browser, and never imports the server.
"""
