"""Names of links between requests, and of channels, for templates."""

from __future__ import annotations

from flask_babel import gettext as _

from comity.assistance import channels
from comity.web.languages import current
from comity.web.layout import template_name


@template_name("relation_name")
def relation_name(relation: str) -> str:
    """What a request is to another one."""
    names: dict[str, str] = {
        "follows": _("Follow-up to"),
        "followed_by": _("Followed up by"),
        "same_matter": _("About the same matter as"),
        "replaces": _("Replaces"),
        "replaced_by": _("Replaced by"),
        "full_request_of": _("Full request after the provisional arrest"),
        "has_full_request": _("Provisional arrest before the full request"),
        "redirected_from": _("Redirected from"),
        "redirected_to": _("Redirected to"),
    }
    return names[relation]


@template_name("channel_name")
def channel_name(channel: str) -> str:
    """By what a request has travelled, or was confirmed."""
    return channels.catalogue()[channel].name(current())
