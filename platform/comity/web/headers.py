"""What every answer carries, scripts included: where content may come from, and what others may do with it."""

from __future__ import annotations

from flask import Flask, request
from werkzeug.wrappers import Response

CONTENT_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "worker-src 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
        "require-trusted-types-for 'script'",
        "trusted-types comity-worker",
    )
)
"""A worker obeys only the policy of its own response, so scripts carry it too."""

HEADERS = {
    "Content-Security-Policy": CONTENT_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Permissions-Policy": ", ".join(
        f"{feature}=()"
        for feature in (
            "accelerometer", "autoplay", "browsing-topics", "camera", "display-capture", "encrypted-media",
            "fullscreen", "geolocation", "gyroscope", "hid", "magnetometer", "microphone", "midi", "payment",
            "picture-in-picture", "screen-wake-lock", "serial", "usb", "xr-spatial-tracking",
        )
    ),
}  # fmt: skip
"""The same for everyone."""

HTTPS = {"Strict-Transport-Security": "max-age=63072000; includeSubDomains"}
"""Only where people reach the site by HTTPS."""

FOR_EVER = "public, max-age=31536000, immutable"
"""For files whose name holds the hash of their content."""


def install(app: Flask, *, https: bool) -> None:
    """Add the headers to every answer, errors included."""
    headers = HEADERS | (HTTPS if https else {})

    @app.after_request
    def protect(response: Response) -> Response:
        response.headers.extend({name: value for name, value in headers.items() if name not in response.headers})
        if request.endpoint not in ("static", "bundle"):
            response.headers["Cache-Control"] = "no-store"
        elif response.status_code < 400:
            response.headers["Cache-Control"] = FOR_EVER
        return response
