"""What options of a command say of each measure that is answered: its outcome, its consent, and a sealed note."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click

from comity_client.wording import Catalogue

OUTCOMES = ("executed", "partly_executed", "nothing_found")
DECLINED = ("not_possible", "denied")
"""What an answer says besides, where whoever is asked is free to decline [Statute art. 93(10)(a)]."""

SETTLED = ("postponed", "modification_required", "not_possible", "denied", "withdrawn")
"""What a consultation has made of a measure: an answer says the same of it, without being asked."""

HANDED_OVER = ("executed", "partly_executed")
CONSENTS = ("not_needed", "recorded", "withheld")


def consent_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """`--consent` and `--note`, each for one measure."""
    note = "Sealed beside measure N: why it is declined, or who has consented and when."
    consent = "Of whoever gave measure N to the Court: not_needed, recorded or withheld."
    command = click.option("--note", "notes", multiple=True, metavar="N=TEXT", help=note)(command)
    return click.option("--consent", "consents", multiple=True, metavar="N=HOW", help=consent)(command)


def outcome_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """`--outcome` beside these."""
    outcome = "For each measure, for example 1=executed."
    return click.option("--outcome", "outcomes", multiple=True, metavar="N=OUTCOME", help=outcome)(
        consent_options(command)
    )


def outcomes_of(
    found: dict[str, Any],
    words: Catalogue | None,
    said: tuple[str, ...],
    consents: tuple[str, ...] = (),
    notes: tuple[str, ...] = (),
) -> list[dict[str, Any]]:
    """One outcome for each measure of a request, as options give them; without a catalogue no kind is free.

    Raises UsageError.
    """
    free = words is not None and words.free(found["kind"])
    allowed = (*OUTCOMES, *DECLINED) if free else OUTCOMES
    given = {
        one["n"]: {"n": one["n"], "outcome": one["status"], "ground": one["ground"], "text": ""}
        for one in found["measures"]
        if one["status"] in SETTLED and not free and not one.get("taken_back")
    }
    for n, outcome in _pairs("--outcome", said, allowed):
        given[n] = {"n": n, "outcome": outcome, "ground": None, "text": ""}
    wanted = [one["n"] for one in found["measures"] if not one.get("taken_back")]
    if sorted(given) != sorted(wanted):
        raise click.UsageError(
            f"Give one --outcome for each measure of {found['reference']}: {', '.join(map(str, wanted))}."
        )
    put_consents(found, words, given, consents, notes)
    for one in given.values():
        if free and one["outcome"] in DECLINED and not one["text"]:
            raise click.UsageError(f"Say why measure {one['n']} is declined: --note {one['n']}=TEXT.")
    return [given[n] for n in sorted(given)]


def put_consents(
    found: dict[str, Any],
    words: Catalogue | None,
    given: dict[int, dict[str, Any]],
    consents: tuple[str, ...],
    notes: tuple[str, ...],
) -> None:
    """Put the consents and notes of options to what is said of each measure.  Raises UsageError."""
    for n, text in _pairs("--note", notes, None):
        _of(given, "--note", n)["text"] = text
    for n, consent in _pairs("--consent", consents, CONSENTS):
        _of(given, "--consent", n)["consent"] = consent
    for measure in found["measures"]:
        one = given.get(measure["n"])
        if one is None or one["outcome"] not in HANDED_OVER:
            continue
        if words is None or not words.needs_consent(measure, found["kind"]):
            continue
        n, stated = one["n"], one.get("consent")
        if stated is None:
            raise click.UsageError(f"Say how the consent for measure {n} stands: --consent {n}={'|'.join(CONSENTS)}.")
        if stated == "withheld":
            raise click.UsageError(f"The consent for measure {n} is withheld: nothing of it can be handed over.")
        if stated == "recorded" and not one["text"]:
            raise click.UsageError(f"Say who has consented to measure {n}, and when: --note {n}=TEXT.")


def _pairs(option: str, said: tuple[str, ...], allowed: tuple[str, ...] | None) -> list[tuple[int, str]]:
    """N and what is said of it.  Raises UsageError."""
    found = []
    for one in said:
        n, _, what = one.partition("=")
        if not n.isdigit() or not what.strip() or (allowed is not None and what not in allowed):
            how = f", with one of {', '.join(allowed)}" if allowed else ""
            raise click.UsageError(f"{option} {one}: write N={metavar(option)}{how}.")
        found.append((int(n), what))
    return found


def metavar(option: str) -> str:
    """What stands after N= in the usage."""
    return {"--outcome": "OUTCOME", "--consent": "HOW", "--note": "TEXT"}[option]


def _of(given: dict[int, dict[str, Any]], option: str, n: int) -> dict[str, Any]:
    if n not in given:
        raise click.UsageError(f"{option} {n}: there is no measure of that number.")
    return given[n]
