"""The script that Streamlit runs: who is here, which pages they may open, and what stands around every page.

The list of pages is made anew on every run from the person's roles; a page that is not in it is refused by the server.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import streamlit as st

from core.language import Language
from core.services import noticing
from pages import frame
from pages.frame import Audience, Visit
from pages.widgets.advising import session_line
from pages.widgets.to_top import to_top
from pages.widgets.writing import in_html, plain

LOOK = Path(__file__).resolve().parent.parent / "content" / "look"
PUBLIC = None
_SPOKEN = {
    "menu": "frame.menu.drawer",
    "lost": "frame.lost",
    "lost-long": "frame.lost-long",
    "notice": "frame.notice",
    "no-results": "frame.no-results",
}


@dataclass(frozen=True, slots=True)
class Entry:
    """A page: its file, the word of its title, its address, for whom it is, and whether the menu shows it."""

    file: str
    title: str
    address: str
    audience: Audience | None = PUBLIC
    in_menu: bool = True


HOME = Entry("public/home.py", "frame.menu.home", "")
PAGES = (
    Entry("public/quick_check.py", "frame.menu.quick", "kiem-tra-nhanh"),
    Entry("public/glossary.py", "frame.menu.glossary", "giai-thich-tu", in_menu=False),
    Entry("public/privacy.py", "frame.menu.privacy", "du-lieu-ca-nhan", in_menu=False),
    Entry("public/check.py", "check.title", "kiem-tra", in_menu=False),
    Entry("public/figures.py", "public-figures.title", "so-lieu-chung", in_menu=False),
    Entry("public/notices.py", "notices.title", "thong-bao", in_menu=False),
    Entry("public/provider.py", "frame.menu.provider", "dang-nhap-lien-thong", in_menu=False),
    Entry("enterprise/home.py", "frame.menu.work", "viec-cua-toi", Audience.ENTERPRISE),
    Entry("enterprise/profile.py", "frame.menu.profile", "ho-so", Audience.ENTERPRISE, in_menu=False),
    Entry("enterprise/assessment.py", "frame.menu.assessment", "tu-danh-gia", Audience.ENTERPRISE),
    Entry("enterprise/register.py", "register.title", "phuong-tien-do", Audience.ENTERPRISE),
    Entry("enterprise/instrument.py", "register.card.title", "phuong-tien", Audience.ENTERPRISE, in_menu=False),
    Entry("enterprise/plan.py", "plan.title", "ke-hoach", Audience.ENTERPRISE, in_menu=False),
    Entry("enterprise/points.py", "points.title", "diem-do", Audience.ENTERPRISE, in_menu=False),
    Entry("enterprise/result.py", "frame.menu.result", "ket-qua", Audience.ENTERPRISE),
    Entry("enterprise/two_views.py", "views.title", "hai-goc-nhin", Audience.ENTERPRISE, in_menu=False),
    Entry("enterprise/over_time.py", "time.title", "theo-thoi-gian", Audience.ENTERPRISE, in_menu=False),
    Entry("enterprise/programme.py", "frame.menu.programme", "chuong-trinh", Audience.ENTERPRISE),
    Entry("enterprise/issuing.py", "issuing.title", "ban-hanh", Audience.ENTERPRISE, in_menu=False),
    Entry("enterprise/yearly_report.py", "report.title", "bao-cao-nam", Audience.ENTERPRISE, in_menu=False),
    Entry("enterprise/my_data.py", "frame.menu.data", "du-lieu", Audience.ENTERPRISE),
    Entry("enterprise/labels.py", "labels.title", "nhan-phuong-tien", Audience.ENTERPRISE, in_menu=False),
    Entry("enterprise/tools.py", "tools.title", "cong-cu", Audience.ENTERPRISE, in_menu=False),
    Entry("enterprise/members.py", "members.title", "nguoi-trong-don-vi", Audience.ENTERPRISE, in_menu=False),
    Entry("enterprise/register_sheet.py", "sheet.title", "phuong-tien-do-excel", Audience.ENTERPRISE, in_menu=False),
    Entry("enterprise/hand_in.py", "review.hand-in.title", "gui-ho-so", Audience.ENTERPRISE, in_menu=False),
    Entry("enterprise/proposals.py", "redline.firm.title", "de-nghi-sua", Audience.ENTERPRISE, in_menu=False),
    Entry("enterprise/handed_out.py", "check.firm.title", "ban-co-ma-kiem-tra", Audience.ENTERPRISE, in_menu=False),
    Entry("enterprise/advising.py", "visit.session.title", "lam-cung-chuyen-gia", Audience.ENTERPRISE, in_menu=False),
    Entry("enterprise/support.py", "selection.ask.title", "xin-ho-tro", Audience.ENTERPRISE, in_menu=False),
    Entry("adviser/advised.py", "visit.session.together", "ghi-cung-don-vi", Audience.ADVISER, in_menu=False),
    Entry("adviser/queue.py", "frame.menu.queue", "ho-so-cho", Audience.ADVISER),
    Entry("adviser/review.py", "review.page.title", "xem-ho-so", Audience.ADVISER, in_menu=False),
    Entry("adviser/redline.py", "redline.title", "sua-chuong-trinh", Audience.ADVISER, in_menu=False),
    Entry("official/overview.py", "frame.menu.overview", "toan-canh", Audience.OFFICIAL),
    Entry("official/maturity.py", "overview.maturity.title", "muc-do", Audience.OFFICIAL),
    Entry("official/needs.py", "needs.title", "nhu-cau", Audience.OFFICIAL),
    Entry("official/agenda.py", "agenda.title", "kien-nghi", Audience.OFFICIAL),
    Entry("official/status_report.py", "status-report.menu", "bao-cao-tinh-hinh", Audience.OFFICIAL),
    Entry("official/selection.py", "selection.title", "chon-ho-tro", Audience.DEPARTMENT),
    Entry("admin/administration.py", "frame.menu.administration", "quan-tri", Audience.ADMINISTRATOR),
)
CLOSED = "public/closed.py"


def show() -> None:
    """Draw the frame, then the page that was asked for."""
    visit = frame.current_visit()
    frame.remember_for_whom(visit)
    page = st.navigation(pages_for(visit), position="top")
    name = visit.t("frame.name")
    st.set_page_config(
        page_title=f"{page.title} · {name}" if page.url_path else name,
        page_icon=LOOK / "icon.svg",
        layout="wide",
        initial_sidebar_state="collapsed",
    )
    st.logo(LOOK / "logo.svg", size="large")
    st.html(style(visit))
    account_line(visit)
    session_line(visit)
    page.run()
    # Pages write the chosen topic or part into the address, so where one is, is known after they were drawn.
    to_top(frame.here() if page.url_path else "")
    frame.foot(visit)


def pages_for(visit: Visit) -> list[st.Page]:
    """Return the pages of this run. The home page is the default for all and in sight for guests.

    At the address of a page that the person may not open stands pages/public/closed.py, out of sight.
    """
    mine = frame.audiences(visit.actor)
    is_guest = visit.actor is None
    found = [_page(visit, HOME, is_shown=is_guest)]
    for entry in PAGES:
        if entry.audience is PUBLIC:
            found.append(_page(visit, entry, is_shown=entry.in_menu and is_guest))
        elif entry.audience in mine:
            found.append(_page(visit, entry, is_shown=entry.in_menu))
        else:
            title = f"{frame.closed_words(visit)}.title"
            found.append(_page(visit, replace(entry, file=CLOSED, title=title), is_shown=False))
    return found


def account_line(visit: Visit) -> None:
    """Draw the quiet line: the other language, and the account or the way in."""
    other = Language.EN if visit.language is Language.VI else Language.VI
    name = in_html(visit.t(f"frame.language-name.{other}"))
    address = in_html(frame.with_way_back("/ngon-ngu", lang=other))
    links = f'<a href="{address}" lang="{other}" hreflang="{other}">{name}</a>'
    if visit.actor is None:
        links += f'<a href="{in_html(frame.with_way_back("/dang-nhap"))}">{in_html(visit.t("frame.sign-in"))}</a>'
    elif waiting := noticing.unseen(visit.environment, visit.actor):
        links += f'<a href="/thong-bao">{in_html(visit.t("notices.count", count=waiting))}</a>'
    label = in_html(visit.t("frame.account-line"))
    with st.container(horizontal=True, horizontal_alignment="right", vertical_alignment="center", key="account_line"):
        st.html(f'<nav class="quiet" aria-label="{label}">{links}</nav>', width="content")
        if visit.actor is not None:
            account_menu(visit, visit.actor.name)


def account_menu(visit: Visit, name: str) -> None:
    """Draw the person's name as a button that opens what belongs to the account."""
    notices, change, leave = (
        in_html(visit.t(key)) for key in ("notices.title", "frame.change-password", "frame.sign-out")
    )
    with st.popover(plain(name), type="tertiary", icon=":material/account_circle:", key="account_menu"):
        st.html(
            f'<div class="quiet menu"><a href="/thong-bao">{notices}</a><a href="/doi-mat-khau">{change}</a>'
            f'<form method="post" action="/dang-xuat"><button type="submit">{leave}</button></form></div>'
        )


def style(visit: Visit) -> str:
    """Return the style element: our words as CSS strings, then the rules of content/look/style.css."""
    spoken = "".join(f"--{name}:{_css_string(visit.t(key))};" for name, key in _SPOKEN.items())
    return f"<style>:root{{{spoken}}}{_rules()}</style>"


@cache
def _rules() -> str:
    return (LOOK / "style.css").read_text(encoding="utf-8")


def _css_string(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\A ").replace("<", "\\3C ")
    return f'"{escaped}"'


def _page(visit: Visit, entry: Entry, *, is_shown: bool) -> st.Page:
    return st.Page(
        entry.file,
        title=visit.t(entry.title),
        url_path=entry.address,
        default=entry is HOME,
        visibility="visible" if is_shown else "hidden",
    )


if __name__ == "__main__":
    show()
