"""`check-log`: a whole chain is counted, and one edited row is named."""

from __future__ import annotations

from sqlalchemy import text

from core.services import accounts


def test_a_whole_chain_is_counted_and_an_edited_row_named(run, environment):
    run("migrate")
    for name in ("first", "second", "third"):
        accounts.add_account(environment, email=f"{name}@example.vn", name=name, password="chè xanh buổi sớm")
    whole = run("check-log", "--lang", "en")
    assert whole.status == 0
    assert "closes: 3 events" in whole.out

    with environment.database.writing() as session:
        session.execute(text("UPDATE event SET after = '{}' WHERE sequence = 2"))

    broken = run("check-log", "--lang", "en")
    assert broken.status == 2
    assert "2: account.added, account" in broken.err
    assert "up to event 1" in broken.err
