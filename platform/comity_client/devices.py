"""Signing in without typing a password here: a code is shown, and allowed in a browser [RFC 8628]."""

from __future__ import annotations

import platform
import time
from collections.abc import Callable
from typing import Any

from comity_client.errors import Cancelled, NotReached, Refused, SignInNeeded
from comity_client.http import Http

SLOWER = 5
"""Seconds more between two questions, each time that the platform says so [RFC 8628, 3.5]."""


def this_machine() -> str:
    """What the person recognises on the page where she decides."""
    return f"comity on {platform.node() or 'a machine'}, {platform.system()}"


def sign_in(
    http: Http, tell: Callable[[dict[str, Any]], object], *, sleep: Callable[[float], object] = time.sleep
) -> str:
    """The token of the session that was allowed; `tell` shows code and address.

    Raises Cancelled if it was refused, SignInNeeded if nobody allowed it in time.
    """
    asked = http.post("/session/device", {"name": this_machine()})
    tell(asked)
    interval, waited = float(asked["interval"]), 0.0
    while waited < asked["expires_in"]:
        sleep(interval)
        waited += interval
        try:
            given = http.post("/session/device/token", {"device_code": asked["device_code"]})
        except NotReached:  # the network may come back in time
            continue
        except Refused as refused:
            match str(refused.problem.get("type", "")).rpartition("/")[2]:
                case "authorization-pending":
                    continue
                case "slow-down":
                    interval += SLOWER
                    continue
                case "access-denied":
                    raise Cancelled("It was refused in the browser: you are not signed in.") from None
                case "expired-token":
                    break
            raise
        return str(given["access_token"])
    raise SignInNeeded("The code has expired: run `comity login` again.")
