"""Makes sure that there is a browser for the tests: `python -m tests.browser`, the first step of `make test`."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

CHROMIUM = Path(os.environ.get("CHROMIUM", "/usr/bin/chromium"))
HOW = """The browser tests need Chromium at {path}.
Install it (Debian, Ubuntu: sudo apt-get install chromium; Fedora: sudo dnf install chromium),
or name another one: CHROMIUM=/path/to/chromium make test"""


def main() -> int:
    """Return 0 when a browser is there, or could be installed; else say what to install and return 1."""
    if not starts(CHROMIUM):
        install()
    if not starts(CHROMIUM):
        print(HOW.format(path=CHROMIUM), file=sys.stderr)
        return 1
    return 0


def starts(browser: Path) -> bool:
    """Tell whether the browser is there and can say its version: a package for another system cannot."""
    if not browser.exists():
        return False
    try:
        done = subprocess.run([browser, "--version"], capture_output=True, timeout=60, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


def install() -> None:
    """Install Chromium by the system's packages where that is allowed without asking."""
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        return
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (
        ["apt-get", "update", "-qq"],
        ["apt-get", "install", "-y", "-qq", "--no-install-recommends", "chromium"],
    ):
        subprocess.run(command, env=environment, check=False)


if __name__ == "__main__":
    sys.exit(main())
