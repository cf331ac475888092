"""content/demo/: invented people and firms to look around with. Firms are exchange files; nobody here is real.

population.json: what any number of further enterprises is made of.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pydantic import ConfigDict, TypeAdapter

from core.domain.feedback import Addressee, FeedbackKind, Theme
from core.domain.permissions import Role
from core.domain.population import Recipe
from core.domain.statistics.selection import Wish
from core.storage.content import CONTENT


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """An invented person. `firm`: file of the enterprise they belong to, for owner, editor and viewer."""

    email: str
    name: str
    role: Role
    province: str = ""
    firm: str = ""


@dataclass(frozen=True, slots=True)
class DemoFeedback:
    """A difficulty or proposal of an invented firm, for the year of its report."""

    kind: FeedbackKind
    theme: Theme
    text: str
    cause: str = ""
    addressee: Addressee | None = None


@dataclass(frozen=True, slots=True)
class DemoLife:
    """What an invented firm made of its programme. days_ago: step → days before today. done, doing: tasks so marked.

    entries: places of the yearly report and what stands there.
    """

    firm: str
    asked: str
    outcome: str
    number: str
    days_ago: Mapping[str, int]
    done: int
    doing: int
    evidence: str
    entries: Mapping[str, str]
    feedback: tuple[DemoFeedback, ...]


@dataclass(frozen=True, slots=True)
class DemoRequest:
    """What an invented firm asks its Department for, after it has handed in."""

    firm: str
    wishes: tuple[Wish, ...]


@dataclass(frozen=True, slots=True)
class DemoPeriod:
    """A period of an invented firm that was reviewed, and the next one begun from it.

    adviser: address of who reviewed it. days_ago: answered, handed_in, reviewed, next and changed → days before today.
    words: those with the decision. added: question → level, what the firm answered beyond its file before it handed in.
    changes: question → level that it gave itself in the new period.
    """

    firm: str
    adviser: str
    days_ago: Mapping[str, int]
    words: str
    added: Mapping[str, int]
    changes: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class DemoViews:
    """A topic that people of an invented firm answered apart. said: address → question → level."""

    firm: str
    topic: str
    is_closed: bool
    said: Mapping[str, Mapping[str, int]]


_PERIODS = TypeAdapter(list[DemoPeriod], config=ConfigDict(extra="forbid", strict=True))
_VIEWS = TypeAdapter(list[DemoViews], config=ConfigDict(extra="forbid", strict=True))
_REQUESTS = TypeAdapter(list[DemoRequest], config=ConfigDict(extra="forbid", strict=True))
_LIVES = TypeAdapter(list[DemoLife], config=ConfigDict(extra="forbid", strict=True))
_PEOPLE = TypeAdapter(list[DemoPerson], config=ConfigDict(extra="forbid", strict=True))
_RECIPE = TypeAdapter(Recipe)


def population_recipe(root: Path = CONTENT) -> Recipe:
    """Return what invented enterprises are made of."""
    return _RECIPE.validate_json((root / "demo" / "population.json").read_bytes())


def demo_people(root: Path = CONTENT) -> tuple[DemoPerson, ...]:
    """Return the invented people; owners stand before their colleagues."""
    return tuple(_PEOPLE.validate_json((root / "demo" / "people.json").read_bytes()))


def demo_lives(root: Path = CONTENT) -> tuple[DemoLife, ...]:
    """Return what some invented firms made of their programmes."""
    return tuple(_LIVES.validate_json((root / "demo" / "lives.json").read_bytes()))


def demo_requests(root: Path = CONTENT) -> tuple[DemoRequest, ...]:
    """Return which invented firms hand in and ask for support."""
    return tuple(_REQUESTS.validate_json((root / "demo" / "support.json").read_bytes()))


def demo_periods(root: Path = CONTENT) -> tuple[DemoPeriod, ...]:
    """Return which invented firms are in their second period."""
    return tuple(_PERIODS.validate_json((root / "demo" / "periods.json").read_bytes()))


def demo_views(root: Path = CONTENT) -> tuple[DemoViews, ...]:
    """Return what people of invented firms say apart."""
    return tuple(_VIEWS.validate_json((root / "demo" / "views.json").read_bytes()))


def demo_firms(root: Path = CONTENT) -> dict[str, bytes]:
    """Return the invented firms as exchange files, by name."""
    return {path.stem: path.read_bytes() for path in sorted((root / "demo" / "firms").glob("*.json"))}
