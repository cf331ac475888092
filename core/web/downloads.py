"""Files of people: draft, plan, one's own data, attachments. Who asks is read at every request, and nothing is kept.

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
from core.errors import BadInput, NotThere
from core.language import Language
from core.services import (
    accounts,
    agenda,
    assessing,
    exchanging,
    following,
    handing_out,
    labelling,
    official_sheets,
    planning,
    programming,
    register_sheets,
    registering,
    reporting,
    review_letters,
    selecting,
    selection_papers,
    status_reports,
    two_views,
    visiting,
)
from core.services.environment import Environment
from core.services.exchanging import DraftForm
from core.web.page import Writer
from core.web.visitor import SESSION_COOKIE, came_from, own_address, visitor_language

_OFFICE = "application/vnd.openxmlformats-officedocument"
_MEDIA_TYPES: Mapping[DraftForm, str] = {
    DraftForm.PDF: "application/pdf",
    DraftForm.DOCX: f"{_OFFICE}.wordprocessingml.document",
    DraftForm.XLSX: f"{_OFFICE}.spreadsheetml.sheet",
}
_DRAFTS: Mapping[DraftForm, Callable[[Environment, Actor, UUID, Language], bytes]] = {
    DraftForm.PDF: programming.pdf,
    DraftForm.DOCX: programming.docx,
    DraftForm.XLSX: programming.xlsx,
}
_LETTER_FORMS = (DraftForm.PDF, DraftForm.DOCX)
_Build = Callable[[Environment, Actor, Request], Response]


def download_routes(environment: Environment, font_address: str = "") -> list[Route]:
    """Return the routes of all files; `font_address` is for the page that says that there is none."""

    def route(path: str, build: _Build) -> Route:
        async def answer(request: Request) -> Response:
            return await run_in_threadpool(_answer, environment, font_address, build, request)

        return Route(path, answer, methods=["GET"])

    return [
        route("/tai-ve/{enterprise:uuid}/chuong-trinh-{language}.{form}", _programme),
        route("/tai-ve/ban-co-ma/{handed_out:uuid}/chuong-trinh-{language}.{form}", _handed_out),
        route("/tai-ve/{enterprise:uuid}/phien-ban-{number:int}-{language}.{form}", _version),
        route("/tai-ve/{enterprise:uuid}/sua-doi-{number:int}-{language}.{form}", _amendment),
        route("/tai-ve/{enterprise:uuid}/bao-cao-{number:int}-{language}.{form}", _report),
        route("/tai-ve/{enterprise:uuid}/du-lieu.json", _data),
        route("/tai-ve/{enterprise:uuid}/goc-nhin-rieng.json", _own_views),
        route("/tai-ve/{enterprise:uuid}/ke-hoach-{year:int}-{language}.{form}", _plan),
        route("/tai-ve/{enterprise:uuid}/lich-{language}.ics", _calendar),
        route("/tai-ve/{enterprise:uuid}/de-nghi-{language}.{form}", _letter),
        route("/tai-ve/{enterprise:uuid}/phuong-tien-do-{language}.xlsx", _register_sheet),
        route("/tai-ve/ho-so/{submission:uuid}/giay-tiep-nhan-{language}.{form}", _receipt),
        route("/tai-ve/ho-so/{submission:uuid}/y-kien-{language}.{form}", _decision_letter),
        route("/tai-ve/ho-so/{submission:uuid}/phieu-di-co-so-{language}.{form}", _visit_kit),
        route("/tai-ve/bao-cao-tinh-hinh-{language}.{form}", _status_report),
        route("/tai-ve/kien-nghi-{language}.{form}", _agenda),
        route("/tai-ve/so-lieu/{sheet}-{language}.{form}", _figures),
        route("/tai-ve/chon-ho-tro-{language}.{form}", _selection),
        route("/tai-ve/tep/{attachment:uuid}", _attachment),
        route("/tai-ve/phuong-tien/{file:uuid}", _instrument_file),
        route("/tai-ve/{enterprise:uuid}/nhan-{language}.pdf", _labels),
    ]


def _answer(environment: Environment, font_address: str, build: _Build, request: Request) -> Response:
    login = accounts.login_of_token(environment, request.cookies.get(SESSION_COOKIE, ""))
    actor = accounts.actor_of_session(environment, login.session.key) if login else None
    if actor is None:
        return RedirectResponse(own_address("/dang-nhap", next=came_from(request)), 303)
    writer = Writer(environment.catalogue, environment.settings, visitor_language(request), font_address)
    try:
        return build(environment, actor, request)
    except NotThere:
        why = writer.lead("not-there.lead")
    except BadInput as error:
        # Our own pages lead only to files that can be made; whoever kept an address for later is told what is amiss.
        why = writer.trouble(error)
    return writer.page("not-there.title", why, writer.links(home="/"), address="/", status=404)


def _programme(environment: Environment, actor: Actor, request: Request) -> Response:
    language, form = _language(request), _form(request)
    content = _DRAFTS[form](environment, actor, request.path_params["enterprise"], language)
    if not content:
        raise NotThere
    name = environment.catalogue.word("editor.file-name")[language]
    return _file(content, f"{name}-{language}.{form}", _MEDIA_TYPES[form])


def _handed_out(environment: Environment, actor: Actor, request: Request) -> Response:
    language, form = _language(request), _form(request)
    kept, content = handing_out.handed_out_file(environment, actor, request.path_params["handed_out"], language, form)
    name = environment.catalogue.word("editor.file-name")[language]
    return _file(content, f"{name}-{kept.draft.code}-{language}.{form}", _MEDIA_TYPES[form])


def _version(environment: Environment, actor: Actor, request: Request) -> Response:
    return _of_number(
        environment, actor, request, following.version_file, "issuing.file-name.version", tuple(DraftForm)
    )


def _amendment(environment: Environment, actor: Actor, request: Request) -> Response:
    return _of_number(environment, actor, request, following.amendment_file, "issuing.file-name.amendment")


def _report(environment: Environment, actor: Actor, request: Request) -> Response:
    return _of_number(environment, actor, request, reporting.report_file, "report.file-name")


def _of_number(
    environment: Environment,
    actor: Actor,
    request: Request,
    write: Callable[[Environment, Actor, UUID, int, DraftForm, Language], bytes],
    name: str,
    forms: tuple[DraftForm, ...] = _LETTER_FORMS,
) -> Response:
    """Return a paper that the address names by a number: of a version, or of a year."""
    language, form, number = _language(request), _form(request), request.path_params["number"]
    if form not in forms:
        raise NotThere
    content = write(environment, actor, request.path_params["enterprise"], number, form, language)
    shown = environment.catalogue.word(name)[language]
    return _file(content, f"{shown}-{number}-{language}.{form}", _MEDIA_TYPES[form])


def _plan(environment: Environment, actor: Actor, request: Request) -> Response:
    language, form, year = _language(request), _form(request), request.path_params["year"]
    content = planning.plan_file(environment, actor, request.path_params["enterprise"], year, form, language)
    name = environment.catalogue.word("plan.file-name.plan")[language]
    return _file(content, f"{name}-{year}-{language}.{form}", _MEDIA_TYPES[form])


def _receipt(environment: Environment, actor: Actor, request: Request) -> Response:
    return _review_letter(environment, actor, request, review_letters.receipt, "programme.letter.file-name.receipt")


def _decision_letter(environment: Environment, actor: Actor, request: Request) -> Response:
    return _review_letter(
        environment, actor, request, review_letters.decision_letter, "programme.letter.file-name.decision"
    )


def _visit_kit(environment: Environment, actor: Actor, request: Request) -> Response:
    return _review_letter(environment, actor, request, visiting.kit, "visit.kit.file-name")


def _review_letter(
    environment: Environment,
    actor: Actor,
    request: Request,
    write: Callable[[Environment, Actor, UUID, DraftForm, Language], bytes],
    name: str,
) -> Response:
    language, form = _language(request), _form(request)
    if form is DraftForm.XLSX:
        raise NotThere
    submission_id: UUID = request.path_params["submission"]
    content = write(environment, actor, submission_id, form, language)
    code = review_letters.submission_code(submission_id)
    shown = environment.catalogue.word(name)[language]
    return _file(content, f"{shown}-{code}-{language}.{form}", _MEDIA_TYPES[form])


def _calendar(environment: Environment, actor: Actor, request: Request) -> Response:
    language = _language(request)
    content = planning.calendar_file(environment, actor, request.path_params["enterprise"], language)
    name = environment.catalogue.word("plan.file-name.calendar")[language]
    return _file(content, f"{name}-{language}.ics", "text/calendar; charset=utf-8")


def _letter(environment: Environment, actor: Actor, request: Request) -> Response:
    """What the letter asks for stands in the address: body, year, first and last month."""
    language, form, asked = _language(request), _form(request), request.query_params
    if form not in _LETTER_FORMS:
        raise NotThere
    content = planning.request_letter(
        environment,
        actor,
        request.path_params["enterprise"],
        body=asked.get("noi", ""),
        year=_number(asked.get("nam")),
        months=(_number(asked.get("tu")), _number(asked.get("den"))),
        with_unknown=asked.get("ca-chua-chon") == "1",
        form=form,
        language=language,
    )
    name = environment.catalogue.word("plan.file-name.letter")[language]
    return _file(content, f"{name}-{language}.{form}", _MEDIA_TYPES[form])


def _figures(environment: Environment, actor: Actor, request: Request) -> Response:
    """What is looked at stands in the address, as on the page."""
    language, form = _language(request), request.path_params["form"]
    found = official_sheets.sheet_file(
        environment,
        actor,
        request.path_params["sheet"],
        official_sheets.Asked.from_address(request.query_params),
        form,
        language,
    )
    name = environment.catalogue.word("figures.file-name")[language]
    return _file(found.content, f"{name}-{found.day.isoformat()}.{form}", found.media_type)


def _agenda(environment: Environment, actor: Actor, request: Request) -> Response:
    """What is looked at stands in the address, as on the page."""
    language, form = _language(request), _form(request)
    asked = official_sheets.Asked.from_address(request.query_params)
    found = agenda.agenda_file(environment, actor, asked, form, language)
    name = environment.catalogue.word("agenda.file-name")[language]
    return _file(found.content, f"{name}-{found.day.isoformat()}.{form}", _MEDIA_TYPES[form])


def _status_report(environment: Environment, actor: Actor, request: Request) -> Response:
    """Place and year stand in the address, as on the page."""
    language, form, asked = _language(request), _form(request), request.query_params
    place, year = asked.get("tinh", status_reports.NATION), _number(asked.get("nam"))
    found = status_reports.report_file(environment, actor, place, year, form, language)
    name = environment.catalogue.word("status-report.file-name")[language]
    shown = "-".join(part for part in (name, place, str(year), found.day.isoformat()) if part)
    return _file(found.content, f"{shown}.{form}", _MEDIA_TYPES[form])


def _selection(environment: Environment, actor: Actor, request: Request) -> Response:
    """Province and weights stand in the address, as on the page."""
    language, form, asked = _language(request), _form(request), request.query_params
    if form not in _LETTER_FORMS:
        raise NotThere
    province, weights = asked.get(selecting.PROVINCE, ""), selecting.weights_of(asked)
    content = selection_papers.justification(environment, actor, province, weights, form, language)
    name = environment.catalogue.word("selection.file-name")[language]
    return _file(content, f"{name}-{environment.today().isoformat()}-{language}.{form}", _MEDIA_TYPES[form])


def _data(environment: Environment, actor: Actor, request: Request) -> Response:
    content = exchanging.export_data(environment, actor, request.path_params["enterprise"]).encode()
    name = environment.catalogue.word("data.download.file-name")[visitor_language(request)]
    return _file(content, f"{name}-{environment.today().isoformat()}.json", "application/json")


def _own_views(environment: Environment, actor: Actor, request: Request) -> Response:
    content = two_views.own_views(environment, actor, request.path_params["enterprise"])
    if not content:
        raise NotThere
    name = environment.catalogue.word("views.file-name")[visitor_language(request)]
    return _file(content.encode(), f"{name}-{environment.today().isoformat()}.json", "application/json")


def _register_sheet(environment: Environment, actor: Actor, request: Request) -> Response:
    language = request.path_params["language"]
    if language not in set(Language):
        raise NotThere
    content = register_sheets.export_sheet(environment, actor, request.path_params["enterprise"], Language(language))
    name = environment.catalogue.word("sheet.download.file-name")[Language(language)]
    return _file(content, f"{name}-{environment.today().isoformat()}.xlsx", f"{_OFFICE}.spreadsheetml.sheet")


def _attachment(environment: Environment, actor: Actor, request: Request) -> Response:
    attachment_id: UUID = request.path_params["attachment"]
    file, content = assessing.read_attachment(environment, actor, attachment_id)
    return _file(content, file.file_name, file.media_type)


def _instrument_file(environment: Environment, actor: Actor, request: Request) -> Response:
    """Photos too are sent to be saved: an <img> of our own pages shows them all the same."""
    file_id: UUID = request.path_params["file"]
    file, content = registering.read_file(environment, actor, file_id)
    return _file(content, file.file_name, file.media_type)


def _labels(environment: Environment, actor: Actor, request: Request) -> Response:
    language, fields = _language(request), request.query_params
    order = labelling.read_order(fields, fields.getlist("ma"))
    content = labelling.label_sheet(environment, actor, request.path_params["enterprise"], order, language)
    name = environment.catalogue.word("labels.file-name")[language]
    return _file(content, f"{name}-{environment.today().isoformat()}.pdf", "application/pdf")


def _language(request: Request) -> Language:
    """Return the language that the address names. Raises NotThere."""
    if request.path_params["language"] not in set(Language):
        raise NotThere
    return Language(request.path_params["language"])


def _form(request: Request) -> DraftForm:
    """Return the form that the address ends in. Raises NotThere."""
    if request.path_params["form"] not in set(DraftForm):
        raise NotThere
    return DraftForm(request.path_params["form"])


def _number(text: str | None) -> int:
    """Return a number of the address; 0, which fits nowhere, for anything else."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) <= 4 else 0


def _file(content: bytes, name: str, media_type: str) -> Response:
    """Return a file to be saved, never to be opened as a page of ours."""
    headers = {
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(name, safe='')}",
        "Cache-Control": "private, no-store",
        "X-Content-Type-Options": "nosniff",
    }
    return Response(content, media_type=media_type, headers=headers)
