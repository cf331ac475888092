"""What the content says of itself: editions, problems, facts to be looked at again, the form of the exchange file."""

from __future__ import annotations

from datetime import date
from typing import Any

from core.domain.catalogue import Catalogue
from core.language import VIETNAM
from core.services.environment import clock
from core.storage import content, exchange


def open_catalogue(edition: str | None = None) -> Catalogue:
    """Return an edition of the catalogue, by default the current one. Raises ContentError."""
    return content.load_catalogue(edition)


def problems() -> tuple[str, ...]:
    """Return everything that is wrong in content/, one line each: file, record, field and what would be right."""
    return tuple(str(problem) for problem in content.check_content())


def reviews_due(catalogue: Catalogue, on: date | None = None) -> tuple[str, ...]:
    """Return the facts whose day of review has come by a day, today when left out."""
    day = on or clock().astimezone(VIETNAM).date()
    return tuple(str(review) for review in content.due_reviews(catalogue, day))


def exchange_schema() -> dict[str, Any]:
    """Return the JSON Schema of the exchange file."""
    return exchange.json_schema()
