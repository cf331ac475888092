"""Accounts from the command line: a password printed once, roles, blocking, a link to reset."""

from __future__ import annotations

import re

import pytest

from core.errors import AccountRefused
from core.language import Language
from core.services import accounts


def sign_in(environment, email: str, password: str) -> accounts.SignedIn:
    return accounts.sign_in(environment, email=email, password=password, address="127.0.0.1", language=Language.VI)


def test_a_database_that_was_not_migrated_is_refused_with_the_command_that_mends_it(run, environment):
    done = run("account", "list")
    assert done.status == 2
    assert "python -m core migrate" in done.err


def test_a_new_account_signs_in_with_the_password_printed_and_must_change_it(run, environment):
    assert run("migrate").status == 0
    assert run("migrate").status == 0
    done = run("account", "add", "--email", "Lead@Example.VN", "--name", "Người quản trị", "--role", "administrator")
    assert done.status == 0
    password = re.search(r": (\S+)$", done.out.strip())[1]
    assert sign_in(environment, "lead@example.vn", password).account.must_change
    assert run("account", "list").out == "lead@example.vn\tNgười quản trị\tadministrator\n"


def test_a_provincial_role_needs_its_province(run, environment):
    run("migrate")
    refused = run("account", "add", "--email", "a@example.vn", "--name", "Chuyên gia", "--role", "adviser")
    assert refused.status == 2
    assert "mã tỉnh" in refused.err
    added = (
        "account",
        "add",
        "--email",
        "a@example.vn",
        "--name",
        "Chuyên gia",
        "--role",
        "adviser",
        "--province",
        "19",
    )
    assert run(*added).status == 0
    twice = run(*added)
    assert twice.status == 2
    assert "đã có tài khoản" in twice.err


def test_a_blocked_account_cannot_sign_in_until_it_is_unblocked(run, environment):
    run("migrate")
    added = run("account", "add", "--email", "b@example.vn", "--name", "Bà Hoa")
    password = added.out.split()[-1]
    assert run("account", "block", "B@example.vn").status == 0
    assert "đang khóa" in run("account", "list").out
    with pytest.raises(AccountRefused, match="account-blocked"):
        sign_in(environment, "b@example.vn", password)
    assert run("account", "unblock", "b@example.vn").status == 0
    assert sign_in(environment, "b@example.vn", password).account.email == "b@example.vn"


def test_a_reset_link_sets_a_new_password_once(run, environment):
    run("migrate")
    run("account", "add", "--email", "c@example.vn", "--name", "Ông Cả")
    link = run("account", "reset-link", "c@example.vn").out.strip()
    token = link.rpartition("/")[2]
    accounts.reset_password(environment, token, "đồi chè buổi sớm")
    assert not sign_in(environment, "c@example.vn", "đồi chè buổi sớm").account.must_change
    with pytest.raises(AccountRefused, match="link-over"):
        accounts.reset_password(environment, token, "đồi chè buổi chiều")


@pytest.mark.parametrize("command", ["block", "unblock", "reset-link"])
def test_an_account_that_is_not_there_is_refused(run, environment, command):
    run("migrate")
    done = run("account", command, "nobody@example.vn")
    assert done.status == 2
    assert "nobody@example.vn" in done.err
