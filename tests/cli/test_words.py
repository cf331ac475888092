"""Every error code that the source raises has its sentences in both languages, and every detail they name is given."""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from core import errors
from core.storage import exchange
from core.storage.content import load_catalogue
from core.storage.repository_redlines import ANSWERED_MEANWHILE

ROOT = Path(__file__).resolve().parents[2]
SOURCES = sorted([*ROOT.glob("core/**/*.py"), *ROOT.glob("pages/**/*.py")])
RAISED = {
    name for name, kind in vars(errors).items() if inspect.isclass(kind) and issubclass(kind, errors.DoChuanError)
}
# Other calls whose first argument is a code: notices, flaws of a file or a cell, and helpers that raise.
CARRIERS = {
    *RAISED,
    *("Notice", "_Flaw", "_check_range", "CellFault", "told", "_Unfit", "_required_line", "_required_text"),
}
# Said by the command line itself, and the code of an exception without arguments.
UNRAISED = {"fault", "not-there"}
WORDS = {key.removeprefix("errors."): text for key, text in load_catalogue().words.items() if key.startswith("errors.")}
CODES_WITH_WORDS = {key.rpartition(".")[0] for key in WORDS}


def codes_in(path: Path) -> Iterator[tuple[str, int]]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and node.args:
            name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
            if name in CARRIERS:
                for code in strings_of(node.args[0]):
                    yield code, node.lineno


def strings_of(argument: ast.expr) -> Iterator[str]:
    """The codes an argument can be: a text, either side of a choice, or a text with "field" in front."""
    if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
        yield argument.value
    elif isinstance(argument, ast.IfExp):
        yield from strings_of(argument.body)
        yield from strings_of(argument.orelse)
    elif isinstance(argument, ast.JoinedStr):
        assert ast.unparse(argument) == "f'{field}-too-long'", f"a code made up of parts: {ast.unparse(argument)}"
        yield from ("note-too-long", "reason-too-long")


FOUND = sorted({(code, f"{path.relative_to(ROOT)}:{line}") for path in SOURCES for code, line in codes_in(path)})
CODES = sorted(
    {code for code, _where in FOUND} | set(exchange._CODES.values()) | set(ANSWERED_MEANWHILE.values()) | UNRAISED
)


def test_the_walk_finds_codes_of_every_room():
    assert {"note-too-long", "exchange-key-twice", "money-not-whole", "sign-in-failed", "changed-meanwhile"} <= set(
        CODES
    )
    assert len(CODES) > 90


@pytest.mark.parametrize("code", CODES)
def test_every_code_has_what_happened_and_how_to_mend_it(code):
    where = [place for found, place in FOUND if found == code]
    for part in ("what", "mend"):
        assert f"{code}.{part}" in WORDS, f"content/words/errors.toml lacks [{code}] {part}; raised at {where}"
        text = WORDS[f"{code}.{part}"]
        assert names_in(text.vi) == names_in(text.en), f"[{code}] {part} names other details in English"


def test_no_sentence_waits_for_a_code():
    assert CODES_WITH_WORDS - set(CODES) == set()


def names_in(text: str) -> set[str]:
    return set(re.findall(r"\{(\w+)\}", text))


def details_of(path: Path) -> Iterator[tuple[str, set[str]]]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and node.args and isinstance(node.func, ast.Name) and node.func.id in RAISED:
            given = {keyword.arg or "**" for keyword in node.keywords}
            if "**" not in given:
                for code in strings_of(node.args[0]):
                    yield code, given


def test_every_detail_that_a_sentence_names_is_given_where_the_code_is_raised():
    missing = [
        (str(path.relative_to(ROOT)), code, sorted(wanted - given))
        for path in SOURCES
        for code, given in details_of(path)
        if f"{code}.what" in WORDS
        and not (wanted := names_in(WORDS[f"{code}.what"].vi) | names_in(WORDS[f"{code}.mend"].vi)) <= given
    ]
    assert missing == []
