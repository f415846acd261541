"""A policy that is wrong, or that the compiler does not understand, stops the process with file, line and reason."""

from pathlib import Path

import pytest
from sqlalchemy import select
from tests.core.world import AMINA, BRUNO, CHIDI, DORA, EMRE, SCHEMA, Sheet, write_policies

from comity.core import access, cedar
from comity.core.actors import PROGRAMS, ROLES, SYSTEM
from comity.core.database import Session
from comity.core.errors import PolicyError
from comity.core.matrix import matrix

pytestmark = pytest.mark.usefixtures("world")

GOOD = '@id("a") @basis("b") permit (principal, action == Action::"sheet.read", resource is Sheet)'


def refusal(folder: Path, rules: str, schema: str = SCHEMA) -> str:
    with pytest.raises(PolicyError) as error:
        access.load(write_policies(folder, rules, schema), models=[Sheet])
    return error.value.message


@pytest.mark.parametrize(
    ("rule", "reason"),
    [
        ('permit (principal, action, resource is Sheet) when { resource.sender like "O*" };', "`like`"),
        ("permit (principal, action, resource is Sheet) when { if resource.sent then true else false };", "`if-then-e"),
        ("permit (principal, action, resource is Sheet) when { principal is Person };", "`is`"),
        ('permit (principal == Person::"amina", action, resource is Sheet);', "`principal ==`"),
        ('permit (principal is Person in Role::"auditor", action, resource is Sheet);', "`principal is`"),
        ('permit (principal, action, resource == Sheet::"1");', "`resource ==`"),
        ('permit (principal, action, resource is Sheet) when { resource == resource };', "`resource` as such"),
        ('permit (principal, action == Action::"sheet.burn", resource is Sheet);', "sheet.burn is not an action"),
        ('permit (principal, action == Action::"sheet.read", resource is Sheet) when { resource.colour };', "colour"),
        ("permit (principal, action, resource is Sheet) when { resource.sender };", "saw String"),
        ('permit (principal, action, resource is Sheet) when { resource.receiver == "X" };', "optional"),
        ('permit (principal in Role::"x", action == Action::"sheet.read", resource is Sheet', "cannot be read"),
        ("permit (principal, acton, resource);", "acton"),
        ("permit (principal == ?principal, action, resource);", "templates"),
    ],
)  # fmt: skip
def test_a_wrong_rule_is_named_with_its_line_and_reason(tmp_path: Path, rule: str, reason: str) -> None:
    message = refusal(tmp_path / "wrong", f'{GOOD};\n\n// a comment; here\n@id("c")\n@basis("d")\n{rule}\n')
    assert f"{tmp_path / 'wrong' / 'access.cedar'}, line 4: " in message
    assert reason in message
    assert message.endswith(".")


@pytest.mark.parametrize("missing", ["id", "basis"])
def test_a_rule_without_sentence_or_basis_is_refused(tmp_path: Path, missing: str) -> None:
    for without in (f'@{missing}("") ', ""):
        notes = "".join(f'@{note}("x") ' for note in ("id", "basis") if note != missing)
        message = refusal(
            tmp_path / "wrong", f"{GOOD};\n{without}{notes}permit (principal, action, resource is Sheet);"
        )
        assert f"line 2: this rule has no @{missing}" in message


def test_two_rules_with_one_sentence_are_refused(tmp_path: Path) -> None:
    assert 'line 3: there are two rules with @id("a")' in refusal(tmp_path / "wrong", f"{GOOD};\n\n{GOOD};")


@pytest.mark.parametrize(
    ("old", "new", "where", "reason"),
    [
        (
            "sent: Bool }",
            "sent: Bool, colour: String }",
            "colour",
            "Sheet.colour cannot be used: the domain's rules.py",
        ),
        ("checker?: Person, ", "", "entity Sheet", "Sheet.checker cannot be used: the schema"),
        (
            "entity Platform;",
            "entity Platform;\nentity Book { title: String };",
            "entity Book",
            "Book is no kind of row",
        ),
        ("sent: Bool }", "sent: Set<String> }", "entity Sheet", "type that is not understood"),
        ("sent: Bool }", "sent: Strin }", "sent: Strin }", "Strin"),
        ("resource: [Sheet]", "resource: [Sheet, Platform]", "action", "exactly one kind"),
        ("entity Platform;", "entity Platform;\ntype Colour = String;", "type Colour", "declaration is not understood"),
        ("entity Role;", "entity Role", "entity Role", "cannot be read"),
        ("entity Platform;", "entity Platform;\n\nentity Platform;", "\n\nentity Platform;", "declared twice"),
    ],
)
def test_a_wrong_schema_is_refused_with_the_line(tmp_path: Path, old: str, new: str, where: str, reason: str) -> None:
    assert old in SCHEMA
    wrong = SCHEMA.replace(old, new)
    message = refusal(tmp_path / "wrong", f"{GOOD};", wrong)
    line = wrong[: wrong.index(where)].count("\n") + 1 + where.count("\n")
    assert f"access.cedarschema, line {line}: " in message
    assert reason in message
    assert "\n" not in message


def test_a_missing_or_unreadable_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(PolicyError, match=r"access\.cedar cannot be read: No such file"):
        access.load(tmp_path / "nowhere")
    write_policies(tmp_path / "bytes").joinpath("access.cedar").write_bytes(b"\xff\xfe")
    with pytest.raises(PolicyError, match=r"access\.cedar, line 1: this is not UTF-8"):
        access.load(tmp_path / "bytes")


def test_a_wrong_policy_leaves_the_good_one_in_force(tmp_path: Path) -> None:
    before = access.loaded()
    refusal(tmp_path / "wrong", "permit")
    assert access.loaded() is before


def test_statements_are_found_whatever_their_comments_and_strings_hold() -> None:
    text = '// one; two\npermit (a);\n\n  @id("x;y // z \\" ;")\nforbid\n(b); // end;\n\n'
    assert [(line, statement.split()[-1]) for line, statement in cedar.statements(text)] == [(2, "(a);"), (4, "(b);")]


def test_an_unknown_action_is_nobody_s_and_says_so() -> None:
    with pytest.raises(PolicyError, match=r"sheet\.burn is not an action"):
        access.clause("sheet.burn", AMINA)


def test_no_rules_permit_nothing_to_anybody(tmp_path: Path) -> None:
    access.load(write_policies(tmp_path / "none", "// nobody may do anything\n"), models=[Sheet])
    with Session() as session:
        session.add(Sheet(sender="OTP", author="amina"))
        session.flush()
        for actor in (AMINA, CHIDI, EMRE):
            assert session.scalars(select(Sheet).where(access.clause("sheet.read", actor))).all() == []
        session.rollback()


def test_the_engine_explains_which_rules_decided() -> None:
    with Session() as session:
        sheet = Sheet(sender="OTP", receiver="XA", author="amina", sent=True)
        session.add(sheet)
        session.flush()
        own = access.explain(AMINA, "sheet.check", sheet)
        other = access.explain(BRUNO, "sheet.check", sheet)
        sent = access.explain(CHIDI, "sheet.read", sheet)
        nothing = access.explain(DORA, "sheet.read", sheet)
        session.rollback()
    assert (own.allowed, [rule.id for rule in own.rules]) == (False, ["nobody checks their own"])
    assert (other.allowed, [rule.basis for rule in other.rules]) == (True, ["test"])
    assert [rule.id for rule in sent.rules] == ["a focal point reads what was sent to her; and only that"]
    assert (nothing.allowed, nothing.rules) == (False, [])
    assert access.explain(EMRE, "journal.read").allowed
    assert not access.explain(AMINA, "journal.read").allowed
    assert access.explain(SYSTEM, "sheet.shred").allowed


def test_the_matrix_shows_role_by_action_and_the_rules_behind_it() -> None:
    text = matrix()
    rows = {line.split()[0]: line.split()[1:] for line in text.splitlines() if line.startswith(("sheet.", "journal."))}
    assert rows["sheet.shred"] == ["."] * len((*ROLES, *PROGRAMS))
    assert rows["journal.read"] == ["yes" if role == "auditor" else "." for role in (*ROLES, *PROGRAMS)]
    assert "sheet.check: cooperation officer\n    + an officer works on the sheets" in text
    assert "    - nobody checks their own" in text


def test_a_value_that_nobody_has_is_no_authority(tmp_path: Path) -> None:
    """An administrator belongs to no authority; a row with an empty one is still not hers."""
    rule = f"{GOOD} when {{ resource.sender == principal.authority }};"
    access.load(write_policies(tmp_path / "empty", rule), models=[Sheet])
    with Session() as session:
        session.add(Sheet(sender="", author="amina"))
        session.flush()
        assert session.scalars(select(Sheet).where(access.clause("sheet.read", EMRE))).all() == []
        session.rollback()
