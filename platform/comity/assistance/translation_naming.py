"""Names of languages and of what becomes of a translation, for templates."""

from __future__ import annotations

from flask_babel import gettext as _

from comity.assistance.translation_model import TranslationStage
from comity.directory import profile
from comity.web.languages import current
from comity.web.layout import template_name


@template_name("language_name")
def language_name(code: str) -> str:
    """A language as the reader calls it."""
    return profile.languages(current()).get(code, code)


@template_name("language_title")
def language_title(code: str) -> str:
    """The same at the beginning of a title."""
    name = language_name(code)
    return name[:1].upper() + name[1:]


@template_name("into")
def into(source: str, target: str) -> str:
    """From which language into which."""
    words = str(_("%(source)s to %(target)s", source=language_name(source), target=language_name(target)))
    return words[:1].upper() + words[1:]


@template_name("translation_state")
def translation_state(stage: str) -> str:
    """What has become of a translation."""
    names: dict[str, str] = {
        TranslationStage.PREPARED: _("Not asked for yet"),
        TranslationStage.ASKED: _("Asked for"),
        TranslationStage.TAKEN: _("Taken by a translator"),
        TranslationStage.GIVEN: _("Given"),
        TranslationStage.RETURNED: _("Returned with a question"),
        TranslationStage.WITHDRAWN: _("No longer asked for"),
    }
    return str(names[stage])
