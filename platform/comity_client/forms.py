"""The forms of a request: the cover of each as the platform shows it, and which one a sealed text must carry."""

from __future__ import annotations

from typing import Any

from comity_client.transfer import Received
from comity_seal.approval import cover
from comity_seal.errors import CoverMismatch
from comity_seal.opening.opening import compare_cover


def cover_of(request: dict[str, Any]) -> dict[str, Any]:
    """The cover as the platform shows it, of a request or of one form of it, as it is sealed and compared."""
    return cover(
        kind=request["kind"],
        reference=request["reference"],
        requesting=request["requesting"],
        requested=request["requested"],
        requested_on=request["requested_on"],
        situation=request["situation"],
        basis=request["basis"],
        measures=[(one["n"], one["letter"], one["act"]) for one in request["measures"] if not one.get("taken_back")],
        form=request.get("form", 1),
    )


def shown(request: dict[str, Any]) -> list[dict[str, Any]]:
    """Every form, the first one first; a request of before there were forms is its own only one."""
    found: list[dict[str, Any]] = request.get("forms") or [{"n": 1, "cover": request, "documents": []}]
    return found


def later(request: dict[str, Any]) -> list[dict[str, Any]]:
    """The forms that amendments made."""
    return shown(request)[1:]


def check(sealed: object, request: dict[str, Any], received: Received) -> None:
    """Raises CoverMismatch unless a sealed text carries the cover that it must.

    The request carries that of its first form, an amendment that of the form which it makes, and everything else that
    of one of the forms that there are; the last of them is what the platform shows of the request.
    """
    every = [cover_of(form["cover"]) for form in shown(request)]
    if [form["n"] for form in shown(request)] != list(range(1, len(every) + 1)):
        raise CoverMismatch("the platform shows forms that do not belong together")
    if every[-1] != cover_of(request):
        raise CoverMismatch("the platform shows another cover than the one that was sealed")
    purpose = received.manifest.purpose
    if purpose == "request":
        return compare_cover(sealed, every[0])
    if purpose == "amendment":
        return compare_cover(sealed, _of_amendment(request, received.manifest.doc))
    if sealed not in every:
        raise CoverMismatch("the platform shows another cover than the one that was sealed")
    return None


def _of_amendment(request: dict[str, Any], doc: str) -> dict[str, Any]:
    """The cover that the text of an amendment carries, also of one that is being prepared."""
    prepared = request.get("amendment")
    waiting = [{"cover": prepared["cover"], "documents": prepared["documents"]}] if prepared else []
    for form in [*later(request), *waiting]:
        if doc in form["documents"]:
            return cover_of(form["cover"])
    raise CoverMismatch("the platform names no amendment that this text belongs to")
