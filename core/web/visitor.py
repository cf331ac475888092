"""What a request says about its visitor: language, cookies, where it may go next, whether a form is its own."""

from __future__ import annotations

import secrets
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

from starlette.requests import HTTPConnection, Request
from starlette.responses import Response

from core.language import Language
from core.services.accounts import SESSION_LONGEST, Login
from core.services.environment import Settings

SESSION_COOKIE = "do_chuan_session"
LANGUAGE_COOKIE = "do_chuan_language"
FORM_COOKIE = "do_chuan_form"
_YEAR = 365 * 24 * 3600


def chosen_language(connection: HTTPConnection) -> Language | None:
    """Return the language that was chosen: in this address, or before."""
    for chosen in (connection.query_params.get("lang"), connection.cookies.get(LANGUAGE_COOKIE)):
        if chosen in set(Language):
            return Language(chosen)
    return None


def visitor_language(connection: HTTPConnection) -> Language:
    """Return the chosen language, else English for an English browser, else Vietnamese."""
    accepted = connection.headers.get("accept-language", "").lower()
    return chosen_language(connection) or (Language.EN if accepted.startswith("en") else Language.VI)


def visitor_address(request: Request) -> str:
    """Return the network address that attempts are counted by; the server sees through a proxy on this machine."""
    return request.client.host if request.client else ""


def own_path(value: str | None) -> str:
    """Return where to go next: a path of this site, "/" for anything else."""
    if not value or not value.startswith("/") or value.startswith(("//", "/\\")):
        return "/"
    if any(ord(letter) < 32 or letter == "\\" for letter in value):
        return "/"
    parts = urlsplit(value)
    # Quoted again, because a header holds no other letters.
    return quote(parts.path, safe="/%:@!$&'()*+,;=~-._") + (
        "?" + quote(parts.query, safe="=&%+-._~") if parts.query else ""
    )


def came_from(request: Request) -> str:
    """Return the path of our own page that led here, without the language that its address named."""
    parts = urlsplit(request.headers.get("referer", ""))
    if parts.netloc != request.headers.get("host"):
        return "/"
    query = [(name, value) for name, value in parse_qsl(parts.query) if name != "lang"]
    return own_address(parts.path, **dict(query))


def own_address(path: str, **query: str) -> str:
    """Return a path with those parameters that are not empty."""
    given = {name: value for name, value in query.items() if value and value != "/"}
    return f"{path}?{urlencode(given)}" if given else path


def is_same_site(request: Request) -> bool:
    """Tell whether the browser says that this request was sent by one of our own pages."""
    fetched = request.headers.get("sec-fetch-site")
    if fetched is not None:
        return fetched == "same-origin"
    origin = request.headers.get("origin")
    return origin is not None and urlsplit(origin).netloc == request.headers.get("host")


def form_token(request: Request, login: Login | None) -> str:
    """Return the token that a form of this visitor carries: that of the session, else that of a cookie."""
    return login.session.csrf if login else request.cookies.get(FORM_COOKIE) or secrets.token_urlsafe(24)


def is_own_form(request: Request, login: Login | None, token: str) -> bool:
    """Tell whether a form was drawn by us for this visitor."""
    fetched = request.headers.get("sec-fetch-site", "same-origin")
    expected = login.session.csrf if login else request.cookies.get(FORM_COOKIE, "")
    return fetched == "same-origin" and bool(expected) and secrets.compare_digest(expected.encode(), token.encode())


def set_cookie(
    response: Response, request: Request, settings: Settings, name: str, value: str, *, lasts: int | None = None
) -> None:
    """Set a cookie that scripts cannot read; over TLS it never travels without."""
    is_secure = settings.secure_cookies or request.url.scheme == "https"
    response.set_cookie(name, value, max_age=lasts, path="/", httponly=True, secure=is_secure, samesite="lax")


def keep_session(response: Response, request: Request, settings: Settings, token: str) -> None:
    """Give the browser its session."""
    lasts = int(SESSION_LONGEST.total_seconds())
    set_cookie(response, request, settings, SESSION_COOKIE, token, lasts=lasts)


def keep_language(response: Response, request: Request, settings: Settings, language: Language) -> None:
    """Let the browser remember the language for a year."""
    set_cookie(response, request, settings, LANGUAGE_COOKIE, language.value, lasts=_YEAR)


def drop_session(response: Response) -> None:
    """Take the session away from the browser."""
    response.delete_cookie(SESSION_COOKIE, path="/", httponly=True, samesite="lax")
