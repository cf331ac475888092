"""Filling a database with any number of invented enterprises, with what they answered, keep and were told.

Running it again adds only what is missing. Nobody is a member of them, answers have no files and programmes no own
words; all else is as the deeds of people leave it: rounds, rulings, decisions, and a log that closes.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from core.domain.catalogue import Catalogue
from core.domain.instruments import register_facts
from core.domain.population import InventedAssessment, InventedEnterprise, Inventor
from core.domain.recomputing import Rescoring, letters_of
from core.domain.review import QueueFacts
from core.errors import BadInput
from core.services.environment import Environment
from core.storage.bulk import refresh_statistics
from core.storage.demo import population_recipe
from core.storage.exchange import Exchange, write_exchange
from core.storage.invention import HandedIn, Population, count_others

AT_ONCE = 500
"""Enterprises of one transaction."""


def populate(environment: Environment, enterprises: int, seed: int) -> Iterator[int]:
    """Let there be so many invented enterprises of a seed; tell after each transaction how many are looked after.

    Raises BadInput("population-among-real") where enterprises are that are not invented.
    """
    if not enterprises:
        return
    recipe = population_recipe()
    with environment.database.reading() as session:
        others = count_others(session, recipe.mark)
    if others:
        raise BadInput("population-among-real", count=others)
    # As of yesterday, so that nothing has happened later than now.
    today = environment.today() - timedelta(days=1)
    catalogue, rescoring = environment.catalogue, Rescoring(environment.catalogue)
    inventor = Inventor(recipe, catalogue, seed, today)
    for first in range(0, enterprises, AT_ONCE):
        numbers = range(first, min(first + AT_ONCE, enterprises))
        with environment.database.writing() as session:
            population = Population(session, seed, catalogue.edition, today)
            population.add_reviewers(
                {one.code: recipe.reviewer.format(province=one.name.vi) for one in catalogue.provinces.values()}
            )
            for number in population.missing(numbers):
                invented = inventor.enterprise(number)
                handed_in = [_handed_in(catalogue, rescoring, invented, one) for one in invented.assessments]
                population.add(invented, handed_in, recipe.reviewed_reason)
            population.write()
        yield numbers.stop
    with environment.database.writing() as session:
        refresh_statistics(session)


def _handed_in(
    catalogue: Catalogue, rescoring: Rescoring, enterprise: InventedEnterprise, assessment: InventedAssessment
) -> HandedIn | None:
    on = assessment.submitted_on
    if on is None:
        return None
    exchange = Exchange(catalogue.edition, on, enterprise.profile, assessment.answers, assessment.instruments)
    is_overdue = bool(register_facts(assessment.instruments, catalogue.group2, on).overdue)
    published = rescoring.published(enterprise.profile, letters_of(assessment.answers), is_overdue=is_overdue)
    # Everybody invented answers something, so there is a score.
    assert published is not None
    low, level = published
    facts = QueueFacts(level.level, str(low), len(level.gates), is_overdue)
    return HandedIn(write_exchange(exchange, indent=None), facts)
