"""Signing in, up and out, passwords, invitations and the language: plain HTML forms, each answered by 303 or by itself.

A form that is refused comes back with what was typed, but never a password, and says in amber what to mend.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any
from urllib.parse import parse_qsl

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from core.errors import AccountRefused, DoChuanError, NotThere
from core.language import Language
from core.services import accounts, members, passwords
from core.services.accounts import Login, SignedIn
from core.services.environment import Environment
from core.web.page import Writer
from core.web.provider import DOOR, PROVIDER_COOKIE, WAY_OUT
from core.web.visitor import (
    FORM_COOKIE,
    SESSION_COOKIE,
    came_from,
    chosen_language,
    drop_session,
    form_token,
    is_own_form,
    is_same_site,
    keep_language,
    keep_session,
    own_address,
    own_path,
    set_cookie,
    visitor_address,
    visitor_language,
)

_BODY_LIMIT = 64 * 1024
_STATUS = {"too-many-attempts": 429, "form-over": 403, "form-too-large": 413}
_REFUSED = 422


@dataclass(frozen=True)
class Visit:
    """One request: who sent it, in which language, and the fields of its form."""

    environment: Environment
    request: Request
    login: Login | None
    writer: Writer
    fields: Mapping[str, str] = field(default_factory=dict)
    consents: frozenset[str] = frozenset()

    @property
    def language(self) -> Language:
        return self.writer.language

    @property
    def address(self) -> str:
        """Where attempts from this visitor are counted."""
        return visitor_address(self.request)

    @property
    def token(self) -> str:
        """The token of a link that works once."""
        return str(self.request.path_params.get("token", ""))

    @property
    def next(self) -> str:
        """Where to go when this is done."""
        return own_path(self.fields.get("next") or self.request.query_params.get("next"))

    @property
    def quick(self) -> str:
        """Answers of the quick check that come along, as they may be kept."""
        given = self.fields.get("quick") or self.request.query_params.get("quick", "")
        return accounts.quick_text(accounts.quick_answers(self.environment.catalogue, given))

    @property
    def path(self) -> str:
        """This page's own address with what it must carry."""
        return own_address(self.request.url.path, next=self.next, quick=self.quick)

    async def do(self, deed: Callable[..., Any], *args: object, **options: object) -> Any:
        """Do a deed that waits for the database or for hashing, away from the event loop."""
        return await run_in_threadpool(partial(deed, self.environment, *args, **options))


Page = Callable[[Visit, str, DoChuanError | None], Awaitable[Response]]
Deed = Callable[[Visit], Awaitable[Response]]


def form_routes(environment: Environment, font_address: str = "") -> list[Route]:
    """Return the routes of all forms."""

    def route(path: str, page: Page, deed: Deed) -> Route:
        return Route(path, partial(_answer, environment, font_address, page, deed), methods=["GET", "POST"])

    async def change_language(request: Request) -> Response:
        return await _change_language(environment, request)

    async def forgotten(request: Request) -> Response:
        return _forgotten_page(Visit(environment, request, None, _writer(environment, request, font_address)))

    return [
        route("/dang-nhap", _sign_in_page, _sign_in),
        route("/dang-ky", _sign_up_page, _sign_up),
        route("/dang-xuat", _sign_out_page, _sign_out),
        route("/doi-mat-khau", _password_page, _change_password),
        route("/dat-lai/{token}", _reset_page, _reset_password),
        route("/bat-dau/{token}", _first_page, _begin),
        route("/moi/{token}", _invitation_page, _join),
        Route("/quen-mat-khau", forgotten, methods=["GET"]),
        Route("/ngon-ngu", change_language, methods=["GET"]),
    ]


async def _answer(environment: Environment, font_address: str, page: Page, deed: Deed, request: Request) -> Response:
    """Show a form, or take it: 303 when the deed is done, the form again when it is refused."""
    login = await run_in_threadpool(accounts.login_of_token, environment, request.cookies.get(SESSION_COOKIE, ""))
    writer = _writer(environment, request, font_address)
    visit = Visit(environment, request, login, writer)
    error: DoChuanError | None = None
    if request.method == "POST":
        try:
            fields, consents = await _read_form(request)
            visit = Visit(environment, request, login, writer, fields, consents)
            if not _is_own(visit, deed):
                raise AccountRefused("form-over")
            return await deed(visit)
        except AccountRefused as refusal:
            error = refusal
        except NotThere:
            error = AccountRefused("session-over")
    token = form_token(request, login)
    response = await page(visit, token, error)
    if error is not None and response.status_code == 200:
        response.status_code = _STATUS.get(error.code, _REFUSED)
    if login is None and request.cookies.get(FORM_COOKIE) != token:
        set_cookie(response, request, environment.settings, FORM_COOKIE, token)
    if chosen_language(request) and request.query_params.get("lang"):
        keep_language(response, request, environment.settings, writer.language)
    return response


def _writer(environment: Environment, request: Request, font_address: str) -> Writer:
    return Writer(environment.catalogue, environment.settings, visitor_language(request), font_address)


def _is_own(visit: Visit, deed: Deed) -> bool:
    if is_own_form(visit.request, visit.login, visit.fields.get("form", "")):
        return True
    # The button in the account menu is drawn by Streamlit, which knows no token; ending a session needs less proof.
    return deed is _sign_out and is_same_site(visit.request)


async def _read_form(request: Request) -> tuple[dict[str, str], frozenset[str]]:
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > _BODY_LIMIT:
            raise AccountRefused("form-too-large")
    try:
        pairs = parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=100)
    except ValueError as error:
        raise AccountRefused("form-too-large") from error
    return dict(pairs), frozenset(value for name, value in pairs if name == "consent")


def _done(address: str) -> Response:
    return RedirectResponse(address, 303, headers={"Cache-Control": "no-store"})


def _way_on(who: Login | SignedIn, address: str) -> str:
    return own_address("/doi-mat-khau", next=address) if who.account.must_change else address


def _signed_in(visit: Visit, signed_in: SignedIn, address: str) -> Response:
    response = _done(_way_on(signed_in, address))
    keep_session(response, visit.request, visit.environment.settings, signed_in.token)
    keep_language(response, visit.request, visit.environment.settings, signed_in.session.language)
    return response


# Signing in


async def _sign_in_page(visit: Visit, token: str, error: DoChuanError | None) -> Response:
    if visit.login and error is None:
        return _done(_way_on(visit.login, visit.next))
    writer = visit.writer
    done = visit.request.query_params.get("done", "")
    return writer.page(
        "sign-in.title",
        writer.lead("sign-in.lead"),
        writer.news(f"done.{done}") if done in ("password", "signed-out") and error is None else "",
        writer.trouble(error),
        writer.form(
            "/dang-nhap",
            _email_field(visit, error),
            writer.field("password", "password", kind="password", autocomplete="current-password", error=error),
            button_key="sign-in.button",
            hidden={"form": token, "next": visit.next},
        ),
        writer.links(forgotten="/quen-mat-khau", sign_up=own_address("/dang-ky", next=visit.next)),
        _provider_door(visit),
        writer.foot("sign-in.foot"),
        address=visit.path,
    )


async def _sign_in(visit: Visit) -> Response:
    signed_in = await visit.do(
        accounts.sign_in,
        email=visit.fields.get("email", ""),
        password=visit.fields.get("password", ""),
        address=visit.address,
        language=chosen_language(visit.request),
        former_token=visit.request.cookies.get(SESSION_COOKIE, ""),
    )
    return _signed_in(visit, signed_in, visit.next)


def _provider_door(visit: Visit) -> str:
    provider = visit.environment.settings.provider_title
    return visit.writer.door("provider", own_address(DOOR, next=visit.next), provider=provider) if provider else ""


def _email_field(visit: Visit, error: DoChuanError | None) -> str:
    return visit.writer.field(
        "email", "email", kind="email", autocomplete="username", value=visit.fields.get("email", ""), error=error
    )


def _new_password_field(visit: Visit, error: DoChuanError | None, label_key: str = "new-password") -> str:
    hint = visit.writer.t("password-hint", length=passwords.LENGTH)
    return visit.writer.field(
        "password", label_key, kind="password", autocomplete="new-password", hint=hint, error=error
    )


def _name_field(visit: Visit, error: DoChuanError | None) -> str:
    return visit.writer.field("name", "name", autocomplete="name", value=visit.fields.get("name", ""), error=error)


# Signing up


async def _sign_up_page(visit: Visit, token: str, error: DoChuanError | None) -> Response:
    if visit.login and error is None:
        return _done(_way_on(visit.login, visit.next))
    writer = visit.writer
    return writer.page(
        "sign-up.title",
        writer.lead("sign-up.lead"),
        writer.news("sign-up.quick") if visit.quick else "",
        writer.trouble(error),
        writer.notice(),
        writer.form(
            "/dang-ky",
            _name_field(visit, error),
            _email_field(visit, error),
            _new_password_field(visit, error, "chosen-password"),
            writer.consents(visit.consents, error),
            button_key="sign-up.button",
            hidden={"form": token, "next": visit.next, "quick": visit.quick},
        ),
        writer.links(sign_in=own_address("/dang-nhap", next=visit.next)),
        address=visit.path,
    )


async def _sign_up(visit: Visit) -> Response:
    signed_in = await visit.do(
        accounts.sign_up,
        email=visit.fields.get("email", ""),
        name=visit.fields.get("name", ""),
        password=visit.fields.get("password", ""),
        consents=visit.consents,
        language=visit.language,
        address=visit.address,
        quick=visit.quick,
        former_token=visit.request.cookies.get(SESSION_COOKIE, ""),
    )
    return _signed_in(visit, signed_in, visit.next)


# Signing out


async def _sign_out_page(visit: Visit, token: str, error: DoChuanError | None) -> Response:
    if visit.login is None:
        return _done("/dang-nhap")
    writer = visit.writer
    return writer.page(
        "sign-out.title",
        writer.lead("sign-out.lead"),
        writer.form("/dang-xuat", button_key="sign-out.button", hidden={"form": token}),
        writer.links(home="/"),
        address=visit.path,
    )


async def _sign_out(visit: Visit) -> Response:
    if visit.login:
        await visit.do(accounts.sign_out, visit.login.session.key)
    # Streamlit keeps what the provider said in a cookie of its own.
    is_known_there = visit.environment.settings.oidc_provider and PROVIDER_COOKIE in visit.request.cookies
    response = _done(WAY_OUT if is_known_there else "/dang-nhap?done=signed-out")
    drop_session(response)
    return response


# Passwords


async def _password_page(visit: Visit, token: str, error: DoChuanError | None) -> Response:
    if visit.login is None:
        return _done(own_address("/dang-nhap", next="/doi-mat-khau"))
    writer = visit.writer
    if not await visit.do(accounts.has_password, visit.login.account):
        provider = visit.environment.settings.provider_title or writer.contact
        lead = writer.lead("change.at-provider", provider=provider)
        return writer.page("change.title", lead, writer.links(home="/"), address=visit.path)
    return writer.page(
        "change.title",
        writer.lead("change.must" if visit.login.must_change else "change.lead"),
        writer.trouble(error),
        writer.form(
            "/doi-mat-khau",
            writer.whose_password(visit.login.account.email),
            writer.field("current", "current-password", kind="password", autocomplete="current-password", error=error),
            _new_password_field(visit, error),
            button_key="change.button",
            hidden={"form": token, "next": visit.next},
        ),
        writer.links(home="/"),
        address=visit.path,
    )


async def _change_password(visit: Visit) -> Response:
    if visit.login is None:
        return _done(own_address("/dang-nhap", next="/doi-mat-khau"))
    await visit.do(
        accounts.change_password,
        visit.login.session.key,
        current=visit.fields.get("current", ""),
        new=visit.fields.get("password", ""),
    )
    return _done(visit.next)


def _forgotten_page(visit: Visit) -> Response:
    writer = visit.writer
    return writer.page(
        "forgotten.title",
        writer.lead("forgotten.lead", contact=writer.contact),
        writer.lead("forgotten.how"),
        writer.links(sign_in="/dang-nhap"),
        address=visit.request.url.path,
    )


async def _reset_page(visit: Visit, token: str, error: DoChuanError | None) -> Response:
    account = await visit.do(accounts.reset_account, visit.token)
    if account is None:
        return _link_over(visit, "reset.title")
    writer = visit.writer
    return writer.page(
        "reset.title",
        writer.lead("reset.lead", email=account.email),
        writer.trouble(error),
        writer.form(
            visit.request.url.path,
            writer.whose_password(account.email),
            _new_password_field(visit, error),
            button_key="reset.button",
            hidden={"form": token},
        ),
        address=visit.request.url.path,
    )


async def _reset_password(visit: Visit) -> Response:
    await visit.do(accounts.reset_password, visit.token, visit.fields.get("password", ""))
    response = _done("/dang-nhap?done=password")
    drop_session(response)
    return response


def _link_over(visit: Visit, title_key: str) -> Response:
    writer = visit.writer
    return writer.page(
        title_key,
        writer.trouble(AccountRefused("link-over")),
        writer.links(sign_in="/dang-nhap", home="/"),
        address=visit.request.url.path,
        status=404,
    )


# The first administrator


async def _first_page(visit: Visit, token: str, error: DoChuanError | None) -> Response:
    if not await visit.do(accounts.is_first_link, visit.token):
        return _link_over(visit, "first.title")
    writer = visit.writer
    return writer.page(
        "first.title",
        writer.lead("first.lead"),
        writer.trouble(error),
        writer.form(
            visit.request.url.path,
            _name_field(visit, error),
            _email_field(visit, error),
            _new_password_field(visit, error, "chosen-password"),
            button_key="first.button",
            hidden={"form": token},
        ),
        address=visit.request.url.path,
    )


async def _begin(visit: Visit) -> Response:
    signed_in = await visit.do(
        accounts.begin_installation,
        visit.token,
        email=visit.fields.get("email", ""),
        name=visit.fields.get("name", ""),
        password=visit.fields.get("password", ""),
        language=visit.language,
    )
    return _signed_in(visit, signed_in, "/")


# Invitations


async def _invitation_page(visit: Visit, token: str, error: DoChuanError | None) -> Response:
    invitation = await visit.do(members.invitation, visit.token)
    if invitation is None:
        return _link_over(visit, "invitation.title")
    writer, path = visit.writer, visit.request.url.path
    role = visit.environment.catalogue.word(f"notices.role.{invitation.role}.name")[visit.language]
    lead = writer.lead("invitation.lead", enterprise=invitation.enterprise_name, role=role)
    if visit.login is None:
        links = writer.links(sign_in=own_address("/dang-nhap", next=path), sign_up=own_address("/dang-ky", next=path))
        return writer.page("invitation.title", lead, writer.lead("invitation.who"), links, address=path)
    form = writer.form(path, button_key="invitation.button", hidden={"form": token})
    return writer.page("invitation.title", lead, writer.trouble(error), form, writer.links(home="/"), address=path)


async def _join(visit: Visit) -> Response:
    if visit.login is None:
        return _done(own_address("/dang-nhap", next=visit.request.url.path))
    await visit.do(members.accept_invitation, visit.login.session.key, visit.token)
    return _done("/")


# Language


async def _change_language(environment: Environment, request: Request) -> Response:
    language = visitor_language(request)
    target = own_path(request.query_params.get("next") or came_from(request))
    response = RedirectResponse(target, 303, headers={"Cache-Control": "no-store"})
    keep_language(response, request, environment.settings, language)
    token = request.cookies.get(SESSION_COOKIE, "")
    if token and chosen_language(request):
        await run_in_threadpool(accounts.set_language, environment, accounts.key_of(token), language)
    return response
