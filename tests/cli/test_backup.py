"""`backup` copies the database while it is in use; `restore` puts a copy back and deletes nothing."""

from __future__ import annotations

import sqlite3

import pytest

from core.services import accounts, maintaining
from core.services.environment import Environment, transaction
from core.storage.database import Database


def add(environment, name):
    accounts.add_account(environment, email=f"{name}@example.vn", name=name, password="chè xanh buổi sớm")


def emails(run):
    return [line.split("\t")[0] for line in run("account", "list").out.splitlines()]


def test_a_copy_made_in_the_middle_of_work_brings_everything_back(run, environment, tmp_path):
    run("migrate")
    add(environment, "first")
    copy = tmp_path / "copy.sqlite"
    with transaction(environment):
        assert run("backup", copy).status == 0
    add(environment, "second")

    done = run("restore", copy)

    assert done.status == 0
    assert emails(run) == ["first@example.vn"]
    [aside] = [path for path in tmp_path.glob("cli.sqlite.*") if path.suffix not in (".sqlite-wal", ".sqlite-shm")]
    assert str(aside) in done.out
    with sqlite3.connect(aside) as former:
        assert former.execute("SELECT count(*) FROM account").fetchone() == (2,)
    assert run("restore", aside).status == 0
    assert emails(run) == ["first@example.vn", "second@example.vn"]


def test_a_copy_never_overwrites_a_file(run, environment, tmp_path):
    run("migrate")
    kept = tmp_path / "kept.sqlite"
    kept.write_text("something else")
    done = run("backup", kept)
    assert done.status == 2
    assert "đã có sẵn" in done.err
    assert kept.read_text() == "something else"


@pytest.mark.parametrize("content", [b"", b"no database at all" * 100], ids=["empty", "foreign"])
def test_a_file_that_is_no_copy_of_ours_is_refused_and_nothing_moves(run, environment, tmp_path, content):
    run("migrate")
    add(environment, "first")
    foreign = tmp_path / "foreign.sqlite"
    foreign.write_bytes(content)
    assert run("restore", foreign).status == 2
    assert run("restore", tmp_path / "none.sqlite").status == 2
    assert emails(run) == ["first@example.vn"]


def test_a_database_in_use_is_not_replaced(run, environment, tmp_path):
    run("migrate")
    copy = tmp_path / "copy.sqlite"
    run("backup", copy)
    other = Database(environment.database.url.render_as_string(hide_password=False))
    with other.reading() as session:
        session.connection()
        done = run("restore", copy)
    other.dispose()
    assert done.status == 2
    assert "Dừng ứng dụng" in done.err


def test_postgresql_is_left_to_its_own_tools(run, environment, monkeypatch, tmp_path):
    elsewhere = Environment(environment.catalogue, Database("postgresql://nobody@127.0.0.1:1/none"))
    monkeypatch.setattr(maintaining, "shared_environment", lambda: elsewhere)
    done = run("backup", tmp_path / "copy")
    assert done.status == 2
    assert "pg_dump" in done.err
