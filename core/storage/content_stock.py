"""All of content/ as records, every dated version of them, and the choice of one edition out of it.

Reads tables that content.py has parsed; says what does not fit, and goes on with the rest.
"""

from __future__ import annotations

import csv
import io
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Protocol, TypeVar

from core.domain.catalogue import (
    Catalogue,
    Consent,
    Group2Row,
    LegalDuty,
    Method,
    Province,
    Question,
    QuestionFinding,
    RegisterQuestion,
    RegisterRule,
    Sector,
    Source,
    SupportLine,
    Term,
    Topic,
    VsicSection,
)
from core.domain.metrology.prepackages import SamplingPlan, ToleranceTable
from core.domain.template import Template
from core.language import Text
from core.storage.content_records import Place, Problem, Table, record_of, tables_in
from core.storage.content_templates import (
    Collection,
    Condition,
    Heads,
    HeadTitle,
    Placeholder,
    masthead_of,
    signature_of,
    template_of,
)

Kind = TypeVar("Kind")
WORD_ID = re.compile(r"[a-z0-9]+(?:[-_][a-z0-9]+)*")
# Numbers, letters and codes that come from outside are taken as they are.
NOT_WORDS = frozenset({"province", "vsic", "edition"})
# Kinds whose records may stand several times with one id, each for days of its own.
DATED_KINDS = frozenset({"question", "duty", "tolerance", "sampling_plan"})
LEVELS = ("0", "1", "2", "3", "4")
NOT_DOCUMENTS = frozenset({"conditions", "placeholders", "sources", "findings", "heads", "letters"})
PROVINCE_COLUMNS = (
    "code",
    "name_vi",
    "name_en",
    "type",
    "full_name_vi",
    "full_name_en",
    "former_units",
    "tile_column",
    "tile_row",
)
CONTROLS = ("type_approval", "initial_verification", "periodic_verification", "after_repair_verification")
CYCLES = ("cycle_months_2024", "cycle_months_2026")
GROUP2_COLUMNS = ("number", "sub", "name_vi", "name_en", *CONTROLS, *CYCLES, "confidence", "note")
# The lists and fields that a file may hold at its top; topics, sectors and documents are one record each.
TOP_KEYS: Mapping[str, tuple[str, ...]] = {
    "catalogue.toml": ("current", "edition"),
    "method.toml": ("method",),
    "wording.toml": ("wording",),
    "duties.toml": ("duty",),
    "glossary.toml": ("term",),
    "vsic.toml": ("section",),
    "prepackages.toml": ("tolerance", "sampling_plan"),
    "register.toml": ("register_rule", "register_question"),
    "notices.toml": ("notice", "consent", "disclaimer", "role", "message", "email"),
    "support.toml": ("support_line",),
    "programme/findings.toml": ("finding",),
    "programme/sources.toml": ("source",),
    "programme/conditions.toml": ("condition",),
    "programme/placeholders.toml": ("placeholder", "collection"),
    "programme/heads.toml": ("masthead", "signature", "title_of_head"),
    "programme/letters.toml": ("letter",),
}
CONTROL_MARKS: Mapping[str, bool | None] = {"x": True, "-": False, "?": None}


class Dated(Protocol):
    """A record with a first and a last day; None is open."""

    @property
    def valid_from(self) -> date | None: ...
    @property
    def valid_to(self) -> date | None: ...


DatedKind = TypeVar("DatedKind", bound=Dated)


@dataclass(frozen=True, slots=True)
class Edition:
    """An edition of the catalogue: it holds what is valid on its day."""

    id: str
    published_on: date


@dataclass(frozen=True, slots=True)
class Wording:
    """Words that the check of the content looks for."""

    fine: tuple[str, ...]
    money: tuple[str, ...]
    to_be_checked: str


@dataclass(frozen=True, slots=True)
class MethodHead:
    """What stands at the head of a method in the file, beside the method itself."""

    valid_from: date
    topic_weights: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class DatedMethod:
    """A scoring method with the shares of the topics, and the first day on which an edition takes it."""

    method: Method
    topic_weights: Mapping[str, int]
    valid_from: date


@dataclass(frozen=True, slots=True)
class Disclaimer:
    """A sentence that limits what a page or a document says."""

    id: str
    place: str
    text: Text


@dataclass(frozen=True, slots=True)
class Role:
    """What a role sees and never sees, in plain words."""

    id: str
    name: Text
    sees: Text
    never: Text


@dataclass(frozen=True, slots=True)
class Message:
    """A short message on the screen."""

    id: str
    place: str
    text: Text


@dataclass(frozen=True, slots=True)
class Lines:
    """Lines of an email in both languages."""

    vi: tuple[str, ...]
    en: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Email:
    """An email; it carries no names."""

    id: str
    subject: Text
    body: Lines


@dataclass(frozen=True, slots=True)
class Stock:
    """Everything that content/ says, in every dated version; `ids` by kind: those of all records, broken ones too."""

    current: str
    wording: Wording | None
    editions: Mapping[str, Edition]
    methods: tuple[DatedMethod, ...]
    topics: tuple[Topic, ...]
    topic_files: Mapping[str, str]
    duties: tuple[LegalDuty, ...]
    terms: tuple[Term, ...]
    findings: tuple[QuestionFinding, ...]
    sources: tuple[Source, ...]
    tolerances: tuple[ToleranceTable, ...]
    sampling_plans: tuple[SamplingPlan, ...]
    register_rules: tuple[RegisterRule, ...]
    register_questions: tuple[RegisterQuestion, ...]
    sectors: tuple[Sector, ...]
    provinces: tuple[Province, ...]
    vsic: tuple[VsicSection, ...]
    group2: tuple[Group2Row, ...]
    consents: tuple[Consent, ...]
    support_lines: tuple[SupportLine, ...]
    disclaimers: tuple[Disclaimer, ...]
    roles: tuple[Role, ...]
    messages: tuple[Message, ...]
    emails: tuple[Email, ...]
    head_titles: tuple[HeadTitle, ...]
    heads: Heads
    templates: tuple[Template, ...]
    template_files: Mapping[str, str]
    conditions: tuple[Condition, ...]
    placeholders: tuple[Placeholder, ...]
    collections: tuple[Collection, ...]
    words: Mapping[str, Text]
    ids: Mapping[str, frozenset[str]]

    def ids_of(self, kind: str) -> frozenset[str]:
        return self.ids.get(kind, frozenset())


def valid_on(records: Iterable[DatedKind], day: date) -> tuple[DatedKind, ...]:
    """Return the records that hold on a day; first and last day are included."""
    return tuple(
        record
        for record in records
        if (record.valid_from is None or record.valid_from <= day)
        and (record.valid_to is None or day <= record.valid_to)
    )


def method_on(stock: Stock, day: date) -> DatedMethod | None:
    """Return the last method that holds on a day."""
    return max((one for one in stock.methods if one.valid_from <= day), key=lambda one: one.valid_from, default=None)


def methods_of(table: Table, found: list[Problem]) -> tuple[DatedMethod, ...]:
    """Return the methods of a file in the shape of method.toml; what does not fit is added to `found`."""
    return tuple(_Reading({"method.toml": table}, {}, found).methods())


def topics_on(stock: Stock, day: date) -> tuple[Topic, ...]:
    """Return the topics with the questions and the weights of a day."""
    dated = method_on(stock, day)
    weights = dated.topic_weights if dated else {}
    return tuple(
        replace(topic, weight=weights.get(topic.id, 0), questions=valid_on(topic.questions, day))
        for topic in stock.topics
    )


def catalogue_of(stock: Stock, edition: Edition, method: Method) -> Catalogue:
    """Return one edition as the rules want it."""
    day = edition.published_on
    return Catalogue(
        edition=edition.id,
        published_on=day,
        method=method,
        topics=topics_on(stock, day),
        findings={finding.question: finding for finding in stock.findings},
        duties=_by_id(valid_on(stock.duties, day)),
        terms=_by_id(stock.terms),
        sectors=_by_id(stock.sectors),
        provinces={province.code: province for province in stock.provinces},
        vsic={section.letter: section for section in stock.vsic},
        group2={row.row: row for row in stock.group2},
        sources=_by_id(stock.sources),
        tolerances=_by_id(valid_on(stock.tolerances, day)),
        sampling_plans=_by_id(valid_on(stock.sampling_plans, day)),
        register_rules=_by_id(stock.register_rules),
        register_questions=stock.register_questions,
        consents=stock.consents,
        support_lines=stock.support_lines,
        templates=_by_id(stock.templates),
        words={**stock.words, **_notice_words(stock)},
    )


def stock_of(files: Mapping[str, Table], lists: Mapping[str, str], found: list[Problem]) -> Stock:
    """Return all records that fit; what does not is added to `found`.

    files: parsed TOML by path inside content/. lists: raw text of CSV files.
    """
    for file, keys in TOP_KEYS.items():
        for key in sorted(set(files.get(file, {})) - set(keys)):
            found.append(Problem(file, "", key, f"unknown field; known fields: {', '.join(keys)}"))
    reading = _Reading(files, lists, found)
    heads = reading.heads()
    templates = tuple(reading.templates(heads))
    topics = tuple(reading.topics())
    return Stock(
        current=str(files.get("catalogue.toml", {}).get("current", "")),
        wording=reading.wording(),
        editions=_by_id(reading.many(Edition, "catalogue.toml", "edition")),
        methods=tuple(reading.methods()),
        topics=tuple(sorted((topic for topic, _ in topics), key=lambda topic: topic.order)),
        topic_files={topic.id: file for topic, file in topics},
        duties=reading.many(LegalDuty, "duties.toml", "duty"),
        terms=reading.many(Term, "glossary.toml", "term"),
        findings=reading.many(QuestionFinding, "programme/findings.toml", "finding"),
        sources=reading.many(Source, "programme/sources.toml", "source"),
        tolerances=reading.many(ToleranceTable, "prepackages.toml", "tolerance"),
        sampling_plans=reading.many(SamplingPlan, "prepackages.toml", "sampling_plan"),
        register_rules=reading.many(RegisterRule, "register.toml", "register_rule"),
        register_questions=reading.many(RegisterQuestion, "register.toml", "register_question"),
        sectors=tuple(sorted(reading.sectors(), key=lambda sector: sector.order)),
        provinces=tuple(reading.provinces()),
        vsic=reading.many(VsicSection, "vsic.toml", "section", kind_name="vsic"),
        group2=tuple(reading.group2()),
        consents=reading.many(Consent, "notices.toml", "consent"),
        support_lines=reading.many(SupportLine, "support.toml", "support_line"),
        disclaimers=reading.many(Disclaimer, "notices.toml", "disclaimer"),
        roles=reading.many(Role, "notices.toml", "role"),
        messages=reading.many(Message, "notices.toml", "message"),
        emails=reading.many(Email, "notices.toml", "email"),
        head_titles=reading.many(HeadTitle, "programme/heads.toml", "title_of_head"),
        heads=heads,
        templates=tuple(template for template, _ in templates),
        template_files={template.id: file for template, file in templates},
        conditions=reading.many(Condition, "programme/conditions.toml", "condition"),
        placeholders=reading.many(Placeholder, "programme/placeholders.toml", "placeholder"),
        collections=reading.many(Collection, "programme/placeholders.toml", "collection"),
        words=reading.words(),
        ids={kind: frozenset(ids) for kind, ids in reading.ids.items()},
    )


class _Reading:
    """One pass over the parsed files; keeps the ids it meets and the problems it finds."""

    def __init__(self, files: Mapping[str, Table], lists: Mapping[str, str], found: list[Problem]) -> None:
        self.files = files
        self.lists = lists
        self.found = found
        self.ids: defaultdict[str, set[str]] = defaultdict(set)

    def note(self, kind: str, identifier: str, place: Place) -> None:
        """Keep an id; only dated versions of one thing may share it."""
        if identifier in self.ids[kind] and kind not in DATED_KINDS:
            self.found.append(place.problem("id", f"{kind} {identifier!r} is there already; an id is used once"))
        if kind not in NOT_WORDS and not WORD_ID.fullmatch(identifier):
            self.found.append(place.problem("id", f"{identifier!r}; needs words in lower case joined by hyphens"))
        self.ids[kind].add(identifier)

    def rows(self, file: str, key: str) -> list[Table]:
        """Return the tables of one list of a file."""
        return tables_in(self.files.get(file, {}), key, Place(file, ""), self.found)

    def many(self, kind: type[Kind], file: str, key: str, kind_name: str = "") -> tuple[Kind, ...]:
        """Return the records of one list of a file."""
        records = []
        for number, row in enumerate(self.rows(file, key), 1):
            identifier = str(row.get("id") or row.get("letter") or row.get("number") or number)
            place = Place(file, f"{key} '{identifier}'")
            if "id" in row or "letter" in row:
                self.note(kind_name or key, identifier, place)
            records.append(record_of(kind, row, place, self.found))
        return tuple(record for record in records if record is not None)

    def wording(self) -> Wording | None:
        file = "wording.toml"
        return record_of(Wording, self.files.get(file, {}).get("wording", {}), Place(file, "wording"), self.found)

    def methods(self) -> Iterator[DatedMethod]:
        for row in self.rows("method.toml", "method"):
            place = Place("method.toml", f"method '{row.get('valid_from')}'")
            own: Table = {key: row[key] for key in ("valid_from", "topic_weights") if key in row}
            head = record_of(MethodHead, own, place, self.found)
            method = record_of(Method, {key: row[key] for key in row if key not in own}, place, self.found)
            if head is not None and method is not None:
                yield DatedMethod(method, head.topic_weights, head.valid_from)

    def topics(self) -> Iterator[tuple[Topic, str]]:
        for file in self._under("topics/"):
            head = dict(self.files[file])
            place = Place(file, f"topic '{head.get('id')}'")
            self.note("topic", str(head.get("id")), place)
            if "weight" in head:
                self.found.append(place.problem("weight", "unknown field; the weight of a topic stands in method.toml"))
            questions = tuple(self._questions(self.rows(file, "question"), file))
            topic = record_of(Topic, head | {"weight": 0, "question": []}, place, self.found)
            if topic is not None:
                yield replace(topic, questions=questions), file

    def _questions(self, rows: Iterable[Table], file: str) -> Iterator[Question]:
        for row in rows:
            place = Place(file, f"question '{row.get('id')}'")
            self.note("question", str(row.get("id")), place)
            levels = row.get("level")
            if not isinstance(levels, dict) or tuple(sorted(levels)) != LEVELS:
                self.found.append(
                    place.problem("level", f"needs exactly {', '.join(f'level.{one}' for one in LEVELS)}")
                )
                continue
            question = record_of(Question, row | {"level": [levels[one] for one in LEVELS]}, place, self.found)
            if question is not None:
                yield question

    def sectors(self) -> Iterator[Sector]:
        for file in self._under("sectors/"):
            row = self.files[file]
            name = str(row.get("id"))
            place = Place(file, f"sector '{name}'")
            self.note("sector", name, place)
            for key in ("measuring_point", "instrument", "loss", "objective", "task"):
                for one in self.rows(file, key):
                    self.note(f"{key} of {name}", str(one.get("id")), place.inside(f"{key}[{one.get('id')}]"))
            sector = record_of(Sector, row, place, self.found)
            if sector is not None:
                yield sector

    def heads(self) -> Heads:
        file = "programme/heads.toml"
        mastheads = [masthead_of(row, place, self.found) for place, row in self._named(file, "masthead")]
        signatures = [signature_of(row, place, self.found) for place, row in self._named(file, "signature")]
        return Heads(
            {one.id: one for one in mastheads if one is not None},
            {one.id: one for one in signatures if one is not None},
        )

    def _named(self, file: str, key: str) -> Iterator[tuple[Place, Table]]:
        for row in self.rows(file, key):
            place = Place(file, f"{key} '{row.get('id')}'")
            self.note(key, str(row.get("id")), place)
            yield place, row

    def templates(self, heads: Heads) -> Iterator[tuple[Template, str]]:
        for row, file in self._documents():
            place = Place(file, f"template '{row.get('id')}'")
            self.note("template", str(row.get("id")), place)
            for key in ("article", "section", "appendix"):
                for one in tables_in(row, key, place, self.found):
                    self.note(f"{key} of {row.get('id')}", str(one.get("id")), place.inside(key))
            template = template_of(row, place, heads, self.found)
            if template is not None:
                yield template, file

    def _documents(self) -> Iterator[tuple[Table, str]]:
        for file in self._under("programme/"):
            if file.removeprefix("programme/").removesuffix(".toml") not in NOT_DOCUMENTS:
                yield self.files[file], file
        for row in self.rows("programme/letters.toml", "letter"):
            yield row, "programme/letters.toml"
        for row in self.rows("notices.toml", "notice"):
            yield row | {"id": f"notice-{row.get('id')}", "form": "notice"}, "notices.toml"

    def provinces(self) -> Iterator[Province]:
        for place, row in self._cells("provinces.csv", PROVINCE_COLUMNS, "province", ("code",)):
            if row["type"] not in ("city", "province"):
                self.found.append(place.problem("type", f"{row['type']!r}; known: city, province"))
            table = {
                "code": row["code"],
                "name": {"vi": row["name_vi"], "en": row["name_en"]},
                "full_name": {"vi": row["full_name_vi"], "en": row["full_name_en"]},
                "is_city": row["type"] == "city",
                "former_units": [unit.strip() for unit in row["former_units"].split(";")],
                "tile": [int(cell) if cell.isdecimal() else cell for cell in (row["tile_column"], row["tile_row"])],
            }
            province = record_of(Province, table, place, self.found)
            if province is not None:
                yield province

    def group2(self) -> Iterator[Group2Row]:
        for place, row in self._cells("group2-instruments.csv", GROUP2_COLUMNS, "group2", ("number", "sub")):
            for key in CONTROLS:
                if row[key] not in CONTROL_MARKS:
                    self.found.append(place.problem(key, f"{row[key]!r}; known: {', '.join(CONTROL_MARKS)}"))
            for key in CYCLES:
                if row[key] and not row[key].isdigit():
                    self.found.append(place.problem(key, f"{row[key]!r} is no number of months"))
            if row["confidence"] not in ("high", "medium", "low", "doubtful"):
                self.found.append(
                    place.problem("confidence", f"{row['confidence']!r}; known: high, medium, low, doubtful")
                )
            controls = {key: CONTROL_MARKS.get(row[key]) for key in CONTROLS}
            yield Group2Row(
                row=row["number"] + row["sub"],
                name=Text(row["name_vi"], row["name_en"]),
                **controls,
                # While the list of 2026 is known from a scan only, the shorter cycle counts.
                cycle_months=min((int(row[key]) for key in CYCLES if row[key].isdigit()), default=None),
                is_doubtful=row["confidence"] != "high" or None in controls.values(),
                note=row["note"],
            )

    def words(self) -> dict[str, Text]:
        return {
            key: text
            for file in self._under("words/")
            for key, text in self._words(self.files[file], file, file.removeprefix("words/").removesuffix(".toml"))
        }

    def _words(self, table: Table, file: str, key: str) -> Iterator[tuple[str, Text]]:
        """A table holds a text (vi and en together), tables below it, or both."""
        own = {name: value for name, value in table.items() if not isinstance(value, dict)}
        text = record_of(Text, own, Place(file, key), self.found) if own else None
        if text is not None:
            yield key, text
        for name, value in table.items():
            if isinstance(value, dict):
                yield from self._words(value, file, f"{key}.{name}")

    def _under(self, folder: str) -> list[str]:
        return sorted(file for file in self.files if file.startswith(folder))

    def _cells(
        self, file: str, columns: tuple[str, ...], kind: str, key: tuple[str, ...]
    ) -> Iterator[tuple[Place, dict[str, str]]]:
        """Yield the rows of a list that have exactly the columns it must have."""
        reader = csv.DictReader(io.StringIO(self.lists.get(file, "")), strict=True)
        header = tuple(reader.fieldnames or ())
        for name in sorted(set(header) ^ set(columns)):
            what = "missing column" if name in columns else "unknown column"
            self.found.append(Problem(file, "header", name, f"{what}; known columns: {', '.join(columns)}"))
        if set(header) != set(columns):
            return
        for row in reader:
            cells = {name: value for name, value in row.items() if isinstance(name, str) and isinstance(value, str)}
            identifier = "".join(cells.get(name, "") for name in key)
            place = Place(file, f"{kind} '{identifier}'")
            self.note(kind, identifier, place)
            if set(cells) != set(columns) or len(row) != len(columns):
                self.found.append(place.problem("", f"needs {len(columns)} cells: {', '.join(columns)}"))
            else:
                yield place, cells


def _by_id(records: Iterable[Any]) -> dict[str, Any]:
    return {record.id: record for record in records}


def _notice_words(stock: Stock) -> dict[str, Text]:
    """Short texts of notices.toml and titles of the head, under the keys of words."""
    words = {f"notices.disclaimer.{one.id}": one.text for one in stock.disclaimers}
    words |= {f"notices.message.{one.id}": one.text for one in stock.messages}
    for role in stock.roles:
        words |= {f"notices.role.{role.id}.{part}": getattr(role, part) for part in ("name", "sees", "never")}
    for email in stock.emails:
        words[f"notices.email.{email.id}.subject"] = email.subject
        words[f"notices.email.{email.id}.body"] = Text("\n".join(email.body.vi), "\n".join(email.body.en))
    for head in stock.head_titles:
        words[f"programme.title-of-head.{head.id}"] = head.title
        if head.note is not None:
            words[f"programme.title-of-head.{head.id}.note"] = head.note
    return words
