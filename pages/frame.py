"""Opens every page: who is here, in which language, what is shown when something is refused.

How a page is made. A page is a file in pages/<audience>/ with `show()`, a list of what is on the screen, and at its end

    if __name__ == "__main__":
        show()

Streamlit runs the file under that name, so importing it does nothing. `show` opens with its guard:

    def show() -> None:
        with frame.open_page(needs=Audience.ENTERPRISE) as visit:
            st.title(visit.t("result.title"), anchor=False)

The path stands once in pages/router.py (`PAGES`); other pages go there with `st.switch_page("enterprise/result.py")`.
AppTest opens pages/router.py with `at.user = {"session": key}` (empty: signed out), runs once, then goes to a page with
`at.switch_page("enterprise/result.py").run()`. Tests put their environment in place of `process_environment`.

Callbacks and fragments outlive the run that drew them. They ask again who is here:

* in a callback, `on_click=frame.attempt, args=("place", deed, ...)` calls `deed(visit, ...)` with a fresh visit;
  a refusal is kept for the place, and `frame.refusal(visit, "place")` shows it there on the next drawing;
* in a fragment, open with `with frame.refreshed() as visit:`.

Streamlit runs callbacks before everything else, so what a page shows was read after the deed was done.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from typing import Concatenate, NoReturn, ParamSpec
from urllib.parse import urlencode, urlsplit

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from core.domain.catalogue import Catalogue
from core.domain.permissions import Actor, Role
from core.errors import BadInput, DoChuanError, NotThere
from core.language import Language, Text, clock
from core.services import accounts
from core.services.environment import Environment, shared_environment
from core.services.providers import DOOR_COOKIE, ProviderIdentity
from pages.widgets.writing import Details, in_html, plain, written

LANGUAGE_COOKIE = "do_chuan_language"
_LOG = logging.getLogger("do_chuan")
_LANGUAGE = "frame.language"
_REFUSED = "frame.refused."
_VISIT = "frame.visit"
_DRAWN_FOR = "frame.drawn-for"
_LANGUAGES = frozenset(Language)
_WIDTH = "frame.width"
_GUEST = "frame.stays-a-guest"
FOOT = ("public/check.py", "public/glossary.py", "public/privacy.py")
_P = ParamSpec("_P")


class Audience(StrEnum):
    """For whom a group of pages is made; the permission of each deed is asked by the services.

    DEPARTMENT: officials of a province, who alone are told names.
    """

    ENTERPRISE = "enterprise"
    ADVISER = "adviser"
    OFFICIAL = "official"
    DEPARTMENT = "department"
    ADMINISTRATOR = "administrator"


_GRANTED = {
    Role.ADVISER: (Audience.ADVISER,),
    Role.LEAD_ADVISER: (Audience.ADVISER,),
    Role.OFFICIAL_PROVINCE: (Audience.OFFICIAL, Audience.DEPARTMENT),
    Role.OFFICIAL_NATION: (Audience.OFFICIAL,),
    Role.ADMINISTRATOR: (Audience.ADMINISTRATOR,),
}


def audiences(actor: Actor | None) -> tuple[Audience, ...]:
    """Return the groups of pages made for this person; who belongs nowhere yet is about to enter an enterprise."""
    if actor is None:
        return ()
    granted = {audience for held in actor.roles for audience in _GRANTED.get(held.role, ())}
    if actor.memberships or not granted:
        granted.add(Audience.ENTERPRISE)
    return tuple(audience for audience in Audience if audience in granted)


@dataclass(frozen=True, slots=True)
class Visit:
    """One run of one page for one person: what it may ask, and how it speaks."""

    environment: Environment
    actor: Actor | None
    language: Language

    @property
    def catalogue(self) -> Catalogue:
        return self.environment.catalogue

    def in_edition(self, catalogue: Catalogue) -> Visit:
        """Return the same visit reading another edition: an old assessment is shown in its own questions."""
        return (
            self
            if catalogue is self.catalogue
            else replace(self, environment=replace(self.environment, catalogue=catalogue))
        )

    @property
    def person(self) -> Actor:
        """Who is signed in. Raises NotThere for nobody: a page with `needs` never meets that."""
        if self.actor is None:
            raise NotThere
        return self.actor

    def t(self, key: str, **values: object) -> str:
        """Return a text of content/words as it stands, for labels of HTML and places that know no Markdown."""
        sentence = self.catalogue.word(key)[self.language]
        filling = {name: written(value, self.language) for name, value in values.items()}
        return sentence.format(**filling) if filling else sentence

    def md(self, key: str, **values: object) -> str:
        """Return a text of content/words as Markdown; the values are shown letter by letter, whatever is in them."""
        return self.t(key, **{name: plain(written(value, self.language)) for name, value in values.items()})

    def say(self, text: Text) -> str:
        """Return one of two languages."""
        return text[self.language]


def process_environment() -> Environment:
    """Return the one environment of this process: settings, catalogue, database. Tests put their own in its place."""
    return shared_environment()


def session_key() -> str:
    """Return what the identity middleware says about the signed-in browser; empty when nobody is."""
    return str(st.user.get("session", "") or "")


def network_address() -> str:
    """Return the network address that attempts are counted by; empty for this computer, which has no other guests."""
    return st.context.ip_address or ""


def provider_identity(visit: Visit) -> ProviderIdentity | None:
    """Return who the identity provider says is here; nobody becomes an actor by that alone."""
    provider = visit.environment.settings.oidc_provider
    if not provider or not st.user.get("is_logged_in") or st.user.get("provider") != provider:
        return None
    issued_at = st.user.get("iat")
    return ProviderIdentity(
        email=str(st.user.get("email") or ""),
        is_verified=st.user.get("email_verified") is True,
        issued_at=datetime.fromtimestamp(issued_at if isinstance(issued_at, int) else 0, UTC),
    )


def door() -> str:
    """Return the mark of a browser that set out for the identity provider; empty where none did."""
    return str(st.context.cookies.get(DOOR_COOKIE, ""))


def stay_a_guest() -> None:
    """Let the first page be shown in this tab, although the provider knows who is here."""
    st.session_state[_GUEST] = True


def stays_a_guest() -> bool:
    """Tell whether this tab was told that the provider's word opens no account here."""
    return bool(st.session_state.get(_GUEST))


def current_language() -> Language:
    """Return the language named in the address, else the one chosen before, else English for an English browser."""
    named = st.query_params.get("lang")
    if named in _LANGUAGES:
        st.session_state[_LANGUAGE] = named
    elif _LANGUAGE not in st.session_state:
        st.session_state[_LANGUAGE] = _language_of_browser()
    return Language(st.session_state[_LANGUAGE])


def current_visit() -> Visit:
    """Return who is here now, read from the stored session once in every run, its callbacks included."""
    run = _this_run()
    kept = st.session_state.get(_VISIT)
    if run is not None and kept is not None and kept[0] is run:
        visit: Visit = kept[1]
        return visit
    environment = process_environment()
    visit = Visit(environment, accounts.actor_of_session(environment, session_key()), current_language())
    st.session_state[_VISIT] = (run, visit)
    return visit


def forget_visit() -> None:
    """Read again who is here, within the same run: for deeds that change what the person may do."""
    st.session_state.pop(_VISIT, None)


def _this_run() -> object:
    """Return an object that is another one in every run; None where there is none: then nothing is remembered."""
    return getattr(get_script_run_ctx(suppress_warning=True), "parallel_coordinator", None)


@contextmanager
def centred(width: int) -> Iterator[None]:
    """Draw into a centred column of at most `width` pixels; on a phone it shrinks by itself."""
    # One after the other, not one in the other: Streamlit copies what is open for every fragment.
    with st.container(horizontal_alignment="center").container(width=width):
        yield


@contextmanager
def open_page(width: int = 1040, needs: Audience | None = None) -> Iterator[Visit]:
    """Open a page of the given width for its audience (None: everybody), and show what is refused.

    Widths: 720 for forms and the quick check, 1040 for most, 1160 for editor, review and totals.
    """
    visit = current_visit()
    st.session_state[_WIDTH] = width
    with centred(width):
        if needs is not None and needs not in audiences(visit.actor):
            closed(visit)
            st.stop()
        with _refusals_shown(visit):
            yield visit


def stop(visit: Visit) -> NoReturn:
    """End the page here, with the foot that stands under every page."""
    foot(visit)
    st.stop()


def foot(visit: Visit) -> None:
    """Draw the quiet line under every page, as wide as the page."""
    with centred(st.session_state.get(_WIDTH, 1040)), st.container(key="foot_line", gap="xxsmall"):
        with st.container(horizontal=True):
            for file in FOOT:
                st.page_link(file)
        st.caption(visit.t("frame.advice-only"))


def remember_for_whom(visit: Visit) -> None:
    """Remember for whom the whole page is drawn, so that its fragments see when somebody else acts."""
    st.session_state[_DRAWN_FOR] = _who(visit)


@contextmanager
def refreshed() -> Iterator[Visit]:
    """Open a fragment: the visit is read again, a refusal is shown in the fragment's place.

    When the person who was here is not any more (signed out elsewhere, blocked), or may do other things now (taken
    out of the enterprise), the whole page is drawn anew.
    """
    visit = current_visit()
    if st.session_state.get(_DRAWN_FOR, _who(visit)) != _who(visit):
        st.rerun()
    with _refusals_shown(visit):
        yield visit


@contextmanager
def bottom_bar(width: int = 1040) -> Iterator[None]:
    """Draw the bar that stays in sight: back, saved line, next. At most two buttons."""
    with (
        st.bottom,
        st.container(horizontal_alignment="center"),
        st.container(
            horizontal=True, wrap=False, width=width, vertical_alignment="center", horizontal_alignment="distribute"
        ),
    ):
        yield


def saved_line(visit: Visit, at: datetime | None) -> None:
    """Say when the last answer was kept; `at` comes from the database, None while there is none."""
    words = visit.t("frame.saved", time=clock(at)) if at else visit.t("frame.saved-each")
    st.markdown(f":material/cloud_done: {words}", width="content")


def attempt(place: str, deed: Callable[Concatenate[Visit, _P], object], *args: _P.args, **kwargs: _P.kwargs) -> None:
    """Do a deed in a callback; when it is refused, the refusal waits for `refused` and `refusal` of the same place."""
    st.session_state.pop(_REFUSED + place, None)
    try:
        deed(current_visit(), *args, **kwargs)
    except DoChuanError as error:
        st.session_state[_REFUSED + place] = error


def refused(place: str) -> DoChuanError | None:
    """Return what was refused at this place by the last `attempt`, if anything."""
    found = st.session_state.get(_REFUSED + place)
    return found if isinstance(found, DoChuanError) else None


def forget_refusal(place: str) -> None:
    """Let a refusal be done with, for example when a conflict was settled."""
    st.session_state.pop(_REFUSED + place, None)


def refusal(visit: Visit, place: str) -> None:
    """Show what the last `attempt` at this place was refused for; nothing when it was done."""
    if error := refused(place):
        error_box(visit, error)


def error_box(visit: Visit, error: DoChuanError) -> None:
    """Say what happened, how to mend it, and the code for the administrator."""
    what, mend = (error_sentence(visit, error, part) for part in ("what", "mend"))
    with st.container(border=True, gap="xsmall"):
        # No heading: the box stands under whatever it is about, at any level.
        st.markdown(f":orange[:material/warning:] **{visit.t('frame.error.title')}**")
        st.markdown(f"{what} {mend}")
        st.caption(visit.md("frame.error.code", code=error.code))


def error_sentence(visit: Visit, error: DoChuanError, part: str) -> str:
    """Return the sentence for an error as Markdown; `part` is "what" or "mend"."""
    words = visit.catalogue.words
    sentence = words.get(f"errors.{error.code}.{part}", words[f"frame.error.unknown.{part}"])
    details = {name: plain(_detail(visit, name, value)) for name, value in error.details.items()}
    return sentence[visit.language].format_map(Details(details, visit.t("frame.error.missing-detail")))


def notice_sentence(visit: Visit, code: str, details: Mapping[str, object]) -> str:
    """Return what a notice says, as Markdown: it has the sentences of an error, but nothing was refused."""
    return error_sentence(visit, BadInput(code, **details), "what")


def here() -> str:
    """Return the path of this page with its choices, to come back to after signing in or changing the language."""
    path = urlsplit(st.context.url or "").path or "/"
    choices = {name: value for name, value in st.query_params.items() if name != "lang"}
    return f"{path}?{urlencode(choices)}" if choices else path


def with_way_back(address: str, **query: str) -> str:
    """Return the address of a plain page that leads back here."""
    return f"{address}?{urlencode({**query, 'next': here()})}"


def closed_words(visit: Visit) -> str:
    """Return under which words a page that is not open speaks, its title for the browser's tab among them."""
    return "frame.sign-in-needed" if visit.actor is None else "frame.not-there"


def closed(visit: Visit) -> None:
    """Show that this page is not open: to a guest the way in, to others a way back."""
    if visit.actor is None:
        _heading(visit, closed_words(visit))
        action_link(visit.t("frame.sign-in"), with_way_back("/dang-nhap"), is_primary=True)
    else:
        not_there(visit)


def not_there(visit: Visit) -> None:
    """Show that there is nothing here for this person, and a way back."""
    _heading(visit, "frame.not-there")
    if st.button(visit.t("frame.way-back"), icon=":material/home:", key="frame.way-back"):
        st.switch_page("public/home.py")


def answer_fault(error: Exception) -> bool:
    """Answer what nobody expected, for `on_script_error` of st.App: note it under a number and show that calmly."""
    visit = Visit(process_environment(), None, current_language())
    if isinstance(error, DoChuanError):
        error_box(visit, error)
        return True
    number = secrets.token_hex(4).upper()
    _LOG.error("fault %s", number, exc_info=error)
    with centred(720), st.container(border=True, gap="xsmall"):
        st.markdown(f"### :orange[:material/build:] {visit.t('frame.fault.title')}", anchors=False)
        st.markdown(visit.t("frame.fault.text"))
        st.caption(visit.md("frame.fault.number", number=number))
    return True


def action_link(label: str, address: str, *, is_primary: bool = False, is_wide: bool = False, icon: str = "") -> None:
    """Draw a link that looks like a button and leaves for a plain page in the same tab (sign-in, sign-up)."""
    classes = "action" + (" primary" if is_primary else "") + (" wide" if is_wide else "")
    drawn = f'<span class="icon" aria-hidden="true">{icon[len(":material/") : -1]}</span>' if icon else ""
    link = f'<a class="{classes}" href="{in_html(address)}" target="_self">{drawn}{in_html(label)}</a>'
    st.html(link, width="stretch" if is_wide else "content")


def download_link(label: str, address: str, *, is_primary: bool = False) -> None:
    """Draw a link to a file of core/web/downloads.py, which asks again who wants it.

    Never `st.download_button` or `st.image` for what belongs to somebody: Streamlit serves both to whoever knows where.
    """
    action_link(label, f"/tai-ve/{address}", is_primary=is_primary, icon=":material/download:")


@contextmanager
def _refusals_shown(visit: Visit) -> Iterator[None]:
    try:
        yield
    except NotThere:
        not_there(visit)
    except DoChuanError as error:
        error_box(visit, error)


def _language_of_browser() -> Language:
    chosen = st.context.cookies.get(LANGUAGE_COOKIE)
    if chosen in _LANGUAGES:
        return Language(chosen)
    return Language.EN if (st.context.locale or "").lower().startswith("en") else Language.VI


def _who(visit: Visit) -> object:
    """Return who is here and as what, to be compared."""
    actor = visit.actor
    rights = actor and (dict(actor.memberships), actor.roles, dict(actor.advised), dict(actor.accompanied))
    return actor and (actor.account_id, rights)


def _heading(visit: Visit, words: str) -> None:
    title = visit.t(f"{words}.title")
    # The browser's tab must not say more than the page: it would bear the title of what is not there.
    st.set_page_config(page_title=f"{title} · {visit.t('frame.name')}")
    st.title(title, anchor=False)
    st.info(visit.t(f"{words}.text"), icon=":material/lock:")


def _detail(visit: Visit, name: str, value: object) -> str:
    question = visit.catalogue.questions.get(str(value)) if name == "question" else None
    return question.number if question else written(value, visit.language)
