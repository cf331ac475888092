"""Exchange files made by chance, as the reader must take them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

from hypothesis import strategies as st

from core.domain.advising import Advised
from core.domain.assessment import Answer, Choice, Evidence
from core.domain.carrying_out import TaskState
from core.domain.feedback import Addressee, Feedback, FeedbackKind, Theme
from core.domain.instruments import MeasuringInstrument, ServiceKind, ServiceRecord, ServiceResult
from core.domain.journey import ProgrammeState, ProgrammeStep
from core.domain.profile import EnterpriseKind, Profile, Use
from core.domain.programme_edits import Edit
from core.domain.register.points import ProcessPoint, ServiceBody
from core.domain.statistics.selection import Wish
from core.language import clean
from core.storage.exchange import (
    Exchange,
    ProgrammeVersion,
    ReportEntry,
    StepTaken,
    SupportAsked,
    TaskMarked,
    YearlyReport,
)

texts = st.text(max_size=30).map(clean)
names = texts.filter(bool)
days = st.dates(date(1900, 1, 1), date(2199, 12, 31))
ids = st.from_regex(r"[a-z0-9][a-z0-9-]{0,20}", fullmatch=True)
counts = st.integers(0, 10**15 - 1)
amounts = st.decimals(0, 10**9, places=3).map(Decimal)
evidence = st.sampled_from([Evidence.NONE, Evidence.DESCRIBED, Evidence.FILE])

profiles = st.builds(
    Profile,
    name=names,
    kind=st.sampled_from(EnterpriseKind),
    province=texts,
    sector=texts,
    vsic=texts,
    tax_code=st.text(max_size=20).map(clean),
    address=texts,
    workers=st.none() | counts,
    revenue_billion_vnd=st.none() | amounts,
    capital_billion_vnd=st.none() | amounts,
    uses=st.frozensets(st.sampled_from(Use)),
)
answers = st.one_of(
    st.builds(
        Answer,
        choice=st.none() | st.sampled_from([choice for choice in Choice if choice is not Choice.NOT_APPLICABLE]),
        reason=st.just(""),
        note=texts,
        evidence=evidence,
    ),
    st.builds(Answer, choice=st.just(Choice.NOT_APPLICABLE), reason=texts, note=texts, evidence=evidence),
)
services = st.builds(
    ServiceRecord,
    kind=st.sampled_from(ServiceKind),
    on=days,
    until=st.none() | days,
    by=texts,
    result=st.none() | st.sampled_from(ServiceResult),
    error_found=texts,
    adjusted=st.none() | st.booleans(),
)
points = st.builds(ProcessPoint, id=ids, step=texts, throughput=st.none() | amounts, unit_price_vnd=st.none() | amounts)
bodies = st.builds(ServiceBody, name=names, visit_price_vnd=st.none() | counts, accredited=st.none() | st.booleans())
instruments = st.builds(
    MeasuringInstrument,
    code=names,
    name=texts,
    group2_row=texts,
    serial=texts,
    in_use=st.booleans(),
    verified_on=st.none() | days,
    verified_until=st.none() | days,
    interval_months=st.none() | st.integers(1, 1200),
    price_vnd=st.none() | counts,
    note=texts,
    calibration_result=st.none() | st.sampled_from(ServiceResult),
    type_approved=st.none() | st.booleans(),
    end_of_month=st.booleans(),
    history=st.lists(services, max_size=2).map(tuple),
)
edits = st.builds(Edit, path=names, value=texts, base=texts)
steps = st.builds(StepTaken, step=st.sampled_from(ProgrammeStep), day=days, note=texts)
marks = st.builds(
    TaskMarked,
    task=names,
    state=st.sampled_from(TaskState),
    day=st.none() | days,
    evidence=texts,
    spent_vnd=st.none() | counts,
)
versions = st.builds(
    ProgrammeVersion,
    number=st.integers(1, 200),
    state=st.sampled_from(ProgrammeState),
    reason=texts,
    period_start=st.none() | days,
    issued_number=texts,
    issued_on=st.none() | days,
    steps=st.lists(steps, max_size=2).map(tuple),
    marks=st.lists(marks, max_size=2).map(tuple),
    edits=st.lists(edits, max_size=2).map(tuple),
)
reports = st.builds(
    YearlyReport,
    year=st.integers(2000, 2100),
    finished_on=st.none() | days,
    entries=st.lists(st.builds(ReportEntry, path=names, value=texts), max_size=2).map(tuple),
)
support = st.builds(SupportAsked, texts, days, st.frozensets(st.sampled_from(Wish)))
feedback = st.builds(
    Feedback,
    may_quote=st.booleans(),
    kind=st.sampled_from(FeedbackKind),
    theme=st.sampled_from(Theme),
    text=texts,
    year=st.integers(2000, 2100),
    cause=texts,
    addressee=st.none() | st.sampled_from(Addressee),
)


def _some_advised(exchange):
    """Say of some answers that an adviser took part."""
    marks = st.builds(Advised, by=texts, on=days)
    if not exchange.answers:
        return st.just(exchange)
    some = st.dictionaries(st.sampled_from(sorted(exchange.answers)), marks)
    return some.map(lambda advised: replace(exchange, advised=advised))


exchanges = st.builds(
    Exchange,
    catalogue=names,
    on=st.dates(date(2000, 1, 1), date(2100, 12, 31)),
    profile=profiles,
    answers=st.dictionaries(ids, answers, max_size=5),
    instruments=st.lists(instruments, max_size=4, unique_by=lambda one: one.code).map(tuple),
    points=st.lists(points, max_size=2, unique_by=lambda one: one.id).map(tuple),
    bodies=st.lists(bodies, max_size=2, unique_by=lambda one: one.name).map(tuple),
    edits=st.lists(edits, max_size=3, unique_by=lambda one: one.path).map(tuple),
    versions=st.lists(versions, max_size=2).map(tuple),
    reports=st.lists(reports, max_size=2).map(tuple),
    feedback=st.lists(feedback, max_size=2).map(tuple),
    support=st.none() | support,
).flatmap(_some_advised)
