"""Write `roots.json` beside this file: public roots with their identifiers, and what is none.

    ./dev python tests/vectors/root/make.py

The key sets are fixed, so every run gives the same file.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[3]))

from tests.seal.chains import FIRST, FIRST_OF_OTP, OTHER_ROOT, THE_ROOT
from tests.seal.root_cases import BROKEN, broken, five

from comity_seal.root import Root

SOURCE = "docs/sealing.md, section 4; made by tests/vectors/root/make.py"


def vector(name: str, root: Any, **given: Any) -> dict[str, Any]:
    return {"name": name, "check": "root", "root": root, **given}


def main() -> None:
    right = [
        ("two of three in each group", THE_ROOT.public),
        ("another one", OTHER_ROOT.public),
        ("one of one in each group", Root.of(1, [FIRST.public], [FIRST_OF_OTP.public])),
        ("three of five in each group", Root.from_json(broken(need=3, **five()))),
    ]
    vectors = [vector(name, root.to_json(), gives=root.id) for name, root in right]
    vectors += [vector(name, make(), error="FormatError") for name, make in BROKEN]
    held = {"source": SOURCE, "vectors": vectors}
    Path(__file__).with_name("roots.json").write_text(json.dumps(held, indent=0) + "\n", encoding="ascii")


if __name__ == "__main__":
    main()
