"""content/ → Catalogue: the one place that opens the files of content/ and reads TOML.

A file that is wrong is refused with its name, the record, the field and what would be right.
    content_records.py    one table → one dataclass, strictly
    content_templates.py  documents: blocks, letter heads, registers of names
    content_stock.py      all records of all files; the choice of one edition
    content_checks.py     what the records must agree on with each other
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from pathlib import Path

from core.domain.catalogue import Catalogue
from core.errors import ContentError
from core.storage.content_checks import method_problems, published_lines, stock_problems, text_problems
from core.storage.content_records import Problem, Table
from core.storage.content_stock import TOP_KEYS, DatedMethod, Stock, catalogue_of, method_on, methods_of, stock_of

CONTENT = Path(__file__).resolve().parents[2] / "content"
PATTERNS = (
    "*.toml",
    "topics/*.toml",
    "sectors/*.toml",
    "programme/*.toml",
    "programme/procedures/*.toml",
    "words/*.toml",
)
LISTS = ("provinces.csv", "group2-instruments.csv")
PUBLISHED = "published-ids.txt"


@dataclass(frozen=True, slots=True, order=True)
class DueReview:
    """A fact whose day of review has come: open `document` and look whether it still says so."""

    review_by: date
    kind: str
    id: str
    document: str

    def __str__(self) -> str:
        return f"{self.kind} '{self.id}' was to be looked at again by {self.review_by}: open {self.document}"


def load_catalogue(edition: str | None = None, root: Path = CONTENT) -> Catalogue:
    """Return one edition of the catalogue, by default the current one; read once per edition and folder.

    Raises ContentError with the first of the problems that check_content tells.
    """
    return _catalogue(edition or current_edition(root), root)


@lru_cache
def current_edition(root: Path = CONTENT) -> str:
    """Return the edition in which a new assessment begins."""
    return _checked(root).current


def check_content(root: Path = CONTENT) -> list[Problem]:
    """Return everything that is wrong in content/, sorted by file and record; empty when all is well."""
    return _examined(root)[1]


def due_reviews(catalogue: Catalogue, on: date) -> tuple[DueReview, ...]:
    """Return the duties, sources and support lines whose day of review has come, the earliest first."""
    duties = (
        DueReview(duty.review_by, "duty", duty.id, f"{duty.instrument.vi}, {duty.article.vi}")
        for duty in catalogue.duties.values()
    )
    sources = (
        DueReview(source.review_by, "source", source.id, source.cite.vi)
        for source in catalogue.sources.values()
        if source.review_by is not None
    )
    support = (DueReview(line.review_by, "support_line", line.id, line.cite.vi) for line in catalogue.support_lines)
    return tuple(sorted(one for one in (*duties, *sources, *support) if one.review_by <= on))


def list_ids(root: Path = CONTENT) -> list[str]:
    """Return the lines that published-ids.txt must hold."""
    return published_lines(_examined(root)[0])


def document_names(root: Path = CONTENT) -> dict[str, frozenset[str]]:
    """Return the names that documents may use: "condition", "placeholder" and "collection", each as a set."""
    stock = _checked(root)
    return {kind: stock.ids_of(kind) for kind in ("condition", "placeholder", "collection")}


def with_method(catalogue: Catalogue, data: bytes, name: str, root: Path = CONTENT) -> Catalogue:
    """Return an edition as it would be under the last method of a file in the shape of method.toml; nothing is kept.

    Raises ContentError with the first problem, naming the file.
    """
    found: list[Problem] = []
    methods: tuple[DatedMethod, ...] = ()
    try:
        methods = methods_of(tomllib.loads(data.decode("utf-8")), found)
    except (ValueError, RecursionError) as error:
        # Not TOML, not UTF-8, a number of thousands of digits, thousands of brackets.
        found.append(Problem(name, "", "", f"cannot be read: {error}"))
    if methods and not found:
        found.extend(method_problems(_checked(root), _latest(methods)))
    if found or not methods:
        first = found[0] if found else Problem(name, "", "method", "there is none")
        raise ContentError(
            "content-wrong",
            file=name,
            record=first.record,
            field=first.field,
            problem=first.problem,
            count=max(len(found), 1),
        )
    latest = _latest(methods)
    weights = latest.topic_weights
    topics = tuple(replace(topic, weight=weights.get(topic.id, 0)) for topic in catalogue.topics)
    return replace(catalogue, method=latest.method, topics=topics)


def _latest(methods: Iterable[DatedMethod]) -> DatedMethod:
    return max(methods, key=lambda one: one.valid_from)


@lru_cache
def _catalogue(edition: str, root: Path) -> Catalogue:
    stock = _checked(root)
    chosen = stock.editions.get(edition)
    dated = method_on(stock, chosen.published_on) if chosen else None
    if chosen is None or dated is None:
        raise ContentError(
            "edition-unknown",
            file="catalogue.toml",
            record=edition,
            field="edition",
            problem=f"known editions: {', '.join(sorted(stock.editions))}",
        )
    return catalogue_of(stock, chosen, dated.method)


@lru_cache
def _checked(root: Path) -> Stock:
    stock, problems = _examined(root)
    if problems:
        first = problems[0]
        raise ContentError(
            "content-wrong",
            file=f"content/{first.file}",
            record=first.record,
            field=first.field,
            problem=first.problem,
            count=len(problems),
        )
    return stock


def _examined(root: Path) -> tuple[Stock, list[Problem]]:
    """Return all records that fit, and all problems."""
    found: list[Problem] = []
    files = _tables(root, found)
    lists = {name: _text(root, name, found) for name in LISTS}
    stock = stock_of(files, lists, found)
    for file, table in files.items():
        found.extend(text_problems(file, table, stock.wording))
    for file, text in lists.items():
        found.extend(text_problems(file, {"line": text.rstrip("\n").split("\n")}, stock.wording))
    found.extend(stock_problems(stock, _text(root, PUBLISHED, found)))
    return stock, sorted(set(found))


def _tables(root: Path, found: list[Problem]) -> dict[str, Table]:
    files: dict[str, Table] = {}
    for path in sorted(path for pattern in PATTERNS for path in root.glob(pattern)):
        name = path.relative_to(root).as_posix()
        try:
            files[name] = tomllib.loads(_text(root, name, found))
        except tomllib.TOMLDecodeError as error:
            found.append(Problem(name, "", "", f"cannot be read: {error}"))
    for name in TOP_KEYS:
        if name not in files and not (root / name).exists():
            found.append(Problem(name, "", "", "the file is missing"))
    return files


def _text(root: Path, name: str, found: list[Problem]) -> str:
    """Return a file as text; empty, with a problem, when it is missing or not UTF-8."""
    try:
        return (root / name).read_bytes().decode("utf-8")
    except FileNotFoundError:
        found.append(Problem(name, "", "", "the file is missing"))
    except UnicodeDecodeError as error:
        found.append(Problem(name, "", "", f"not UTF-8: {error}"))
    return ""
