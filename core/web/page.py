"""The frame of the plain HTML pages and their parts: all words come from the catalogue and are escaped here."""

from __future__ import annotations

import base64
import html
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from string import Template

from starlette.responses import HTMLResponse

from core.domain.catalogue import Catalogue, Consent
from core.domain.statistics.suppression import MINIMUM_GROUP
from core.domain.template import ListBlock, ParagraphBlock
from core.errors import DoChuanError
from core.language import Language, Text
from core.services.environment import Settings
from core.web.visitor import own_address

TEMPLATES = Path(__file__).parent / "templates"
LOOK = Path(__file__).resolve().parents[2] / "content" / "look"
_NOTICE = "notice-privacy"


@dataclass(frozen=True, slots=True)
class Writer:
    """Writes pages in one language. `font_address`: where Source Sans is served, empty for the system's font."""

    catalogue: Catalogue
    settings: Settings
    language: Language
    font_address: str = ""

    def t(self, key: str, **values: object) -> str:
        """Return a text of content/words/account.toml, escaped, with its values in it."""
        return self.say(self.catalogue.word(f"account.{key}"), **values)

    def say(self, text: Text, **values: object) -> str:
        """Return a text in the page's language, escaped, with its values in it."""
        return html.escape(text[self.language].format_map({name: str(value) for name, value in values.items()}))

    @property
    def contact(self) -> str:
        """Whom to ask, as the operator named it."""
        return self.settings.data_contact or self.catalogue.word("account.not-set")[self.language]

    def page(self, title_key: str, *parts: str, address: str, status: int = 200) -> HTMLResponse:
        """Return a whole page; `address` is its own path, for the link to the other language."""
        other = Language.EN if self.language is Language.VI else Language.VI
        whole = _template("page.html").substitute(
            language=self.language.value,
            title=self.t(title_key),
            name=self.say(self.catalogue.word("frame.name")),
            icon=_icon(),
            style=_style(self.font_address),
            logo=_logo(),
            language_label=self.say(self.catalogue.word("frame.language")),
            other_address=html.escape(own_address("/ngon-ngu", lang=other.value, next=address)),
            other_language=other.value,
            other_name=self.say(self.catalogue.word(f"frame.language-name.{other.value}")),
            body="\n".join(part for part in parts if part),
        )
        # Pages with forms hold tokens and what was typed: nothing of that stays in a cache.
        return HTMLResponse(whole, status, headers={"Cache-Control": "no-store"})

    def lead(self, key: str, **values: object) -> str:
        """Return the paragraph under the title."""
        return f"<p>{self.t(key, **values)}</p>"

    def foot(self, key: str) -> str:
        """Return a quiet line at the end."""
        return f'<p class="foot">{self.t(key)}</p>'

    def news(self, key: str, **values: object) -> str:
        """Return a box that says what is or what was done."""
        return f'<div class="box news" role="status"><p>{self.t(key, **values)}</p></div>'

    def trouble(self, error: DoChuanError | None) -> str:
        """Return the amber box of a refusal: what happened, how to mend it; empty without one."""
        if error is None:
            return ""
        words = (self.catalogue.word(f"errors.{error.code}.{part}") for part in ("what", "mend"))
        what, mend = (self.say(text, **error.details) for text in words)
        return f'<div class="box trouble" role="alert" id="trouble"><strong>{what}</strong><span>{mend}</span></div>'

    def field(
        self,
        name: str,
        label_key: str,
        *,
        kind: str = "text",
        autocomplete: str,
        value: str = "",
        hint: str = "",
        error: DoChuanError | None = None,
    ) -> str:
        """Return a labelled field. `hint` is escaped already; a refusal that names this field points at the box."""
        is_wrong = error is not None and error.details.get("field") == name
        described = " ".join([*(["trouble"] if is_wrong else []), *([f"{name}-hint"] if hint else [])])
        attributes = {
            "id": name,
            "name": name,
            "type": kind,
            "autocomplete": autocomplete,
            "value": value if kind != "password" else "",
            "aria-describedby": described,
            "aria-invalid": "true" if is_wrong else "",
            "autocapitalize": "off" if kind in ("email", "password") else "",
        }
        shown = " ".join(f'{key}="{html.escape(text)}"' for key, text in attributes.items() if text)
        below = f'<p class="hint" id="{name}-hint">{hint}</p>' if hint else ""
        return (
            f'<div class="field"><label for="{name}">{self.t(label_key)}</label><input {shown} required>{below}</div>'
        )

    def whose_password(self, email: str) -> str:
        """Return what tells a password manager whose password a form is about."""
        return f'<input type="text" name="username" autocomplete="username" value="{html.escape(email)}" hidden>'

    def form(self, address: str, *parts: str, button_key: str, hidden: Mapping[str, str]) -> str:
        """Return a form that posts to one of our own addresses."""
        kept = "".join(
            f'<input type="hidden" name="{name}" value="{html.escape(value)}">'
            for name, value in hidden.items()
            if value
        )
        # The browser's own messages come in the browser's language: the server says what is missing.
        return (
            f'<form method="post" action="{html.escape(address)}" novalidate>{kept}{"".join(parts)}'
            f'<button type="submit">{self.t(button_key)}</button></form>'
        )

    def links(self, **addresses: str) -> str:
        """Return links side by side; each name is the key of its words under "link"."""
        shown = "".join(
            f'<a href="{html.escape(address)}">{self.t("link." + name.replace("_", "-"))}</a>'
            for name, address in addresses.items()
        )
        return f'<p class="more">{shown}</p>'

    def door(self, key: str, address: str, **values: object) -> str:
        """Return another way in: a link that looks like a quiet button, with a line on what it means."""
        label, hint = self.t(f"{key}.button", **values), self.t(f"{key}.hint", **values)
        return f'<p class="door"><a href="{html.escape(address)}">{label}</a></p><p class="hint">{hint}</p>'

    def notice(self) -> str:
        """Return the privacy notice, folded, with the operator's settings in it."""
        notice = self.catalogue.templates[_NOTICE]
        parts = []
        for block in notice.blocks:
            if isinstance(block, ParagraphBlock):
                parts.append(f"<p>{self._filled(block.text)}</p>")
            elif isinstance(block, ListBlock):
                lead = f"<p>{self._filled(block.text)}</p>" if block.text else ""
                parts.append(
                    lead + "<ul>" + "".join(f"<li>{self._filled(item.text)}</li>" for item in block.items) + "</ul>"
                )
        title = self.say(notice.title) if notice.title else self.t("notice")
        return f"<details><summary>{title}</summary>{''.join(parts)}</details>"

    def consents(self, ticked: frozenset[str], error: DoChuanError | None) -> str:
        """Return one box per purpose, none ticked beforehand; the needed ones stand apart from the free ones."""
        groups = []
        for needed in (True, False):
            boxes = "".join(
                self._consent(consent, consent.id in ticked, error)
                for consent in self.catalogue.consents
                if consent.needed is needed
            )
            legend = self.t("consent.needed" if needed else "consent.free")
            groups.append(f"<fieldset><legend>{legend}</legend>{boxes}</fieldset>")
        return "".join(groups)

    def _consent(self, consent: Consent, is_ticked: bool, error: DoChuanError | None) -> str:
        is_missing = error is not None and error.details.get("consent") == consent.id
        state = (" checked" if is_ticked else "") + (
            ' aria-invalid="true" aria-describedby="trouble"' if is_missing else ""
        )
        facts = "".join(
            f"<dt>{self.t(f'consent.{part}')}</dt><dd>{self._filled(getattr(consent, part))}</dd>"
            for part in ("purpose", "data", "receiver", "kept", "without")
        )
        return (
            f'<label class="tick"><input type="checkbox" name="consent" value="{consent.id}"{state}>'
            f"<span>{self.say(consent.label)}</span></label>"
            f"<details><summary>{self.t('consent.more')}</summary><dl>{facts}</dl></details>"
        )

    def _filled(self, text: Text) -> str:
        missing = self.catalogue.word("account.not-set")[self.language]
        return self.say(
            text,
            operator_name=self.settings.operator_name or missing,
            data_contact=self.settings.data_contact or missing,
            draft_days=self.settings.draft_days,
            submitted_months=self.settings.submitted_months,
            group_minimum=MINIMUM_GROUP,
        )


@cache
def _template(name: str) -> Template:
    return Template((TEMPLATES / name).read_text(encoding="utf-8").strip())


@cache
def _style(font_address: str) -> str:
    source = f'src:url({font_address})format("woff2")' if font_address else "src:local('Source Sans 3')"
    return _template("page.css").substitute(font_source=source)


@cache
def _logo() -> str:
    return (LOOK / "logo.svg").read_text(encoding="utf-8").strip()


@cache
def _icon() -> str:
    return base64.b64encode((LOOK / "icon.svg").read_bytes()).decode()
