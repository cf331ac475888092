"""Files of people: the draft, one's own data, attachments. Who asks is read at every request, and nothing is kept.

Streamlit's own downloads open for whoever knows their address, and only from the process that made them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from urllib.parse import quote
from uuid import UUID

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from core.domain.permissions import Actor
from core.errors import NotThere
from core.language import Language
from core.services import accounts, assessing, exchanging, programming
from core.services.environment import Environment
from core.web.page import Writer
from core.web.visitor import SESSION_COOKIE, came_from, own_address, visitor_language

_OFFICE = "application/vnd.openxmlformats-officedocument"
_DRAFTS: Mapping[str, tuple[Callable[[Environment, Actor, UUID, Language], bytes], str]] = {
    "pdf": (programming.pdf, "application/pdf"),
    "docx": (programming.docx, f"{_OFFICE}.wordprocessingml.document"),
    "xlsx": (programming.xlsx, f"{_OFFICE}.spreadsheetml.sheet"),
}
_Build = Callable[[Environment, Actor, Request], Response]


def download_routes(environment: Environment, font_address: str = "") -> list[Route]:
    """Return the routes of all files; `font_address` is for the page that says that there is none."""

    def route(path: str, build: _Build) -> Route:
        async def answer(request: Request) -> Response:
            return await run_in_threadpool(_answer, environment, font_address, build, request)

        return Route(path, answer, methods=["GET"])

    return [
        route("/tai-ve/{enterprise:uuid}/chuong-trinh-{language}.{form}", _programme),
        route("/tai-ve/{enterprise:uuid}/du-lieu.json", _data),
        route("/tai-ve/tep/{attachment:uuid}", _attachment),
    ]


def _answer(environment: Environment, font_address: str, build: _Build, request: Request) -> Response:
    login = accounts.login_of_token(environment, request.cookies.get(SESSION_COOKIE, ""))
    actor = accounts.actor_of_session(environment, login.session.key) if login else None
    if actor is None:
        return RedirectResponse(own_address("/dang-nhap", next=came_from(request)), 303)
    try:
        return build(environment, actor, request)
    except NotThere:
        writer = Writer(environment.catalogue, environment.settings, visitor_language(request), font_address)
        return writer.page(
            "not-there.title", writer.lead("not-there.lead"), writer.links(home="/"), address="/", status=404
        )


def _programme(environment: Environment, actor: Actor, request: Request) -> Response:
    language, form = request.path_params["language"], request.path_params["form"]
    if language not in set(Language) or form not in _DRAFTS:
        raise NotThere
    write, media_type = _DRAFTS[form]
    content = write(environment, actor, request.path_params["enterprise"], Language(language))
    if not content:
        raise NotThere
    name = environment.catalogue.word("editor.file-name")[Language(language)]
    return _file(content, f"{name}-{language}.{form}", media_type)


def _data(environment: Environment, actor: Actor, request: Request) -> Response:
    content = exchanging.export_data(environment, actor, request.path_params["enterprise"]).encode()
    name = environment.catalogue.word("data.download.file-name")[visitor_language(request)]
    return _file(content, f"{name}-{environment.today().isoformat()}.json", "application/json")


def _attachment(environment: Environment, actor: Actor, request: Request) -> Response:
    attachment_id: UUID = request.path_params["attachment"]
    file, content = assessing.read_attachment(environment, actor, attachment_id)
    return _file(content, file.file_name, file.media_type)


def _file(content: bytes, name: str, media_type: str) -> Response:
    """Return a file to be saved, never to be opened as a page of ours."""
    headers = {
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(name, safe='')}",
        "Cache-Control": "private, no-store",
    }
    return Response(content, media_type=media_type, headers=headers)
