"""What this machine has seen of each authority's statements: a shorter or another list is refused from then on.

One file for each root and authority, in the folder of settings; written durably before anything is done on its word.
"""

from __future__ import annotations

import json
from pathlib import Path

from comity_client import files
from comity_client.errors import ClientError
from comity_seal import canonical
from comity_seal.authority import Pin
from comity_seal.errors import SealError

FOLDER = "pins"


class Pins:
    """The pins under one root, in a folder of settings."""

    def __init__(self, settings: Path, root: str) -> None:
        self._folder = settings / FOLDER / root[:32]

    def find(self, code: str) -> Pin | None:
        """The newest statement that was seen; None at first.  Raises ClientError for a damaged file."""
        path = self._path(code)
        try:
            read = canonical.Reader(canonical.loads_strict(path.read_bytes()), "the pin", {"v", "seq", "sha256"})
            read.version()
            return Pin(read.number("seq"), read.matching("sha256", canonical.HEX))
        except FileNotFoundError:
            return None
        except SealError as error:
            raise ClientError(
                f"{path} is damaged ({error}): restore it, or delete it if you know that nothing was changed."
            ) from error

    def keep(self, code: str, pin: Pin) -> None:
        """Durably, when it returns; an older one never takes the place of a newer one."""
        before = self.find(code)
        if before is None or before.seq < pin.seq:
            files.write(self._path(code), json.dumps({"v": 1, "seq": pin.seq, "sha256": pin.sha256}).encode())

    def _path(self, code: str) -> Path:
        if not canonical.CODE.fullmatch(code):
            raise ClientError(f"{code} is not the code of an authority.")
        return self._folder / f"{code}.json"
