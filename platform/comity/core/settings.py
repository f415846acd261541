"""What the operator decides: `config/default.toml`, then the file that COMITY_CONFIG names, then the environment.

COMITY_SERVER__PORT=8000 sets `port` in `[server]`; COMITY_DATABASE__URL_FILE names a file that holds the value.
"""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from comity.core.errors import SettingsError
from comity.core.policy import config_dir


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Server(_Section):
    host: str
    port: int = Field(ge=0, le=65535)
    public_url: str = Field(
        pattern=r"^(https://([A-Za-z0-9.-]+|\[[0-9A-Fa-f:]+\])|http://(localhost|127\.0\.0\.1))(:[0-9]{1,5})?$"
    )
    workers: int = Field(ge=1, le=64)
    threads: int = Field(ge=1, le=64)
    proxies: int = Field(ge=0, le=4)


class Database(_Section):
    url: str = Field(repr=False, min_length=1)


class Store(_Section):
    url: str = Field(min_length=1)
    endpoint: str
    region: str
    key: str = Field(repr=False)


class Broker(_Section):
    url: str = Field(repr=False)


class Mail(_Section):
    on: bool
    host: str
    port: int = Field(ge=1, le=65535)
    starttls: bool
    user: str
    password: str = Field(repr=False)
    sender: str = Field(pattern=r"^[^@\s]+@[^@\s]+$")


class Trust(_Section):
    root: str = Field(pattern=r"^([0-9a-f]{64})?$")
    root_keys: str


class Log(_Section):
    origin: str = Field(pattern=r"^[^\s+]*$", max_length=200)
    key: str = Field(pattern=r"^([^\s+]{1,200}\+[0-9a-f]{8}\+[A-Za-z0-9+/=]{44})?$")
    key_file: str
    witnesses: str


class Limits(_Section):
    refusals_per_minute: int = Field(ge=1, le=10**6)
    hand_outs_per_minute: int = Field(ge=1, le=10**6)
    guesses_per_hour: int = Field(ge=3, le=1000)
    device_guesses_per_hour: int = Field(ge=3, le=10**5)
    requests_per_minute: int = Field(ge=10, le=10**9)
    document_bytes: int = Field(ge=65536, le=16 * 2**30)
    open_uploads: int = Field(ge=1, le=10**4)
    annexes: int = Field(ge=1, le=900)
    measures: int = Field(ge=1, le=400)


class Sessions(_Section):
    idle_minutes: int = Field(ge=1, le=10**6)
    absolute_hours: int = Field(ge=1, le=10**5)
    secret: str = Field(repr=False)
    argon2_memory_kib: int = Field(ge=8, le=2**22)
    argon2_passes: int = Field(ge=1, le=100)


class Data(_Section):
    folder: str = Field(min_length=1)


class Settings(_Section):
    """Every setting, frozen; see `config/default.toml` for what each means."""

    server: Server
    database: Database
    store: Store
    broker: Broker
    mail: Mail
    trust: Trust
    log: Log
    limits: Limits
    sessions: Sessions
    data: Data

    @property
    def folder(self) -> Path:
        """Where this instance keeps its own files."""
        return Path(self.data.folder).resolve()


def known_keys() -> set[str]:
    """Every `section.key` that exists."""
    return {
        f"{section}.{key}"
        for section, field in Settings.model_fields.items()
        for key in field.annotation.model_fields  # type: ignore[union-attr]
    }


class _Sources:
    """The values so far, and where each came from, so that a wrong one can be named."""

    def __init__(self, file: Path) -> None:
        self.values: dict[str, Any] = {}
        self.origins: dict[tuple[str, str], str] = {}
        self._add_file(file, first=True)

    def add_file(self, file: Path) -> None:
        self._add_file(file, first=False)

    def _add_file(self, file: Path, *, first: bool) -> None:
        try:
            source = file.read_text(encoding="utf-8")
            found = tomllib.loads(source)
        except OSError as error:
            raise SettingsError(f"The configuration {file} cannot be read: {error.strerror}.") from error
        except (ValueError, RecursionError) as error:  # not UTF-8, not TOML, a number or a nesting without end
            raise SettingsError(f"The configuration {file} is not TOML: {error}.") from error
        for section, keys in found.items():
            place = f"{file}, line {_line(source, section)}"
            if not isinstance(keys, dict):
                raise SettingsError(f"{place}: {section} stands outside of a section.")
            if first:
                self.values[section] = {}
            for key, value in keys.items():
                self.set(section, key, value, f"{file}, line {_line(source, section, key)}", known=first)
            if section not in self.values:
                raise SettingsError(f"{place}: there is no section [{section}]; config/default.toml lists all.")

    def set(self, section: str, key: str, value: Any, origin: str, *, known: bool = False) -> None:
        if not known and key not in self.values.get(section, {}):
            raise SettingsError(f"{origin}: there is no setting {section}.{key}; config/default.toml lists all.")
        if isinstance(value, str) and "\0" in value:
            raise SettingsError(f"{origin}: {section}.{key} holds a zero byte.")
        self.values[section][key] = value
        self.origins[section, key] = origin

    def add_environment(self, environment: Mapping[str, str]) -> None:
        for name, value in environment.items():
            section, separator, key = name.removeprefix("COMITY_").lower().partition("__")
            if not name.startswith("COMITY_") or not separator:
                continue
            if key.endswith("_file") and key not in self.values.get(section, {}):
                key, value = key.removesuffix("_file"), _content(name, value)
            now = self.values.get(section, {}).get(key)
            parsed = _parsed(value) if isinstance(now, bool | int) else value
            self.set(section, key, parsed, f"The environment variable {name}")


def _line(source: str, section: str, key: str | None = None) -> int:
    """The line of a section or of a key in it; 1 if the file says it in a form that is not looked for."""
    inside = False
    for number, line in enumerate(source.splitlines(), 1):
        text = line.strip()
        if text.startswith("["):
            inside = text.partition("#")[0].strip() == f"[{section}]"
            if inside and key is None:
                return number
        elif inside and key is not None and text.partition("=")[0].strip().strip("\"'") == key:
            return number
    return 1


def _content(name: str, file: str) -> str:
    try:
        return Path(file).read_text(encoding="utf-8").strip()
    except OSError as error:
        raise SettingsError(f"The environment variable {name}: {file} cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise SettingsError(f"The environment variable {name}: {file} is not UTF-8 text: {error.reason}.") from error


def _parsed(text: str) -> Any:
    """A number or a truth value, if the text is one."""
    if text.lower() in ("true", "false"):
        return text.lower() == "true"
    return int(text) if re.fullmatch(r"-?[0-9]{1,18}", text) else text


def load(environment: Mapping[str, str] | None = None) -> Settings:
    """Read all three sources.  Raises SettingsError naming the source, the key and the reason."""
    environment = os.environ if environment is None else environment
    sources = _Sources(config_dir() / "default.toml")
    if named := environment.get("COMITY_CONFIG"):
        sources.add_file(Path(named))
    sources.add_environment(environment)
    try:
        return Settings.model_validate(sources.values, strict=True)
    except ValidationError as error:
        fault = error.errors()[0]
        where = ".".join(str(part) for part in fault["loc"])
        origin = sources.origins.get((str(fault["loc"][0]), str(fault["loc"][-1])), "config/default.toml")
        raise SettingsError(f"{origin}: {where} is wrong: {fault['msg']}.") from error


@lru_cache(maxsize=1)
def settings() -> Settings:
    """The settings of this process; read once."""
    return load()
