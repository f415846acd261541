"""Signing in a program that shows a code, which its owner types in her browser [RFC 8628]."""

from __future__ import annotations

from flask import request
from pydantic import Field

from comity.accounts import devices
from comity.accounts.login import code_key
from comity.core.settings import settings
from comity.web import Api, Body, View

api = Api("accounts", __name__, url_prefix="/api/v1/session/device")


class DeviceAsks(Body):
    """How the program calls itself, for its owner to recognise: its name and that of the machine."""

    name: str = Field(max_length=200)


class DeviceCodes(View):
    """The names are those of RFC 8628; the person opens the address herself and types the code there."""

    device_code: str
    user_code: str
    verification_uri: str
    expires_in: int
    interval: int


class DeviceCode(Body):
    device_code: str = Field(max_length=200)


class DeviceToken(View):
    """The token is shown this once; send it as `Authorization: Bearer`."""

    access_token: str
    token_type: str


@api.post("", body=DeviceAsks, answers=DeviceCodes, status=201, public=True, largest=4096)
def ask_for_device(body: DeviceAsks) -> DeviceCodes:
    """Ask to be signed in by somebody who types the code in her browser."""
    asked = devices.ask(body.name, key=code_key(), origin=request.remote_addr or "")
    return DeviceCodes(
        device_code=asked.device_code,
        user_code=devices.grouped(asked.user_code),
        verification_uri=f"{settings().server.public_url}/device",
        expires_in=int(devices.LIFETIME.total_seconds()),
        interval=devices.INTERVAL,
    )


@api.post("/token", body=DeviceCode, answers=DeviceToken, status=201, public=True, largest=4096)
def collect_for_device(body: DeviceCode) -> DeviceToken:
    """Fetch the token; until it is allowed 400: authorization-pending, slow-down, access-denied or expired-token."""
    return DeviceToken(access_token=devices.collect(body.device_code).token, token_type="Bearer")  # noqa: S106
