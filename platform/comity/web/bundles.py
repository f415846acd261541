"""The built scripts and styles: where they are, and the key worker with what it pins written into its first line."""

from __future__ import annotations

import json
import logging
import mimetypes
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from flask import Flask, Response, abort, url_for

from comity.core.errors import SettingsError
from comity.core.settings import Settings
from comity_seal.errors import BadNote
from comity_seal.log.notes import VerifierKey

log = logging.getLogger("comity.web")

KEY_WORKER = "keys.js"
HASH_WORKER = "hash.js"
STYLES = "comity.css"


@dataclass
class Bundles:
    """Built files by their plain names; those that are made at the start are kept in memory under their hash."""

    files: dict[str, str] = field(default_factory=dict)
    made: dict[str, bytes] = field(default_factory=dict)

    def address(self, name: str) -> str | None:
        """Where a page finds `app.js` or `comity.css`; None if it has not been built."""
        served = self.files.get(name)
        if served is None:
            return None
        return url_for("bundle", name=served) if served in self.made else url_for("static", filename=f"dist/{served}")

    def listed(self) -> str:
        """Every script by name and address, for the page script, which may start workers from these alone."""
        scripts = {name: self.address(name) for name in sorted(self.files) if name.endswith(".js")}
        return json.dumps(scripts, separators=(",", ":"))


def with_root(script: bytes, root: str, hashing: str | None, log_key: str = "") -> bytes:
    """The key worker as it is served.

    Its first line names the root and, where the settings name it, the key of the log that it pins, and the one worker
    that it may start.
    """
    named = {"COMITY_ROOT": root, "COMITY_LOG": log_key or None, "COMITY_HASH": hashing}
    first = "".join(f"self.{name}={json.dumps(value)};" for name, value in named.items() if value is not None)
    return f"{first}\n".encode() + script


def _log_key(settings: Settings) -> str:
    """The log's verifier key, if the settings name one.  Raises SettingsError."""
    if not settings.log.key:
        return ""
    try:
        return str(VerifierKey.parse(settings.log.key))
    except BadNote as error:
        raise SettingsError(f"log.key: {error}.") from error


def read(folder: Path, settings: Settings) -> Bundles:
    """What `platform/browser/build.py` has left in `folder`."""
    try:
        files = dict(json.loads((folder / "build.json").read_text(encoding="utf-8"))["files"])
    except FileNotFoundError:
        log.warning("The browser's scripts are not built: run ./dev run, or platform/browser/build.py.")
        return Bundles()
    bundles = Bundles(files)
    if KEY_WORKER in files:
        hashing = f"/static/dist/{files[HASH_WORKER]}" if HASH_WORKER in files else None
        worker = (folder / files[KEY_WORKER]).read_bytes()
        script = with_root(worker, settings.trust.root, hashing, _log_key(settings))
        served = f"keys-{sha256(script).hexdigest()[:16]}.js"
        bundles.files[KEY_WORKER] = served
        bundles.made[served] = script
    return bundles


def install(app: Flask, settings: Settings) -> None:
    """Serve the bundles, for ever the same under the same address."""
    bundles = read(Path(str(app.static_folder)) / "dist", settings)
    app.extensions["comity_bundles"] = bundles

    def bundle(name: str) -> Response:
        if name not in bundles.made:
            abort(404)
        return Response(bundles.made[name], mimetype=mimetypes.guess_type(name)[0])

    bundle.public = True  # type: ignore[attr-defined]
    app.add_url_rule("/bundles/<name>", "bundle", bundle)
    app.jinja_env.globals["bundles"] = bundles
