"""The house stays visible: every import points inward, and each room keeps to its own tools."""

from __future__ import annotations

import ast
import sys
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
# Each room may import from itself and from the rooms named here.
ALLOWED = {
    "core.errors": set(),
    "core.language": {"core.errors"},
    "core.domain": {"core.language", "core.errors"},
    "core.storage": {"core.domain", "core.language", "core.errors"},
    "core.render": {"core.domain", "core.language", "core.errors"},
    "core.services": {"core.storage", "core.render", "core.domain", "core.language", "core.errors"},
    "core.web": {"core.services", "core.domain", "core.language", "core.errors"},
    "core.__main__": {"core.services", "core.domain", "core.language", "core.errors"},
    "pages": {"core.services", "core.render", "core.domain", "core.language", "core.errors"},
    "app": {"pages", "core.web", "core.services"},
}
SOURCES = sorted([*ROOT.glob("core/**/*.py"), *ROOT.glob("pages/**/*.py"), ROOT / "app.py"])


def room_of(module: str) -> str | None:
    return next(
        (room for room in sorted(ALLOWED, key=len, reverse=True) if module == room or module.startswith(room + ".")),
        None,
    )


def module_of(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@cache
def imports_of(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {name.name for name in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import; name the room in full"
            found |= {
                f"{node.module}.{name.name}" if node.module in ("core", "core.domain") else str(node.module)
                for name in node.names
            }
    return found


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_import_points_inward(path):
    room = room_of(module_of(path))
    if room is None:
        assert module_of(path) in ("core",), f"{path} stands in no room"
        return
    for module in imports_of(path):
        if module.split(".")[0] in ("core", "pages", "app"):
            target = room_of(module)
            assert target == room or target in ALLOWED[room], f"{path.relative_to(ROOT)} imports {module}"


@pytest.mark.parametrize("path", [path for path in SOURCES if "core/domain" in str(path)], ids=lambda path: path.name)
def test_the_domain_uses_nothing_outside_the_standard_library(path):
    for module in imports_of(path):
        top = module.split(".")[0]
        assert top == "core" or top in sys.stdlib_module_names, f"{path.name} imports {module}"


@pytest.mark.parametrize(
    "path", [path for path in SOURCES if "/core/" in str(path)], ids=lambda path: str(path.relative_to(ROOT))
)
def test_streamlit_is_known_to_the_pages_only(path):
    assert "streamlit" not in {module.split(".")[0] for module in imports_of(path)}


@pytest.mark.parametrize("path", sorted(ROOT.glob("pages/**/*.py")), ids=lambda path: str(path.relative_to(ROOT)))
def test_files_of_people_never_pass_through_streamlits_own_doors(path):
    used = {
        node.attr for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.Attribute)
    }
    doors = {"download_button", "file_uploader", "audio", "video", "pdf"} & used
    assert not doors, f"{path} uses st.{doors}: they open for whoever knows the address; see frame.download_link"


@pytest.mark.parametrize(
    "path", [path for path in SOURCES if path.name != "content.py"], ids=lambda path: str(path.relative_to(ROOT))
)
def test_only_the_content_reader_reads_toml(path):
    assert "tomllib" not in imports_of(path), f"{path} reads TOML; core/storage/content.py is the one reader"
