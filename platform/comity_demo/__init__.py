"""The demonstration world: an invented Court and three invented States, played through server and client."""
