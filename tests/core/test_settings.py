"""Settings: three sources, one frozen object, and a sentence for everything that is wrong."""

import re
from pathlib import Path

import pytest

from comity.core import settings as core
from comity.core.errors import SettingsError
from comity.core.policy import config_dir


def refusal(environment: dict[str, str]) -> str:
    with pytest.raises(SettingsError) as error:
        core.load(environment)
    assert error.value.message.endswith(".")
    return error.value.message


def test_the_defaults_are_complete_safe_and_commented() -> None:
    found = core.load({})
    assert found.server.host == "127.0.0.1"
    assert found.sessions.secret == found.mail.password == found.store.key == ""
    text = (config_dir() / "default.toml").read_text()
    for key in core.known_keys():
        assert re.search(rf"^{key.partition('.')[2]} = ", text, re.MULTILINE), key


def test_the_named_file_goes_before_the_defaults_and_the_environment_before_both(tmp_path: Path) -> None:
    file = tmp_path / "own.toml"
    file.write_text("[server]\nport = 9000\nthreads = 3\n")
    found = core.load({"COMITY_CONFIG": str(file), "COMITY_SERVER__PORT": "9001", "COMITY_MAIL__ON": "False"})
    assert (found.server.port, found.server.threads, found.server.workers, found.mail.on) == (9001, 3, 2, False)


def test_a_secret_is_read_from_a_file_that_the_environment_names(tmp_path: Path) -> None:
    file = tmp_path / "url"
    file.write_text("postgresql://comity:geheim@db/comity\n")
    found = core.load({"COMITY_DATABASE__URL_FILE": str(file)})
    assert found.database.url == "postgresql://comity:geheim@db/comity"
    assert "No such file" in refusal({"COMITY_DATABASE__URL_FILE": str(tmp_path / "none")})


def test_secrets_are_not_shown_when_the_settings_are_printed() -> None:
    secrets = {
        "COMITY_DATABASE__URL": "postgresql://u:geheim@h/d",
        "COMITY_STORE__KEY": "id:geheim",
        "COMITY_MAIL__PASSWORD": "geheim",
        "COMITY_SESSIONS__SECRET": "geheim",
        "COMITY_BROKER__URL": "redis://:geheim@h/0",
    }
    found = core.load(secrets)
    assert found.mail.password == "geheim"
    assert "geheim" not in repr(found)
    assert "geheim" not in str(found)


def test_settings_cannot_be_changed() -> None:
    found = core.load({})
    with pytest.raises(ValueError, match="frozen"):
        found.server.port = 1


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ("[server]\nport = 9000\nprt = 1\n", 3, "no setting server.prt"),
        ("\n[sever]\nport = 9000\n", 3, "no setting sever.port"),
        ("\n[sever]\n", 2, "no section [sever]"),
        ("[server]\nport = '9000'\n", 2, "server.port is wrong"),
        ("[server]\n\n# the port\nport = 70000\n", 4, "server.port is wrong"),
        ("[mail]\non = 1\n", 2, "mail.on is wrong"),
        ("[server]\npublic_url = 'http://example.org'\n", 2, "server.public_url is wrong"),
        ("[server]\npublic_url = 'https://example.org/path'\n", 2, "server.public_url is wrong"),
        ("[trust]\nroot = 'abc'\n", 2, "trust.root is wrong"),
        ("port = 3\n", 1, "outside of a section"),
    ],
)
def test_what_is_wrong_in_a_file_is_named_with_its_line(tmp_path: Path, text: str, line: int, reason: str) -> None:
    file = tmp_path / "own.toml"
    file.write_text(text)
    message = refusal({"COMITY_CONFIG": str(file)})
    assert message.startswith(f"{file}, line {line}: ")
    assert reason in message


def test_a_file_that_is_missing_or_not_toml_is_named(tmp_path: Path) -> None:
    assert "cannot be read: No such file" in refusal({"COMITY_CONFIG": str(tmp_path / "none.toml")})
    file = tmp_path / "own.toml"
    file.write_text("[server]\nport = = 3\n")
    assert "at line 2" in refusal({"COMITY_CONFIG": str(file)})
    for wrong in (b"\xff", b"[server]\nport = " + b"9" * 5000, b"a = " + b"[" * 5000):
        file.write_bytes(wrong)
        assert "is not TOML" in refusal({"COMITY_CONFIG": str(file)})


def test_a_file_named_by_the_environment_that_is_no_text_is_named(tmp_path: Path) -> None:
    (tmp_path / "secret").write_bytes(b"\xff")
    message = refusal({"COMITY_DATABASE__URL_FILE": str(tmp_path / "secret")})
    assert message.startswith("The environment variable COMITY_DATABASE__URL_FILE: ")
    assert "is not UTF-8 text" in message


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SERVER__PORT", "9" * 5000),
        ("SERVER__PUBLIC_URL", "https://["),
        ("SERVER__PUBLIC_URL", "https://name:word@court.example"),
        ("SERVER__PUBLIC_URL", "https://court.example?x"),
        ("SESSIONS__IDLE_MINUTES", "9" * 15),
        ("SESSIONS__ARGON2_MEMORY_KIB", "9" * 12),
        ("LIMITS__DOCUMENT_BYTES", str(2**40)),
        ("STORE__URL", ""),
        ("DATABASE__URL", ""),
        ("DATA__FOLDER", ""),
    ],
)
def test_a_value_that_could_never_work_is_refused_at_the_start(name: str, value: str) -> None:
    section, key = name.lower().split("__")
    message = refusal({f"COMITY_{name}": value})
    assert message.startswith(f"The environment variable COMITY_{name}: {section}.{key} is wrong: ")
    assert message.endswith(".")
    assert "\n" not in message


@pytest.mark.parametrize("url", ["https://court.example", "https://court.example:8443", "https://[2001:db8::1]:8443"])
def test_an_address_is_a_name_or_a_number_with_or_without_a_port(url: str) -> None:
    assert core.load({"COMITY_SERVER__PUBLIC_URL": url}).server.public_url == url


@pytest.mark.parametrize("name", ["COMITY_SERVER__PRT", "COMITY_SEVER__PORT", "COMITY_SERVER__PORT__"])
def test_an_environment_variable_that_names_no_setting_is_refused(name: str) -> None:
    assert f"The environment variable {name}: there is no setting" in refusal({name: "1"})


@pytest.mark.parametrize("value", ["", "ten", "1.5", "80 80", "[80]"])
def test_a_port_that_is_no_number_is_refused(value: str) -> None:
    assert "The environment variable COMITY_SERVER__PORT: server.port is wrong" in refusal(
        {"COMITY_SERVER__PORT": value}
    )


@pytest.mark.parametrize("name", ["development.toml", "production.example.toml"])
def test_the_other_files_in_config_hold_only_settings_that_exist(name: str) -> None:
    core.load({"COMITY_CONFIG": str(config_dir() / name)})
