"""The plan as a paper, and the letter that asks a body for its services, both from the wording of content/programme/.

What is said stands in the templates "verification-plan" and "request-verification"; here are the values they name.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from core.domain.catalogue import Catalogue
from core.domain.document import Document
from core.domain.instruments import MeasuringInstrument, ServiceKind
from core.domain.profile import Profile
from core.domain.programme_conditions import CONDITIONS
from core.domain.programme_edits import ProgrammeDraft
from core.domain.programme_facts import DraftFacts
from core.domain.programme_values import VALUES, Writer
from core.domain.register.plan import Money, Plan, PlannedService, PlanTotal, UndatedService
from core.domain.templating import Filling, PartWords, Row, fill, render_template
from core.language import Language, day, money

PLAN_TEMPLATE = "verification-plan"
SHOWN_CODES = 8
LETTER_TEMPLATE = "request-verification"
# What the letter says about the enterprise is said in the same words as in its programme.
_LETTER_VALUES = (
    "enterprise_name",
    "enterprise_name_upper",
    "parent_body_upper",
    "head_title_upper",
    "head_name",
    "deputy_title_upper",
    "council_name_upper",
    "short_code",
    "drafting_unit",
    "address",
    "place",
    "number_blank",
    "day_blank",
    "month_blank",
    "year_blank",
)
_LETTER_CONDITIONS = (
    "kind_company",
    "kind_cooperative",
    "kind_household",
    "kind_public_unit",
    "has_parent_body",
    "signed_for_council",
    "signed_by_deputy",
)


@dataclass(frozen=True, slots=True)
class PlanWriter:
    """Writes the values of a plan in one language, the same on screen and on every paper."""

    catalogue: Catalogue
    language: Language

    def word(self, key: str, **values: object) -> str:
        """A text of content/words/plan.toml, filled."""
        text = self.catalogue.word(f"plan.{key}")[self.language]
        return text.format_map(values) if values else text

    def day(self, value: date) -> str:
        return day(value, self.language)

    def name(self, one: PlannedService | UndatedService) -> str:
        return one.name or self.word("no-name")

    def service(self, kind: ServiceKind) -> str:
        return self.word(f"service.{kind}")

    def due(self, one: PlannedService) -> str:
        shown = self.day(one.due)
        return self.word("due-overdue", day=shown) if one.is_overdue else shown

    def body(self, name: str) -> str:
        return name or self.word("no-body")

    def price(self, amount: int | None) -> str:
        return self.word("no-price") if amount is None else money(amount, self.language)

    def sum(self, amount: Money) -> str:
        """The known part of a sum; a sum of nothing but unknown amounts is unknown itself."""
        return self.price(None if amount.unknown and not amount.known_vnd else amount.known_vnd)

    def price_with_unit(self, amount: int | None) -> str:
        shown = self.price(amount)
        return shown if amount is None else self.word("vnd", amount=shown)

    def amount(self, amount: Money) -> str:
        """A sum as `sum` writes it, with its unit where it is known."""
        return self.price_with_unit(None if amount.unknown and not amount.known_vnd else amount.known_vnd)

    def codes(self, services: Iterable[PlannedService]) -> str:
        """The codes of instruments, the first few by name and the others by their count."""
        codes = tuple(dict.fromkeys(one.code for one in services))
        shown, more = ", ".join(codes[:SHOWN_CODES]), len(codes) - SHOWN_CODES
        return self.word("more-codes", codes=shown, count=more) if more > 0 else shown

    def month(self, month: int) -> str:
        return self.word("month", month=month)


def plan_document(catalogue: Catalogue, profile: Profile, plan: Plan, language: Language) -> Document:
    """Return the plan as a document; equal plans give equal documents."""
    writer = PlanWriter(catalogue, language)
    filling = Filling(
        language=language,
        values={
            "enterprise_name": profile.name,
            "unit_lower": catalogue.word(f"programme.unit.{profile.kind}.within")[language],
            "plan_year": str(plan.year),
            "plan_on": writer.day(plan.on),
            "plan_overdue": writer.codes(plan.overdue),
            "plan_overdue_count": str(len(plan.overdue)),
            **_sums(writer, plan.total, "plan"),
        },
        collections={
            "planned_instruments": [_service_row(writer, one) for one in plan.services],
            "undated_services": [_undated_row(writer, one) for one in plan.undated],
            "plan_months": [
                {"sum_name": writer.month(month), **_sums(writer, total, "sum")}
                for month, total in enumerate(plan.months, start=1)
                if total.services
            ],
            "plan_bodies": [
                {"sum_name": writer.body(name), **_sums(writer, total, "sum")} for name, total in plan.by_body.items()
            ],
        },
        conditions={"has_overdue": bool(plan.overdue)},
        words=_part_words(catalogue, language),
    )
    return Document(
        id=PLAN_TEMPLATE,
        language=language,
        title=writer.word("document.title", year=plan.year, name=profile.name),
        author=profile.name,
        subject=writer.word("document.subject"),
        made_on=plan.on,
        parts=render_template(catalogue.templates[PLAN_TEMPLATE], filling),
        foot=writer.word("document.foot", day=writer.day(plan.on)),
        keywords=tuple(writer.word("document.keywords").split("; ")),
    )


@dataclass(frozen=True, slots=True)
class ServiceRequest:
    """What is asked of one body: services of the months from `first` to `last` (1 to 12) of a year."""

    body: str
    year: int
    first: int
    last: int
    services: tuple[PlannedService, ...]


def chosen_services(plan: Plan, body: str, first: int, last: int, *, with_unknown: bool) -> ServiceRequest:
    """Return what a letter asks of a body: its services of some months, and those of no known body where wanted."""
    wanted = {body, ""} if with_unknown else {body}
    services = tuple(one for one in plan.services if one.body in wanted and first <= one.planned.month <= last)
    return ServiceRequest(body, plan.year, first, last, services)


def request_letter(
    draft: ProgrammeDraft,
    request: ServiceRequest,
    instruments: Iterable[MeasuringInstrument],
    language: Language,
    made_on: date,
) -> Document:
    """Return the letter to a body; number, date and signature stay blank, as does what only a person can say."""
    facts = DraftFacts(draft)
    writer = Writer(facts, language)
    plan_writer = PlanWriter(writer.catalogue, language)
    by_code = {one.code: one for one in instruments}
    template = writer.catalogue.templates[LETTER_TEMPLATE]
    filling = Filling(
        language=language,
        values={
            **{name: VALUES[name](writer) for name in _LETTER_VALUES},
            "service_body": request.body,
            "preferred_dates": _months(plan_writer, request),
            "calibration_points": writer.blank,
            "contact_post": writer.person_in_charge(),
            "work_phone": writer.blank,
        },
        collections={
            "requested_instruments": [
                {
                    "instrument_name": plan_writer.name(one),
                    "instrument_serial": writer.serial(by_code[one.code]),
                    "instrument_range": writer.range(by_code[one.code]),
                    "instrument_service": plan_writer.service(one.kind),
                    "instrument_due": plan_writer.due(one),
                }
                for one in request.services
            ]
        },
        conditions={
            **{name: CONDITIONS[name](facts) for name in _LETTER_CONDITIONS},
            "has_group2": any(one.kind is ServiceKind.VERIFICATION for one in request.services),
            "asks_calibration": any(one.kind is ServiceKind.CALIBRATION for one in request.services),
        },
        words=_part_words(writer.catalogue, language),
    )
    if template.summary is not None:
        subject = fill(template.summary, filling, LETTER_TEMPLATE)
        filling = replace(filling, values={**filling.values, "letter_subject": subject})
    # A letter says its matter under its number ("V/v …"), not as a title.
    parts = tuple(replace(part, summary="") for part in render_template(template, filling))
    name = filling.values["enterprise_name"]
    return Document(
        id=LETTER_TEMPLATE,
        language=language,
        title=plan_writer.word("letter.title", name=name),
        author=name,
        subject=plan_writer.word("document.subject"),
        made_on=made_on,
        parts=parts,
        keywords=tuple(plan_writer.word("document.keywords").split("; ")),
    )


def _service_row(writer: PlanWriter, one: PlannedService) -> Row:
    return {
        "instrument_code": one.code,
        "instrument_name": writer.name(one),
        "instrument_service": writer.service(one.kind),
        "instrument_due": writer.due(one),
        "instrument_planned": writer.day(one.planned),
        "instrument_body": writer.body(one.body),
        "instrument_price": writer.price(one.price_vnd),
        "instrument_done": "",
    }


def _undated_row(writer: PlanWriter, one: UndatedService) -> Row:
    return {
        "instrument_code": one.code,
        "instrument_name": writer.name(one),
        "instrument_service": writer.service(one.kind),
        "instrument_reason": writer.word(f"undated.{one.reason}"),
    }


def _sums(writer: PlanWriter, total: PlanTotal, prefix: str) -> Mapping[str, str]:
    return {
        f"{prefix}_services": str(total.services),
        f"{prefix}_visits": str(total.visits),
        f"{prefix}_service_cost": writer.sum(total.service_cost),
        f"{prefix}_transport": writer.sum(total.transport),
        f"{prefix}_cost": writer.sum(total.cost),
        f"{prefix}_unknown": str(total.cost.unknown),
    }


def _months(writer: PlanWriter, request: ServiceRequest) -> str:
    values = {"from": f"{request.first:02}", "to": f"{request.last:02}", "year": request.year}
    return writer.word("letter.month" if request.first == request.last else "letter.months", **values)


def _part_words(catalogue: Catalogue, language: Language) -> PartWords:
    keys = ("article", "appendix", "recipients", "addressees")
    return PartWords(*(catalogue.word(f"programme.{key}")[language] for key in keys))
