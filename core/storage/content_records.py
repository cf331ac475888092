"""From one table of a file to one dataclass of the domain, strictly: unknown and missing fields are refused by name.

The dataclasses are the shapes; pydantic's TypeAdapter compares. What is wrong becomes a Problem for the content editor.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from typing import Any, TypeVar, get_args, get_type_hints

from pydantic import ConfigDict, TypeAdapter, ValidationError

Kind = TypeVar("Kind")
Table = dict[str, Any]
"""A table of a TOML file, or a row of a CSV file, as it was read."""

# A file says [[question]] where the dataclass holds `questions`; every other field has one name.
FILE_NAMES = {
    "questions": "question",
    "levels": "level",
    "pass_level": "pass",
    "measuring_points": "measuring_point",
    "instruments": "instrument",
    "losses": "loss",
    "objectives": "objective",
    "tasks": "task",
    "solutions": "solution",
    "hints": "hint",
    "pitfalls": "pitfall",
    "blocks": "block",
    "items": "item",
    "columns": "column",
    "rows": "row",
    "row_types": "rows",
    "grounds": "ground",
    "articles": "article",
    "sections": "section",
    "appendices": "appendix",
    "addressees": "addressee",
    "recipients": "recipient",
    "variants": "variant",
    "phrases": "phrase",
}

_ADAPTERS: dict[type[Any], TypeAdapter[Any]] = {}


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """What is wrong in a file of content/: where it stands, and in plain words what is wrong."""

    file: str
    record: str
    field: str
    problem: str

    def __str__(self) -> str:
        return f"content/{self.file}, {self.record or 'the file'}, {self.field or '-'}: {self.problem}"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a table stands: the file, the record by its id, and the path of fields inside it."""

    file: str
    record: str
    at: str = ""

    def inside(self, step: str) -> Place:
        return Place(self.file, self.record, f"{self.at}.{step}" if self.at else step)

    def problem(self, field: str, problem: str) -> Problem:
        return Problem(self.file, self.record, self.inside(field).at if field else self.at, problem)


def file_name(name: str) -> str:
    """Return what a file calls a field of a dataclass."""
    return FILE_NAMES.get(name, name)


def record_of(kind: type[Kind], table: Table, place: Place, found: list[Problem]) -> Kind | None:
    """Return the table as a dataclass; None, with every reason added to `found`, when it does not fit."""
    try:
        # JSON is the one form in which strict still knows dates, lists and choices.
        return _adapter(kind).validate_json(json.dumps([table], default=str, ensure_ascii=False))[0]
    except ValidationError as error:
        for one in error.errors(include_url=False):
            path = one["loc"][1:]
            found.append(place.problem(_path(table, path), _reason(kind, path, one["type"], one["msg"], one["input"])))
        return None


def tables_in(table: Table, key: str, place: Place, found: list[Problem]) -> list[Table]:
    """Return the tables of a list inside a table; none, with a problem, when something else stands there."""
    tables = table.get(key, [])
    if isinstance(tables, list) and all(isinstance(one, dict) for one in tables):
        return tables
    found.append(place.problem(key, f"needs tables of their own, each under [[{key}]]"))
    return []


def step_name(step: object, number: int) -> str:
    """Return how a path names one entry of a list: by its id where it has one."""
    name = step.get("id") or step.get("key") if isinstance(step, Mapping) else None
    return f"[{name or number}]"


def _adapter(kind: type[Kind]) -> TypeAdapter[list[Kind]]:
    if kind not in _ADAPTERS:
        # Around a list, for a dataclass takes no configuration of its own; it hands this one on to all inside.
        config = ConfigDict(extra="forbid", strict=True, alias_generator=file_name)
        _ADAPTERS[kind] = TypeAdapter(list[kind], config=config)  # type: ignore[valid-type]
    return _ADAPTERS[kind]


def _path(table: object, path: Sequence[str | int]) -> str:
    """Return a path with ids in place of numbers: instrument[leaf-scale].name.en."""
    shown = ""
    for step in path:
        inner = table[step] if isinstance(table, list) and isinstance(step, int) and step < len(table) else None
        if isinstance(step, int):
            shown += step_name(inner, step)
        else:
            shown += f".{step}" if shown else step
            inner = table.get(step) if isinstance(table, Mapping) else None
        table = inner
    return shown


def _reason(kind: type[Any], path: Sequence[str | int], error: str, message: str, value: object) -> str:
    if error in ("unexpected_keyword_argument", "missing"):
        what = "missing" if error == "missing" else "unknown field"
        return f"{what}; known fields: {', '.join(_fields_at(kind, path[:-1]))}"
    return f"{message}; found {value!r}"


def _fields_at(kind: Any, path: Sequence[str | int]) -> list[str]:
    """Return the fields that a file may write at a path inside a record."""
    for step in path:
        kind = _step(kind, step)
    bare = _bare(kind)
    return sorted(file_name(field.name) for field in fields(bare)) if is_dataclass(bare) else []


def _step(kind: Any, step: str | int) -> Any:
    bare = _bare(kind)
    if is_dataclass(bare):
        return next(hint for name, hint in get_type_hints(bare).items() if file_name(name) == step)
    return get_args(bare)[0 if isinstance(step, int) else -1]


def _bare(kind: Any) -> Any:
    """Return X for X | None."""
    arguments = [one for one in get_args(kind) if one is not type(None)]
    return arguments[0] if len(arguments) < len(get_args(kind)) else kind
