"""The icon font: of some thousand icons that Streamlit ships, only those in use go over the wire.

`used_icons` reads which these are, `make_subset` cuts the font, `IconsMiddleware` serves it in place of the whole.
`python -m core.web.icons` writes the subset anew; a test tells when that is due.
"""

from __future__ import annotations

import hashlib
import importlib.util
import re
from collections.abc import Iterable
from io import BytesIO
from pathlib import Path

from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

ROOT = Path(__file__).resolve().parents[2]
SUBSET = ROOT / "content" / "icons" / "material-symbols-rounded.woff2"
LIST = ROOT / "content" / "icons" / "icons.txt"
"""Names of the icons in the subset, one a line: what the file holds can be read without tools for fonts."""
STREAMLITS_OWN = frozenset(
    {
        "add",
        "arrow_downward",
        "arrow_upward",
        "check",
        "check_box",
        "check_circle",
        "chevron_left",
        "chevron_right",
        "close",
        "content_copy",
        "error",
        "expand_less",
        "expand_more",
        "info",
        "keyboard_arrow_down",
        "keyboard_arrow_right",
        "keyboard_double_arrow_left",
        "keyboard_double_arrow_right",
        "menu",
        "more_horiz",
        "more_vert",
        "open_in_new",
        "search_activity",
        "upload",
        "visibility",
        "visibility_off",
        "warning",
    }
)
"""Icons that Streamlit draws by itself in what we use of it."""
_NAMED = re.compile(r":material/([a-z0-9_]+):")
_ADDRESS = "/static/media/MaterialSymbols-Rounded"
# Letters of which the names are made: the font joins them into icons.
_LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789_"


def used_icons(root: Path = ROOT) -> frozenset[str]:
    """Return the icons named anywhere in the pages and the content, with those of Streamlit itself."""
    files = [path for folder in ("pages", "content") for path in sorted((root / folder).rglob("*"))]
    texts = (
        path.read_text(encoding="utf-8") for path in files if path.suffix in (".py", ".toml", ".css", ".html", ".js")
    )
    return STREAMLITS_OWN.union(*(_NAMED.findall(text) for text in texts))


def listed_icons() -> frozenset[str]:
    """Return the icons that the subset holds, as its list says."""
    return frozenset(LIST.read_text(encoding="utf-8").split())


def shipped_font() -> Path:
    """Return the whole font as the installed Streamlit ships it. Raises FileNotFoundError."""
    streamlit = importlib.util.find_spec("streamlit")
    fonts = (
        Path(streamlit.origin).parent.glob("static" + _ADDRESS + "*.woff2") if streamlit and streamlit.origin else ()
    )
    for font in fonts:
        return font
    raise FileNotFoundError(_ADDRESS)


def make_subset(font: Path, icons: Iterable[str]) -> bytes:
    """Return a woff2 font with just these icons. Raises KeyError naming an icon that the font does not have.

    Needs fontTools and brotli, which only development has.
    """
    from fontTools import subset  # type: ignore[import-untyped]
    from fontTools.ttLib import TTFont  # type: ignore[import-untyped]

    # Without the moment of writing, so that the same icons give the same bytes.
    whole = TTFont(font, recalcTimestamp=False)
    names = frozenset(whole.getGlyphOrder())
    for icon in sorted(icons):
        if icon not in names:
            raise KeyError(icon)
    options = subset.Options()
    options.flavor = "woff2"
    # Without closure: else every icon whose letters are there would come along.
    options.layout_closure = False
    options.notdef_outline = True
    subsetter = subset.Subsetter(options)
    subsetter.populate(glyphs=sorted(icons), text=_LETTERS)
    subsetter.subset(whole)
    out = BytesIO()
    whole.flavor = "woff2"
    whole.save(out)
    return out.getvalue()


def write_subset() -> int:
    """Write the subset of the icons in use and its list into content/icons; return its size in bytes."""
    icons = used_icons()
    content = make_subset(shipped_font(), icons)
    SUBSET.parent.mkdir(exist_ok=True)
    SUBSET.write_bytes(content)
    LIST.write_text("\n".join(sorted(icons)) + "\n", encoding="utf-8")
    return len(content)


class IconsMiddleware:
    """Answers for Streamlit's icon font with the subset."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._font = SUBSET.read_bytes()
        self._tag = f'"{hashlib.sha256(self._font).hexdigest()[:16]}"'

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not scope["path"].startswith(_ADDRESS):
            await self._app(scope, receive, send)
            return
        # The address names Streamlit's version, not ours: the browser asks each time whether the subset changed.
        headers = {"ETag": self._tag, "Cache-Control": "no-cache"}
        is_known = Headers(scope=scope).get("if-none-match") == self._tag
        response = (
            Response(status_code=304, headers=headers)
            if is_known
            else Response(self._font, headers=headers, media_type="font/woff2")
        )
        await response(scope, receive, send)


if __name__ == "__main__":
    write_subset()
