"""People and how they sign in.  The sign-in password is not the key passphrase, which never reaches the server."""
