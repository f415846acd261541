"""Names that others chose: whatever they are, one harmless file in one folder."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity_client.names import LONGEST, file_name, shown


@pytest.mark.parametrize(
    ("given_name", "wanted"),
    [
        ("Annex 3.pdf", "Annex 3.pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Windows\\system.ini", "system.ini"),
        ("invoice\u202efdp.exe", "invoicefdp.exe"),
        ("a\x00b\nc\x1b[31m.txt", "abc[31m.txt"),
        (".bashrc", "bashrc"),
        ("..", "document"),
        ("", "document"),
        ("con.txt", "_con.txt"),
        ("Zéphyrie, relevé.csv", "Zéphyrie, relevé.csv"),
        ('what? "this" <that>.pdf', "what_ _this_ _that_.pdf"),
    ],
)
def test_a_name_is_made_harmless(given_name: str, wanted: str) -> None:
    assert file_name(given_name) == wanted


@given(st.text(max_size=400))
def test_no_name_leaves_its_folder_hides_or_grows(text: str) -> None:
    name = file_name(text)
    assert name
    assert "/" not in name
    assert "\\" not in name
    assert not name.startswith(".")
    assert len(name.encode()) <= LONGEST + 1
    assert name == shown(name)
    assert name.isprintable() or all(one.isprintable() or one.isspace() for one in name)


def test_text_for_a_terminal_cannot_move_its_cursor() -> None:
    assert shown("plain\ttext\nélan") == "plain\ttext\nélan"
    assert "\x1b" not in shown("\x1b[2Jgone")
    assert "\u202e" not in shown("abc\u202ecba")
