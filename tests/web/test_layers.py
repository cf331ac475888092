"""The layers around Streamlit: headers, language of its page, lighter files, the icon font."""

from __future__ import annotations

import base64
import hashlib
import re
from io import BytesIO
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import FileResponse, PlainTextResponse, StreamingResponse
from starlette.routing import Mount, Route, WebSocketRoute
from starlette.staticfiles import StaticFiles
from starlette.testclient import TestClient

from core.web import server
from core.web.icons import SUBSET, listed_icons, make_subset, shipped_font, used_icons
from core.web.identity import ACCOUNT_HEADER, SESSION_HEADER

ICONS = shipped_font()
STREAMLIT = ICONS.parents[2]
SCRIPT = next(STREAMLIT.glob("static/js/index.*.js")).name


async def stream(_request):
    async def parts():
        yield "một "
        yield "hai"

    return StreamingResponse(parts(), media_type="text/plain")


async def echo(websocket):
    await websocket.accept()
    await websocket.send_bytes(b"x" * 5000)
    await websocket.close()


async def headers_seen(request):
    return PlainTextResponse(",".join(request.headers.keys()))


async def streamlits_page(_request):
    return FileResponse(STREAMLIT / "index.html")


@pytest.fixture
def browser(sqlite_environment):
    routes = [
        *server.routes(sqlite_environment),
        Route("/stream", stream),
        Route("/headers", headers_seen),
        Route("/_stcore/metrics", headers_seen),
        Route("/_stcore/agent/openapi.json", headers_seen),
        Route("/_stcore/upload_file/session/file", headers_seen),
        Route("/media/0123.pdf", headers_seen),
        Route("/ket-qua", streamlits_page, middleware=[Middleware(GZipMiddleware)]),
        WebSocketRoute("/_stcore/stream", echo),
        Mount("/", StaticFiles(directory=STREAMLIT, html=True)),
    ]
    app = Starlette(routes=routes, middleware=server.middleware(sqlite_environment))
    with TestClient(app, base_url="http://dochuan.example") as client:
        yield client


# Headers


@pytest.mark.parametrize("path", ["/", "/dang-nhap", "/stream", "/no-such-thing", f"/static/js/{SCRIPT}", "/healthz"])
def test_every_answer_carries_the_security_headers(browser, path):
    headers = browser.get(path).headers
    policy = headers["content-security-policy"]
    assert "default-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "form-action 'self'" in policy
    assert "unsafe-eval" not in policy
    assert "unsafe-inline" not in re.search("script-src [^;]*", policy).group()
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"
    assert headers["referrer-policy"] == "same-origin"
    assert "strict-transport-security" not in headers


def test_every_inline_script_of_the_page_is_allowed_by_its_hash(browser):
    answer = browser.get("/")
    scripts = re.findall(rb"<script>(.*?)</script>", answer.content, re.DOTALL)
    assert scripts
    for script in scripts:
        digest = base64.b64encode(hashlib.sha256(script).digest()).decode()
        assert f"'sha256-{digest}'" in answer.headers["content-security-policy"]


@pytest.mark.parametrize(
    "path",
    ["/_stcore/metrics", "/_stcore/agent/openapi.json", "/_stcore/upload_file/session/file", "/media/0123.pdf"],
)
def test_doors_that_nobody_uses_are_shut(browser, path):
    answer = browser.get(path)
    assert (answer.status_code, answer.text) == (404, "")


# Streamlit's page


def test_streamlits_page_is_ours_also_where_it_comes_compressed(browser):
    plain, packed = browser.get("/"), browser.get("/ket-qua", headers={"accept-encoding": "gzip"})
    assert packed.text == plain.text
    assert packed.headers["content-security-policy"] == plain.headers["content-security-policy"]


@pytest.mark.parametrize(("asked", "language"), [({}, "vi"), ({"accept-language": "en-US"}, "en")])
def test_streamlits_page_speaks_the_visitors_language(browser, asked, language):
    answer = browser.get("/", headers=asked)
    assert f'<html lang="{language}">' in answer.text
    assert "<title>Đo Chuẩn</title>" in answer.text
    assert "Streamlit</title>" not in answer.text
    assert "enable JavaScript to run this app" not in answer.text
    assert int(answer.headers["content-length"]) == len(answer.content)
    assert answer.headers["vary"] == "Cookie, Accept-Language"


def test_the_language_cookie_wins_over_the_browser(browser):
    browser.cookies.set("do_chuan_language", "en", domain="dochuan.example")
    assert '<html lang="en">' in browser.get("/", headers={"accept-language": "vi"}).text


def test_the_page_is_never_taken_from_a_cache_in_the_wrong_language(browser):
    assert "etag" not in browser.get("/").headers
    assert "last-modified" not in browser.get("/").headers


def test_asking_for_the_head_of_the_page_only_works(browser):
    answer = browser.head("/")
    assert (answer.status_code, answer.content) == (200, b"")


# Lighter files


def test_scripts_are_sent_compressed_and_whole(browser):
    plain = (STREAMLIT / "static" / "js" / SCRIPT).read_bytes()
    first = browser.get(f"/static/js/{SCRIPT}")
    again = browser.get(f"/static/js/{SCRIPT}")
    for answer in (first, again):
        assert answer.headers["content-encoding"] == "gzip"
        assert "Accept-Encoding" in answer.headers["vary"]
        assert int(answer.headers["content-length"]) < len(plain) / 2
        assert answer.content == plain
        assert answer.headers["x-content-type-options"] == "nosniff"
    assert dict(first.headers) == dict(again.headers)


def test_who_cannot_unpack_gets_the_plain_file(browser):
    answer = browser.get(f"/static/js/{SCRIPT}", headers={"accept-encoding": "identity"})
    assert "content-encoding" not in answer.headers
    assert answer.content == (STREAMLIT / "static" / "js" / SCRIPT).read_bytes()


def test_a_browser_that_has_the_file_is_told_so(browser):
    tag = browser.get(f"/static/js/{SCRIPT}").headers["etag"]
    assert browser.get(f"/static/js/{SCRIPT}", headers={"if-none-match": tag}).status_code == 304


def test_parts_of_a_file_streams_and_missing_files_pass_untouched(browser):
    part = browser.get(f"/static/js/{SCRIPT}", headers={"range": "bytes=0-9"})
    assert (part.status_code, len(part.content)) == (206, 10)
    streamed = browser.get("/stream")
    assert (streamed.text, "content-encoding" in streamed.headers) == ("một hai", False)
    assert browser.get("/static/js/no-such-file.js").status_code == 404


def test_a_websocket_passes_untouched(browser):
    with browser.websocket_connect("/_stcore/stream") as websocket:
        assert websocket.receive_bytes() == b"x" * 5000


# Icons


def test_the_icon_font_is_served_as_its_subset(browser):
    answer = browser.get(f"/static/media/{ICONS.name}")
    assert answer.headers["content-type"] == "font/woff2"
    assert answer.content == SUBSET.read_bytes()
    assert len(answer.content) < 20_000 < ICONS.stat().st_size
    known = browser.get(f"/static/media/{ICONS.name}", headers={"if-none-match": answer.headers["etag"]})
    assert (known.status_code, known.content) == (304, b"")


def test_every_icon_in_use_is_in_the_subset():
    missing = used_icons() - listed_icons()
    assert not missing, f"run `python -m core.web.icons`: {', '.join(sorted(missing))}"


def drawn_icons(font: TTFont) -> set[str]:
    """Return the names that the font joins into an icon with an outline."""
    letters = {glyph: chr(code) for code, glyph in font.getBestCmap().items()}
    return {
        "".join(letters[glyph] for glyph in (first, *ligature.Component))
        for lookup in font["GSUB"].table.LookupList.Lookup
        for table in (getattr(part, "ExtSubTable", part) for part in lookup.SubTable)
        for first, ligatures in table.ligatures.items()
        for ligature in ligatures
        if font["glyf"][ligature.LigGlyph].numberOfContours > 0
    }


def test_the_letters_of_each_listed_icon_are_still_joined_into_its_drawing():
    assert listed_icons() <= drawn_icons(TTFont(SUBSET))


def test_a_subset_of_other_icons_can_be_cut():
    drawn = drawn_icons(TTFont(BytesIO(make_subset(ICONS, ["home", "gavel"]))))
    assert {"home", "gavel"} <= drawn
    assert "lock" not in drawn
    with pytest.raises(KeyError, match="no_such_icon"):
        make_subset(ICONS, ["no_such_icon"])


def test_icons_are_written_out_whole_so_that_they_can_be_found():
    root = Path(__file__).resolve().parents[2] / "pages"
    pieced = [str(path) for path in root.rglob("*.py") if ":material/{" in path.read_text(encoding="utf-8")]
    assert pieced == [], "write each icon as :material/name:, else its glyph may be missing from the subset"


# Identity headers from outside


def test_forged_identity_headers_never_pass(browser):
    forged = {ACCOUNT_HEADER.decode(): "x", SESSION_HEADER.decode().upper(): "y", "x-other": "z"}
    seen = browser.get("/headers", headers=forged).text
    assert "x-other" in seen
    assert "do-chuan" not in seen.lower()


# Health


def test_alive_and_ready(browser, sqlite_environment):
    assert browser.get("/healthz").text == "ok"
    assert browser.get("/readyz").status_code == 200


def test_without_the_database_the_process_is_alive_but_not_ready(browser, sqlite_environment):
    sqlite_environment.database.dispose()
    file = Path(sqlite_environment.database.url.database)
    file.unlink()
    file.mkdir()
    alive, ready = browser.get("/healthz"), browser.get("/readyz")
    file.rmdir()
    assert (alive.status_code, ready.status_code) == (200, 503)
