"""docs/exchange-file.md shows a file that the reader takes and names fields that exist."""

from __future__ import annotations

import re
from pathlib import Path

from core.services.exchanging import open_file
from core.storage.exchange import json_schema

PAGE = (Path(__file__).resolve().parents[2] / "docs/exchange-file.md").read_text(encoding="utf-8")


def test_the_example_on_the_page_is_a_whole_file():
    [example] = re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL)
    opened = open_file(example)
    assert opened.notices == ()
    assert len(opened.exchange.answers) == 3


def test_every_choice_that_the_page_names_is_one_of_the_schema():
    definitions = json_schema()["$defs"]
    for name in ("EnterpriseKind", "Use", "Theme", "FeedbackKind"):
        for choice in definitions[name]["enum"]:
            assert f"`{choice}`" in PAGE
