"""The coarse net: so many requests a minute from one address.  Guesses at passwords are counted in the database.

A broker that is away or silent costs a fifth of a second at most and seldom; counting then goes on in memory.
"""

from __future__ import annotations

from typing import Any

from flask import Flask, request
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address

from comity.core.relaying import broker_url
from comity.core.settings import Settings

TIMEOUT = 0.2
"""Seconds that the broker may take."""


def install(app: Flask, settings: Settings) -> Limiter:
    """Count requests by address."""
    options: Any = {"socket_connect_timeout": TIMEOUT, "socket_timeout": TIMEOUT}
    return Limiter(
        get_remote_address,
        app=app,
        application_limits=[f"{settings.limits.requests_per_minute} per minute"],
        application_limits_exempt_when=lambda: request.endpoint in ("static", "bundle"),
        storage_uri=broker_url(settings).replace("redis+socket://", "redis+unix://"),
        storage_options=options,
        strategy="fixed-window",
        in_memory_fallback_enabled=True,
        swallow_errors=True,
        key_prefix="comity",
    )
