"""The half that needs private keys or opens payloads: for the client and tests.  The server never imports it."""
