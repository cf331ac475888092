"""The command line: `python -m core …`. Each command calls one service and prints what it returns.

Exit status 0 when done, 2 for bad input (place and mend on stderr), 1 for a fault of ours.
The words stand in content/words/cli.toml and errors.toml; `--lang en` speaks English.
"""

from __future__ import annotations

import json
import os
import secrets
import sys
import traceback
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID

import click

from core.domain.catalogue import Catalogue
from core.domain.permissions import Actor, GrantedRole, Role
from core.domain.population import SEEDS
from core.domain.scorecard import ScoreKind
from core.errors import BadInput, ContentError, DoChuanError, FileRefused, NotThere
from core.language import Language
from core.services import (
    accounts,
    as_data,
    auditing,
    content_status,
    counting,
    demonstrating,
    exchanging,
    maintaining,
    noticing,
    planning,
    populating,
    recomputing,
)
from core.services.environment import Environment
from core.services.exchanging import DraftForm, OpenedFile

OK, FAULT, BAD_INPUT = 0, 1, 2
PROGRAM = "python -m core"
STANDARD_INPUT = "-"
ENTERPRISE_ROLES = (Role.OWNER, Role.EDITOR, Role.VIEWER)
# Whoever can write to the database may do anything; the log shows deeds of the command line under the empty id.
OPERATOR = Actor(UUID(int=0), name="", email="", roles=(GrantedRole(Role.ADMINISTRATOR),))

_Function = TypeVar("_Function", bound=Callable[..., Any])


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return the exit status."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    language = _language_of(given)
    try:
        if not given or "--help" in given:
            _fill_help(commands, content_status.open_catalogue(), language)
        commands.main(args=given, prog_name=PROGRAM, standalone_mode=False)
    except click.exceptions.NoArgsIsHelpError as wanted:
        click.echo(wanted.format_message())
    except click.UsageError as error:
        return _refuse(_usage_error(error), language)
    except DoChuanError as error:
        return _refuse(error, language)
    except BrokenPipeError:
        # Whoever read our output has seen enough. Without this, Python complains again when it closes the stream.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except Exception:
        traceback.print_exc()
        return _complain(FAULT, "errors.fault", {}, language)
    return OK


def _lang(command: _Function) -> _Function:
    """Give a command `--lang`."""
    choice = click.Choice([language.value for language in Language])
    return click.option("--lang", type=choice, default=Language.VI.value, callback=_as_language)(command)


def _as_language(_context: click.Context, _option: click.Parameter, value: str) -> Language:
    return Language(value)


@click.group(no_args_is_help=True)
def commands() -> None:
    """Everything that can be done without a screen."""


# --- Content and files: no database is needed ---


@commands.command()
@click.option("--edition")
@_lang
def catalogue(edition: str | None, lang: Language) -> None:
    """Print what an answer file can speak of."""
    _print_json(as_data.catalogue_data(content_status.open_catalogue(edition)))


@commands.command("check-content")
@_lang
def check_content(lang: Language) -> None:
    """Check every file of content/."""
    problems = content_status.problems()
    for problem in problems:
        click.echo(problem, err=True)
    if problems:
        raise BadInput("content-problems", count=len(problems))
    for review in content_status.reviews_due(content_status.open_catalogue()):
        click.echo(review, err=True)
    _say("content-well", lang)


@commands.command()
@_lang
def schema(lang: Language) -> None:
    """Print the JSON Schema of the exchange file."""
    _print_json(content_status.exchange_schema())


@commands.command()
@click.argument("file")
@click.option("--kind", type=click.Choice([kind.value for kind in ScoreKind]), default=ScoreKind.SELF.value)
@_lang
def score(file: str, kind: str, lang: Language) -> None:
    """Print the scorecard and the gaps of an exchange file."""
    scored = exchanging.score_file(_read(file), ScoreKind(kind))
    _say_notices(scored.file, lang)
    _print_json(
        {
            "on": scored.file.exchange.on.isoformat(),
            **as_data.scorecard_data(scored.scorecard),
            "findings": as_data.findings_data(scored.findings),
            "notices": [{"code": one.code, **one.details} for one in scored.file.notices],
        }
    )


@commands.command()
@click.argument("file")
@click.option("--year", type=int)
@_lang
def plan(file: str, year: int | None, lang: Language) -> None:
    """Print when each instrument of an exchange file is due, and the plan of a year with its money."""
    opened = exchanging.open_file(_read(file))
    planned = planning.file_plan(opened, year)
    _say_notices(opened, lang)
    exchange = opened.exchange
    _print_json(
        {
            "catalogue": exchange.catalogue,
            "on": exchange.on.isoformat(),
            "instruments": as_data.plan_data(opened.catalogue, exchange.instruments, exchange.on),
            "plan": as_data.year_plan_data(planned),
        }
    )


@commands.command()
@click.argument("file")
@click.option("--to", "target", required=True)
@_lang
def draft(file: str, target: str, lang: Language) -> None:
    """Write the draft decision and programme of an exchange file."""
    form = next((form for form in DraftForm if target.lower().endswith(f".{form.value}")), None)
    if form is None:
        expected = ", ".join(f".{one.value}" for one in DraftForm)
        raise FileRefused("draft-form-unknown", place=target, seen=Path(target).suffix, expected=expected)
    opened = exchanging.open_file(_read(file))
    _say_notices(opened, lang)
    content = exchanging.draft_file(opened, form, lang)
    try:
        Path(target).write_bytes(content)
    except OSError as error:
        raise FileRefused("file-not-written", place=target, seen=error.strerror or "", expected="") from None


# --- The log, the notices ---


@commands.command("check-log")
@_lang
def check_log(lang: Language) -> None:
    """Tell whether the chain of events closes; one edited row is named."""
    with maintaining.open_environment() as environment:
        found = auditing.check_whole_log(environment)
    if found.broken is not None:
        event = found.broken
        place = f"{event.sequence}: {event.action}, {event.place}, {event.at.isoformat()}"
        raise BadInput("log-broken", place=place, whole=found.whole)
    _say("log-whole", lang, count=found.whole)


@commands.command()
@_lang
def recount(lang: Language) -> None:
    """Count anew what the officials' figures come from; for a timer to call once a month."""
    with maintaining.open_environment() as environment:
        _say("recounted", lang, count=counting.recount(environment))


@commands.command()
@_lang
def notify(lang: Language) -> None:
    """Send each person with waiting notices one mail; for a timer."""
    with maintaining.open_environment() as environment:
        report = noticing.send_digests(environment)
    _say("notified", lang, sent=report.sent, refused=report.refused)


# --- The database ---


@commands.command()
@_lang
def migrate(lang: Language) -> None:
    """Bring the database to the present form."""
    with maintaining.open_environment() as environment:
        maintaining.migrate(environment)
    _say("migrated", lang)


@commands.command()
@click.argument("file")
@_lang
def backup(file: str, lang: Language) -> None:
    """Write a copy of the database, also while the application runs."""
    with maintaining.open_environment() as environment:
        maintaining.back_up(environment, Path(file))
    _say("backed-up", lang, file=file)


@commands.command()
@click.argument("file")
@_lang
def restore(file: str, lang: Language) -> None:
    """Put a copy in the place of the database; the former one is kept beside it."""
    with maintaining.open_environment() as environment:
        aside = maintaining.restore(environment, Path(file))
    _say("restored", lang, file=file, aside=aside)


@commands.command()
@click.option("--enterprises", type=click.IntRange(0), default=0)
@click.option("--seed", type=click.IntRange(0, SEEDS - 1), default=0)
@_lang
def demo(enterprises: int, seed: int, lang: Language) -> None:
    """Fill the database with invented organisations, and with so many more; passwords are printed once."""
    with maintaining.open_environment() as environment:
        made = demonstrating.demonstrate(environment)
        with click.progressbar(length=enterprises, file=sys.stderr) as bar:
            for done in populating.populate(environment, enterprises, seed):
                bar.update(done - bar.pos)
    for one in made:
        password = one.password or _word("cli.demo-there", lang)
        click.echo(
            "\t".join((one.person.email, password, one.person.role.value, one.person.province or one.person.firm))
        )
    _say("demo-done", lang, to_error=True)


@commands.command()
@click.option("--method", required=True)
@_lang
def recompute(method: str, lang: Language) -> None:
    """Print whose level would move under another method; nothing is written."""
    data = _read(method)
    with maintaining.open_environment() as environment:
        moves = recomputing.preview_method(environment, OPERATOR, data, method)
    _print_json(
        {
            kind.value: {"levels": as_data.table_data(one.levels), "sectors": as_data.table_data(one.sectors)}
            for kind, one in moves.items()
        }
    )


@commands.group()
def account() -> None:
    """Accounts of people."""


@account.command("add")
@click.option("--email", required=True)
@click.option("--name", required=True)
@click.option("--role", type=click.Choice([role.value for role in Role if role not in ENTERPRISE_ROLES]))
@click.option("--province", default="")
@_lang
def add_account(email: str, name: str, role: str | None, province: str, lang: Language) -> None:
    """Make an account; its password is printed once and must be changed at the first sign-in."""
    password = secrets.token_urlsafe(12)
    roles = (GrantedRole(Role(role), province),) if role else ()
    with maintaining.open_environment() as environment:
        added = accounts.add_account(environment, email=email, name=name, password=password, roles=roles)
    _say("account-added", lang, email=added.email, password=password)


@account.command("list")
@_lang
def list_accounts(lang: Language) -> None:
    """Print the accounts with their roles."""
    with maintaining.open_environment() as environment:
        lines = accounts.list_accounts(environment, OPERATOR)
    for line in lines:
        roles = ", ".join(f"{role.role.value} {role.province}".strip() for role in line.roles)
        state = _word("cli.blocked", lang) if line.account.is_blocked else ""
        click.echo("\t".join((line.account.email, line.account.name, roles, state)).rstrip())


@account.command("block")
@click.argument("email")
@_lang
def block_account(email: str, lang: Language) -> None:
    """Block an account; its sessions end at once."""
    _set_blocked(email, blocked=True)
    _say("account-blocked", lang, email=email)


@account.command("unblock")
@click.argument("email")
@_lang
def unblock_account(email: str, lang: Language) -> None:
    """Let a blocked account sign in again."""
    _set_blocked(email, blocked=False)
    _say("account-unblocked", lang, email=email)


@account.command("reset-link")
@click.argument("email")
@_lang
def reset_link(email: str, lang: Language) -> None:
    """Print a link for a new password, to be handed to its owner."""
    with maintaining.open_environment() as environment:
        click.echo(accounts.make_reset_link(environment, OPERATOR, _account_id(environment, email)))
    _say("reset-link", lang, to_error=True)


def _set_blocked(email: str, *, blocked: bool) -> None:
    with maintaining.open_environment() as environment:
        accounts.set_blocked(environment, OPERATOR, _account_id(environment, email), blocked=blocked)


def _account_id(environment: Environment, email: str) -> UUID:
    wanted = accounts.normal_email(email)
    lines = accounts.list_accounts(environment, OPERATOR)
    found = next((line.account.id for line in lines if line.account.email == wanted), None)
    if found is None:
        raise NotThere("account-not-there", email=wanted)
    return found


# --- Reading and printing ---


def _read(file: str) -> bytes:
    if file == STANDARD_INPUT:
        return sys.stdin.buffer.read()
    try:
        return Path(file).read_bytes()
    except OSError as error:
        raise FileRefused("file-unreadable", place=file, seen=error.strerror or "", expected="") from None


def _print_json(content: Mapping[str, Any]) -> None:
    click.echo(json.dumps(content, ensure_ascii=False, indent=1, allow_nan=False))


def _say_notices(file: OpenedFile, language: Language) -> None:
    for notice in file.notices:
        _say_error(f"errors.{notice.code}", notice.details, language)


def _say(word: str, language: Language, *, to_error: bool = False, **details: object) -> None:
    click.echo(_word(f"cli.{word}", language).format_map(details), err=to_error)


def _refuse(error: DoChuanError, language: Language) -> int:
    return _complain(BAD_INPUT, f"errors.{error.code}", error.details, language)


def _complain(status: int, key: str, details: Mapping[str, object], language: Language) -> int:
    """Say on stderr what happened, where, and how to mend it."""
    try:
        if details.get("place"):
            click.echo(f"{_word('cli.place', language)}: {details['place']}", err=True)
        _say_error(key, details, language)
    except ContentError as broken:
        # The words themselves cannot be read; what is wrong in content/ is said in the editor's terms.
        click.echo(f"{key} {dict(details)}\n{broken}", err=True)
    return status


def _say_error(key: str, details: Mapping[str, object], language: Language) -> None:
    shown = _Details({name: str(value) for name, value in details.items()})
    for part in ("what", "mend"):
        click.echo(_word(f"{key}.{part}", language).format_map(shown), err=True)


class _Details(dict[str, str]):
    def __missing__(self, name: str) -> str:
        return "…"


def _word(key: str, language: Language) -> str:
    return content_status.open_catalogue().word(key)[language]


def _language_of(arguments: Sequence[str]) -> Language:
    """Return the language of messages before the command line is understood."""
    after_option = {value for option, value in pairwise(arguments) if option == "--lang"}
    wanted = "--lang=en" in arguments or Language.EN.value in after_option
    return Language.EN if wanted else Language.VI


def _usage_error(error: click.UsageError) -> BadInput:
    command = error.ctx.command_path if error.ctx else PROGRAM
    match error:
        case click.NoSuchOption():
            return BadInput("command-option-unknown", command=command, seen=error.option_name)
        case click.MissingParameter():
            return BadInput("command-parameter-missing", command=command, expected=_name_of(error.param))
        case click.BadParameter(param=parameter):
            choices = parameter.type.choices if parameter and isinstance(parameter.type, click.Choice) else ()
            expected = ", ".join(map(str, choices))
            return BadInput("command-parameter-wrong", command=command, seen=_name_of(parameter), expected=expected)
        case _:
            return BadInput("command-not-understood", command=command, seen=error.message)


def _name_of(parameter: click.Parameter | None) -> str:
    if parameter is None:
        return ""
    return parameter.opts[0] if isinstance(parameter, click.Option) else parameter.human_readable_name


def _fill_help(command: click.Command, catalogue: Catalogue, language: Language) -> None:
    """Put the words of content/words/cli.toml in place of the docstrings."""
    command.help = catalogue.word(f"cli.help.{command.name}")[language]
    for parameter in command.params:
        if isinstance(parameter, click.Option):
            parameter.help = catalogue.word(f"cli.option.{parameter.name}")[language]
    if isinstance(command, click.Group):
        for inner in command.commands.values():
            _fill_help(inner, catalogue, language)


if __name__ == "__main__":
    sys.exit(main())
