"""The exchange file: one enterprise's profile, answers, register and edits as JSON, read strictly and written exactly.

Format "assessment/1". Nothing is guessed: a field that is not known, a number that is too large or a key given twice
is refused with its place. Whether ids belong to the catalogue is asked in core/services/exchanging.py.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import MISSING, dataclass, field, fields, replace
from datetime import date
from decimal import Decimal
from difflib import get_close_matches
from enum import StrEnum
from functools import cache
from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeVar, get_type_hints

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    TypeAdapter,
    ValidationError,
    create_model,
    model_validator,
)
from pydantic_core import ErrorDetails, PydanticCustomError

from core.domain.advising import Advised
from core.domain.assessment import NOTE_LIMIT, REASON_LIMIT, Answer, Choice, Evidence
from core.domain.carrying_out import TaskState
from core.domain.feedback import Feedback
from core.domain.instruments import MeasuringInstrument, ServiceRecord
from core.domain.journey import ProgrammeState, ProgrammeStep
from core.domain.profile import Profile
from core.domain.programme_edits import Edit
from core.domain.register.points import ProcessPoint, ServiceBody
from core.domain.statistics.selection import Wish
from core.errors import FileRefused
from core.language import clean

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

FORMAT = "assessment/1"
SIZE_LIMIT = 10 * 1024 * 1024
"""Most bytes of a file."""
DEPTH_LIMIT = 12
"""Most levels of brackets; the format itself needs five."""
INSTRUMENT_LIMIT = 5_000
HISTORY_LIMIT = 200
"""Most earlier services of one instrument."""
ANSWER_LIMIT = 1_000
EDIT_LIMIT = 5_000
POINT_LIMIT = 500
BODY_LIMIT = 200
VERSION_LIMIT = 200
STEP_LIMIT = 500
REPORT_LIMIT = 100
FEEDBACK_LIMIT = 2_000
LINE_LIMIT = 500
"""Most characters of a one-line field."""
TEXT_LIMIT = 20_000
"""Most characters of an edited text of the programme."""
DIGIT_LIMIT = 15
"""Most digits of a whole number: what every reader of JSON keeps exactly."""
SEEN_LIMIT = 80
"""Most characters of a refused value that a message repeats."""

_STRING = re.compile(r'"(?:[^"\\]|\\.)*"', re.DOTALL)
_Record = TypeVar("_Record")
_HALF_CHARACTER = re.compile("[\ud800-\udfff]")
_BRACKET = re.compile(r"[\[\]{}]")


@dataclass(frozen=True, slots=True)
class Notice:
    """Something taken otherwise than the file says; `code` names the sentence as an error's code does."""

    code: str
    details: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class StepTaken:
    """A step that a version of the programme took, on the day that the enterprise named."""

    step: ProgrammeStep
    day: date
    note: str = ""


@dataclass(frozen=True, slots=True)
class TaskMarked:
    """What was said about a task of a version."""

    task: str
    state: TaskState
    day: date | None = None
    evidence: str = ""
    spent_vnd: int | None = None


@dataclass(frozen=True, slots=True)
class ProgrammeVersion:
    """What became of one version. edits: own words of a version that is not the newest; those stand in the file."""

    number: int
    state: ProgrammeState
    reason: str = ""
    period_start: date | None = None
    period_end: date | None = None
    issued_number: str = ""
    issued_on: date | None = None
    steps: tuple[StepTaken, ...] = ()
    marks: tuple[TaskMarked, ...] = ()
    edits: tuple[Edit, ...] = ()


@dataclass(frozen=True, slots=True)
class ReportEntry:
    """What was written at a place of a report."""

    path: str
    value: str


@dataclass(frozen=True, slots=True)
class YearlyReport:
    """What an enterprise wrote in the report of a year."""

    year: int
    finished_on: date | None = None
    entries: tuple[ReportEntry, ...] = ()


@dataclass(frozen=True, slots=True)
class SupportAsked:
    """What an enterprise asks the Department of a province for, and since when."""

    province: str
    on: date
    wishes: frozenset[Wish]


@dataclass(frozen=True, slots=True)
class Exchange:
    """One exchange file. advised: question → the adviser beside whom the answer as it stands was written.

    `notices` say what the reader changed; they are no part of the file.
    """

    catalogue: str
    on: date
    profile: Profile
    answers: Mapping[str, Answer] = field(default_factory=dict)
    instruments: tuple[MeasuringInstrument, ...] = ()
    points: tuple[ProcessPoint, ...] = ()
    bodies: tuple[ServiceBody, ...] = ()
    edits: tuple[Edit, ...] = ()
    versions: tuple[ProgrammeVersion, ...] = ()
    reports: tuple[YearlyReport, ...] = ()
    feedback: tuple[Feedback, ...] = ()
    support: SupportAsked | None = None
    advised: Mapping[str, Advised] = field(default_factory=dict)
    notices: tuple[Notice, ...] = field(default=(), compare=False)


# --- The shape of the file ---

_Line = Annotated[str, Field(max_length=LINE_LIMIT), AfterValidator(clean)]
_Name = Annotated[str, Field(max_length=LINE_LIMIT), AfterValidator(clean), Field(min_length=1)]
_Note = Annotated[str, Field(max_length=NOTE_LIMIT), AfterValidator(clean)]
_Reason = Annotated[str, Field(max_length=REASON_LIMIT), AfterValidator(clean)]
_Wording = Annotated[str, Field(max_length=TEXT_LIMIT), AfterValidator(clean)]
_Id = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,79}$")]
_Count = Annotated[int, Field(ge=0, lt=10**DIGIT_LIMIT)]
_Number = Annotated[int, Field(ge=1, le=VERSION_LIMIT)]
_Year = Annotated[int, Field(ge=2000, le=2100)]
_Months = Annotated[int, Field(ge=1, le=1_200)]
# Calendar arithmetic on dates inside these bounds cannot leave the calendar.
_Day = Annotated[date, Field(ge=date(1900, 1, 1), le=date(2199, 12, 31))]
# Documents carry the day of the file, and the archive inside a DOCX can say no year after 2107.
_DayOfFile = Annotated[date, Field(ge=date(2000, 1, 1), le=date(2100, 12, 31))]
_Amount = Annotated[float, Field(ge=0, le=1e9), AfterValidator(lambda number: Decimal(repr(number)))]

# How the types of the domain stand in the file; a type that is not named here stands as it is.
_FILE_TYPES: Mapping[Any, Any] = {
    str: _Line,
    int | None: _Count | None,
    date | None: _Day | None,
    Decimal | None: _Amount | None,
}
_FILE_FIELDS: Mapping[tuple[type, str], Any] = {
    (Profile, "name"): Annotated[str, Field(max_length=300), AfterValidator(clean), Field(min_length=1)],
    (Profile, "tax_code"): Annotated[str, Field(max_length=20), AfterValidator(clean)],
    (MeasuringInstrument, "code"): _Name,
    (MeasuringInstrument, "note"): _Note,
    (MeasuringInstrument, "interval_months"): _Months | None,
    (ProcessPoint, "id"): _Id,
    (ServiceBody, "name"): _Name,
    (ServiceRecord, "on"): _Day,
    (ServiceRecord, "note"): _Note,
    (StepTaken, "day"): _Day,
    (StepTaken, "note"): _Wording,
    (TaskMarked, "task"): _Name,
    (ProgrammeVersion, "number"): _Number,
    (ProgrammeVersion, "reason"): _Wording,
    (ReportEntry, "path"): _Name,
    (ReportEntry, "value"): _Wording,
    (YearlyReport, "year"): _Year,
    (Feedback, "year"): _Year,
    (SupportAsked, "on"): _Day,
    (Feedback, "text"): _Wording,
    (Feedback, "cause"): _Wording,
}


class _Strict(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


def _shape_of(record: type) -> type[_Strict]:
    """Return the file's shape of a record of the domain: a field added there is a field of the file at once."""
    hints = get_type_hints(record)
    shape: dict[str, Any] = {}
    for one in fields(record):
        kind = _FILE_FIELDS.get((record, one.name), _FILE_TYPES.get(hints[one.name], hints[one.name]))
        default = one.default if one.default_factory is MISSING else one.default_factory()
        shape[one.name] = (kind, ... if default is MISSING else default)
    return create_model(record.__name__, __base__=_Strict, **shape)


_PROFILE = TypeAdapter(Profile)
ProfileShape = _shape_of(Profile)
ServiceShape = _shape_of(ServiceRecord)
_History = Annotated[tuple[ServiceShape, ...], Field(max_length=HISTORY_LIMIT)]  # type: ignore[valid-type]
_FILE_TYPES = {**_FILE_TYPES, tuple[ServiceRecord, ...]: _History}
InstrumentShape = _shape_of(MeasuringInstrument)
PointShape = _shape_of(ProcessPoint)
BodyShape = _shape_of(ServiceBody)
StepShape = _shape_of(StepTaken)
MarkShape = _shape_of(TaskMarked)
EntryShape = _shape_of(ReportEntry)
FeedbackShape = _shape_of(Feedback)
SupportShape = _shape_of(SupportAsked)
_CHOICES = ("level", "not_applicable", "unknown")


class AdvisedShape(_Strict):
    """Written together with an adviser, and on which day."""

    by: _Line
    on: _Day


class AnswerShape(_Strict):
    """One answer: a level, "unknown" or "not applicable" with its reason; or only a note."""

    # What was left out is told from `model_fields_set`: null is no answer, so the defaults are never looked at.
    model_config = ConfigDict(
        json_schema_extra={
            "anyOf": [{"required": [name]} for name in (*_CHOICES, "note")],
            "not": {
                "anyOf": [{"required": [one, other]} for one in _CHOICES for other in _CHOICES if one < other],
            },
        },
    )

    level: Annotated[int, Field(ge=0, le=4)] = 0
    not_applicable: _Reason = ""
    unknown: Literal[True] = True
    note: _Note = ""
    evidence: Evidence = Evidence.NONE
    advised: AdvisedShape | None = None

    @model_validator(mode="after")
    def _says_one_thing(self) -> AnswerShape:
        said = [name for name in _CHOICES if name in self.model_fields_set]
        if len(said) > 1 or not (said or "note" in self.model_fields_set):
            raise PydanticCustomError("answer_choice", "one of {allowed}", {"allowed": ", ".join(_CHOICES)})
        return self


class EditShape(_Strict):
    """One edited place of the programme."""

    path: _Name
    value: _Wording
    base: _Wording = ""


_FILE_TYPES = {
    **_FILE_TYPES,
    tuple[StepTaken, ...]: Annotated[tuple[StepShape, ...], Field(max_length=STEP_LIMIT)],  # type: ignore[valid-type]
    tuple[TaskMarked, ...]: Annotated[tuple[MarkShape, ...], Field(max_length=EDIT_LIMIT)],  # type: ignore[valid-type]
    tuple[Edit, ...]: Annotated[tuple[EditShape, ...], Field(max_length=EDIT_LIMIT)],
    tuple[ReportEntry, ...]: Annotated[tuple[EntryShape, ...], Field(max_length=EDIT_LIMIT)],  # type: ignore[valid-type]
}
VersionShape = _shape_of(ProgrammeVersion)
ReportShape = _shape_of(YearlyReport)


class ProgrammeShape(_Strict):
    """What the enterprise changed in the proposed programme, and what became of its versions."""

    edits: Annotated[tuple[EditShape, ...], Field(max_length=EDIT_LIMIT)] = ()
    versions: Annotated[tuple[VersionShape, ...], Field(max_length=VERSION_LIMIT)] = ()  # type: ignore[valid-type]


class FileShape(_Strict):
    """The whole file."""

    format: Literal["assessment/1"]
    catalogue: _Name
    on: _DayOfFile
    profile: ProfileShape  # type: ignore[valid-type]
    answers: Annotated[dict[_Id, AnswerShape], Field(max_length=ANSWER_LIMIT)] = Field(
        default={}, json_schema_extra={"additionalProperties": False}
    )
    instruments: Annotated[tuple[InstrumentShape, ...], Field(max_length=INSTRUMENT_LIMIT)] = ()  # type: ignore[valid-type]
    points: Annotated[tuple[PointShape, ...], Field(max_length=POINT_LIMIT)] = ()  # type: ignore[valid-type]
    bodies: Annotated[tuple[BodyShape, ...], Field(max_length=BODY_LIMIT)] = ()  # type: ignore[valid-type]
    programme: ProgrammeShape = ProgrammeShape()
    reports: Annotated[tuple[ReportShape, ...], Field(max_length=REPORT_LIMIT)] = ()  # type: ignore[valid-type]
    feedback: Annotated[tuple[FeedbackShape, ...], Field(max_length=FEEDBACK_LIMIT)] = ()  # type: ignore[valid-type]
    support: SupportShape | None = None  # type: ignore[valid-type]


# Where each shape stands; "*" is any id or position.
_SHAPES: Mapping[tuple[str, ...], type[_Strict]] = {
    (): FileShape,
    ("profile",): ProfileShape,
    ("answers", "*"): AnswerShape,
    ("answers", "*", "advised"): AdvisedShape,
    ("instruments", "*"): InstrumentShape,
    ("instruments", "*", "history", "*"): ServiceShape,
    ("points", "*"): PointShape,
    ("bodies", "*"): BodyShape,
    ("programme",): ProgrammeShape,
    ("programme", "edits", "*"): EditShape,
    ("programme", "versions", "*"): VersionShape,
    ("programme", "versions", "*", "steps", "*"): StepShape,
    ("programme", "versions", "*", "marks", "*"): MarkShape,
    ("programme", "versions", "*", "edits", "*"): EditShape,
    ("reports", "*"): ReportShape,
    ("reports", "*", "entries", "*"): EntryShape,
    ("feedback", "*"): FeedbackShape,
    ("support",): SupportShape,
}


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of the file, as content/exchange/ holds it."""
    schema = FileShape.model_json_schema()
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": "assessment-1", **_without_titles(schema)}


def _without_titles(part: Any) -> Any:
    """Leave out the titles that only repeat a field's name."""
    if isinstance(part, dict):
        return {
            key: _without_titles(value)
            for key, value in part.items()
            if not (key == "title" and isinstance(value, str) and "properties" not in part)
        }
    return [_without_titles(one) for one in part] if isinstance(part, list) else part


# --- Reading ---


def read_exchange(data: bytes | str) -> Exchange:
    """Return what an exchange file says; texts are cleaned (NFC, no control characters).

    Evidence called "confirmed" is lowered to "file", with a notice: only a reviewer confirms.
    Raises FileRefused with place, seen and expected.
    """
    text = _decoded(data)
    _check_depth(text)
    content = _parsed(text)
    for place, flaw in _flaws(content, ()):
        raise FileRefused(flaw.code, place=_shown_place(place), seen=_shown(flaw.seen), expected=flaw.expected)
    said = content.get("format") if isinstance(content, dict) else None
    if said != FORMAT:
        raise FileRefused("exchange-foreign-format", place="format", seen=_shown(said), expected=FORMAT)
    try:
        shape = FileShape.model_validate_json(text)
    except ValidationError as error:
        raise _refusal(error.errors(include_url=False)[0]) from None
    return _exchange_of(shape)


def read_kept(content: str) -> tuple[Profile, dict[str, Answer]]:
    """Return the profile and the answers of a file that was read strictly before it was kept.

    Twenty times as fast as `read_exchange`, since nothing is doubted: for reading all that was ever handed in.
    """
    said = json.loads(content)
    answers = {question: _kept_answer(one) for question, one in said["answers"].items()}
    return _PROFILE.validate_python(said["profile"]), answers


def _kept_answer(one: Mapping[str, Any]) -> Answer:
    plain = _plain_answer(one.get("level"), "unknown" in one, one.get("evidence", Evidence.NONE.value))
    note, reason = one.get("note", ""), one.get("not_applicable")
    if not note and reason is None:
        return plain
    choice = plain.choice if reason is None else Choice.NOT_APPLICABLE
    return replace(plain, choice=choice, reason=reason or "", note=note)


@cache
def _plain_answer(level: int | None, is_unknown: bool, evidence: str) -> Answer:
    choice = Choice(str(level)) if level is not None else Choice.UNKNOWN if is_unknown else None
    return Answer(choice, evidence=Evidence(evidence))


def _decoded(data: bytes | str) -> str:
    raw = data.encode("utf-8", "surrogatepass") if isinstance(data, str) else data
    if len(raw) > SIZE_LIMIT:
        raise FileRefused("exchange-too-large", place="", seen=f"{len(raw)}", expected=f"{SIZE_LIMIT}")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise FileRefused(
            "exchange-not-utf8", place=f"{error.start}", seen=raw[error.start : error.end].hex(), expected="UTF-8"
        ) from None


def _check_depth(text: str) -> None:
    """Count brackets before parsing: a reader that recurses must never meet a thousand of them."""
    depth = 0
    for bracket in _BRACKET.finditer(_STRING.sub("", text)):
        depth += 1 if bracket[0] in "[{" else -1
        if depth > DEPTH_LIMIT:
            raise FileRefused("exchange-too-deep", place="", seen=f"{depth}", expected=f"{DEPTH_LIMIT}")


@dataclass(frozen=True, slots=True)
class _Flaw:
    """Stands in the parsed content where JSON itself is used in a way that readers disagree on."""

    code: str
    seen: object
    expected: str


def _parsed(text: str) -> Any:
    try:
        return json.loads(
            text,
            object_pairs_hook=_object_of,
            parse_int=_integer_of,
            parse_float=_float_of,
            parse_constant=lambda seen: _Flaw("exchange-not-finite", seen, ""),
        )
    except json.JSONDecodeError as error:
        seen = error.doc[error.pos : error.pos + 20]
        raise FileRefused(
            "exchange-damaged", place=f"{error.lineno}:{error.colno}", seen=seen, expected="JSON"
        ) from None


def _object_of(pairs: Sequence[tuple[str, Any]]) -> Any:
    content: dict[str, Any] = {}
    for key, value in pairs:
        name = clean(key)
        content[name] = _Flaw("exchange-key-twice", key, "") if name in content else value
    return content


def _integer_of(digits: str) -> Any:
    return (
        int(digits)
        if len(digits) <= DIGIT_LIMIT + 1
        else _Flaw("exchange-number-too-large", digits, f"10^{DIGIT_LIMIT}")
    )


def _float_of(digits: str) -> Any:
    number = float(digits)
    return number if abs(number) < 10**DIGIT_LIMIT else _Flaw("exchange-number-too-large", digits, f"10^{DIGIT_LIMIT}")


def _flaws(content: Any, place: tuple[str | int, ...]) -> Iterator[tuple[tuple[str | int, ...], _Flaw]]:
    if isinstance(content, _Flaw):
        yield place, content
    elif isinstance(content, str) and _HALF_CHARACTER.search(content):
        yield place, _Flaw("exchange-half-character", _HALF_CHARACTER.sub("\ufffd", content), "UTF-8")
    elif isinstance(content, dict):
        for key, value in content.items():
            yield from _flaws(value, (*place, key))
    elif isinstance(content, list):
        for position, value in enumerate(content):
            yield from _flaws(value, (*place, position))


# pydantic's kinds of error → our codes.
_CODES: Mapping[str, str] = {
    "missing": "exchange-field-missing",
    "extra_forbidden": "exchange-field-unknown",
    "string_type": "exchange-not-text",
    "string_too_long": "exchange-text-too-long",
    "string_pattern_mismatch": "exchange-not-an-id",
    "too_short": "exchange-text-empty",
    "int_type": "exchange-not-whole-number",
    "int_from_float": "exchange-not-whole-number",
    "float_type": "exchange-not-number",
    "bool_type": "exchange-not-listed",
    "greater_than_equal": "exchange-out-of-range",
    "less_than_equal": "exchange-out-of-range",
    "less_than": "exchange-out-of-range",
    "date_type": "exchange-not-date",
    "date_parsing": "exchange-not-date",
    "date_from_datetime_parsing": "exchange-not-date",
    "date_from_datetime_inexact": "exchange-not-date",
    "enum": "exchange-not-listed",
    "literal_error": "exchange-not-listed",
    "model_type": "exchange-not-object",
    "dict_type": "exchange-not-object",
    "tuple_type": "exchange-not-list",
    "frozen_set_type": "exchange-not-list",
    "too_long": "exchange-list-too-long",
    "answer_choice": "exchange-answer-choice",
    "json_invalid": "exchange-damaged",
}


def _refusal(error: ErrorDetails) -> FileRefused:
    place = tuple(part for part in error["loc"] if part != "[key]")
    details: dict[str, object] = {
        "place": _shown_place(place),
        "seen": "" if error["type"] == "missing" else _shown(error["input"]),
        "expected": _expected(error, place),
    }
    if error["type"] == "extra_forbidden":
        allowed = tuple(_shape_at(place[:-1]).model_fields)
        details["nearest"] = next(iter(get_close_matches(str(place[-1]), allowed, 1)), "")
    return FileRefused(_CODES[error["type"]], **details)


def _expected(error: ErrorDetails, place: tuple[str | int, ...]) -> str:
    """Return what would have been right, in signs that need no translation."""
    context = error.get("ctx", {})
    match error["type"]:
        case "extra_forbidden":
            return ", ".join(_shape_at(place[:-1]).model_fields)
        case "enum" | "literal_error":
            return str(context["expected"]).replace(" or ", ", ")
        case "bool_type":
            return "true, false"
        case "date_type" | "date_parsing" | "date_from_datetime_parsing" | "date_from_datetime_inexact":
            return "YYYY-MM-DD"
        case "missing":
            return str(place[-1])
        case "greater_than_equal":
            return f"≥ {context['ge']}"
        case "less_than_equal":
            return f"≤ {context['le']}"
        case "less_than":
            return f"< {context['lt']}"
        case "string_too_long" | "too_long":
            return f"≤ {context['max_length']}"
        case "answer_choice":
            return str(context["allowed"])
        case _:
            return ""


def _shape_at(place: tuple[str | int, ...]) -> type[_Strict]:
    return next(
        shape
        for pattern, shape in _SHAPES.items()
        if len(pattern) == len(place) and all(want in ("*", part) for want, part in zip(pattern, place, strict=True))
    )


def _shown_place(place: tuple[str | int, ...]) -> str:
    """Write a place as people read it: instruments[3].verified_on."""
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in place).removeprefix(".")[
        : SEEN_LIMIT * 3
    ]


def _shown(value: object) -> str:
    shown = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    return shown if len(shown) <= SEEN_LIMIT else shown[:SEEN_LIMIT] + "…"


def _exchange_of(shape: FileShape) -> Exchange:
    instruments = tuple(_instrument_of(one) for one in shape.instruments)
    edits = tuple(_record(Edit, edit) for edit in shape.programme.edits)
    _refuse_twice("instruments[{}].code", [one.code for one in instruments])
    points = tuple(_record(ProcessPoint, one) for one in shape.points)
    bodies = tuple(_record(ServiceBody, one) for one in shape.bodies)
    _refuse_twice("points[{}].id", [one.id for one in points])
    _refuse_twice("bodies[{}].name", [one.name for one in bodies])
    _refuse_twice("programme.edits[{}].path", [edit.path for edit in edits])
    return Exchange(
        catalogue=shape.catalogue,
        on=shape.on,
        profile=_record(Profile, shape.profile),
        answers={question: _answer_of(answer) for question, answer in shape.answers.items()},
        instruments=instruments,
        points=points,
        bodies=bodies,
        edits=edits,
        versions=tuple(_version_of(one) for one in shape.programme.versions),
        reports=tuple(_report_of(one) for one in shape.reports),
        feedback=tuple(_record(Feedback, one) for one in shape.feedback),
        support=_record(SupportAsked, shape.support) if shape.support else None,
        advised={
            question: _record(Advised, answer.advised)
            for question, answer in shape.answers.items()
            if answer.advised is not None
        },
        notices=tuple(
            Notice("exchange-confirmed-lowered", {"place": f"answers.{question}.evidence", "question": question})
            for question, answer in shape.answers.items()
            if answer.evidence is Evidence.CONFIRMED
        ),
    )


def _record(kind: type[_Record], shape: BaseModel) -> _Record:
    return kind(**{name: getattr(shape, name) for name in type(shape).model_fields})


def _instrument_of(shape: Any) -> MeasuringInstrument:
    history = tuple(_record(ServiceRecord, one) for one in shape.history)
    return replace(_record(MeasuringInstrument, shape), history=history)


def _version_of(shape: Any) -> ProgrammeVersion:
    return replace(
        _record(ProgrammeVersion, shape),
        steps=tuple(_record(StepTaken, one) for one in shape.steps),
        marks=tuple(_record(TaskMarked, one) for one in shape.marks),
        edits=tuple(_record(Edit, one) for one in shape.edits),
    )


def _report_of(shape: Any) -> YearlyReport:
    return replace(_record(YearlyReport, shape), entries=tuple(_record(ReportEntry, one) for one in shape.entries))


def _refuse_twice(place: str, codes: Sequence[str]) -> None:
    met: set[str] = set()
    for position, code in enumerate(codes):
        if code in met:
            raise FileRefused("exchange-code-twice", place=place.format(position), seen=code, expected="")
        met.add(code)


def _answer_of(shape: AnswerShape) -> Answer:
    said = shape.model_fields_set
    choice = None
    if "level" in said:
        choice = Choice(str(shape.level))
    elif "unknown" in said:
        choice = Choice.UNKNOWN
    elif "not_applicable" in said:
        choice = Choice.NOT_APPLICABLE
    evidence = Evidence.FILE if shape.evidence is Evidence.CONFIRMED else shape.evidence
    return Answer(choice=choice, reason=shape.not_applicable, note=shape.note, evidence=evidence)


# --- Writing ---


def write_exchange(exchange: Exchange, indent: int | None = 1) -> str:
    """Return the file of one enterprise: answers by id, unknown fields left out, newline at the end.

    indent: blanks for each level, None for one line.
    What `read_exchange` makes of it equals `exchange`; only "confirmed" comes back as "file".
    """
    content: dict[str, Any] = {
        "format": FORMAT,
        "catalogue": exchange.catalogue,
        "on": exchange.on.isoformat(),
        "profile": _written(exchange.profile),
        "answers": {
            question: _written_answer(answer, exchange.advised.get(question))
            for question, answer in sorted(exchange.answers.items())
        },
        "instruments": [_written(one) for one in exchange.instruments],
    }
    if exchange.points:
        content["points"] = [_written(one) for one in exchange.points]
    if exchange.bodies:
        content["bodies"] = [_written(one) for one in exchange.bodies]
    programme = {
        name: [_written(one) for one in lines]
        for name, lines in (("edits", exchange.edits), ("versions", exchange.versions))
        if lines
    }
    if programme:
        content["programme"] = programme
    if exchange.reports:
        content["reports"] = [_written(one) for one in exchange.reports]
    if exchange.feedback:
        content["feedback"] = [_written(one) for one in exchange.feedback]
    if exchange.support:
        content["support"] = _written(exchange.support)
    return json.dumps(content, ensure_ascii=False, indent=indent, allow_nan=False) + "\n"


def _written(record: Any) -> dict[str, Any]:
    """Return a record's fields in the order of the domain; what equals its default is left out."""
    kind: type[DataclassInstance] = type(record)
    values = ((name, getattr(record, name), default) for name, default in _defaults(kind))
    return {name: _written_value(value) for name, value, default in values if value != default}


@cache
def _defaults(kind: type[DataclassInstance]) -> tuple[tuple[str, object], ...]:
    """Return the fields of a record with their defaults; MISSING where there is none."""
    return tuple(
        (one.name, one.default if one.default_factory is MISSING else one.default_factory()) for one in fields(kind)
    )


def _written_value(value: object) -> object:
    match value:
        case Decimal():
            return int(value) if value == value.to_integral_value() else float(value)
        case date():
            return value.isoformat()
        case frozenset():
            return sorted(value)
        case StrEnum():
            return value.value
        case tuple():
            return [_written(one) for one in value]
        case _:
            return value


def _written_answer(answer: Answer, advised: Advised | None) -> dict[str, Any]:
    content: dict[str, Any] = {}
    if answer.level is not None:
        content["level"] = answer.level
    elif answer.choice is Choice.UNKNOWN:
        content["unknown"] = True
    elif answer.choice is Choice.NOT_APPLICABLE:
        content["not_applicable"] = answer.reason
    if answer.note or not content:
        content["note"] = answer.note
    if answer.evidence is not Evidence.NONE:
        content["evidence"] = answer.evidence.value
    if advised is not None:
        content["advised"] = _written(advised)
    return content
