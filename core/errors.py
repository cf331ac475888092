"""Every exception of ours: a code and details, never a sentence.

    DoChuanError
    ├── BadInput              what a person or a file gave cannot be used (command line: status 2)
    │   ├── ContentError      a file of content/ is wrong: file, record, field
    │   ├── AnswerRefused     an answer cannot be kept as it stands
    │   ├── ProfileRefused    a field of the profile cannot be kept as it stands
    │   ├── ProgrammeRefused  an edit of the programme cannot be kept as it stands
    │   ├── ReportRefused     a yearly report, a difficulty or a proposal cannot be kept as it stands
    │   ├── ReviewRefused     a ruling, a remark or a decision cannot be kept as it stands
    │   ├── SessionRefused    an advised session cannot be opened
    │   ├── AccountRefused    sign-up, sign-in or a change of password is refused
    │   └── FileRefused       an uploaded or exchange file cannot be taken
    ├── NotThere              no such thing, or not for this person: one answer for both
    ├── OutOfOrder            a step that the present state does not allow
    └── Conflict              somebody else saved the same field meanwhile

The sentences for a code stand in content/words/errors.toml: what happened, how to mend it.
"""

from __future__ import annotations


class DoChuanError(Exception):
    """An expected refusal: `code` names the sentence in content/words/errors.toml, `details` fill it."""

    def __init__(self, code: str, **details: object) -> None:
        self.code = code
        self.details = details
        shown = ", ".join(f"{name}={value!r}" for name, value in details.items())
        super().__init__(f"{code}: {shown}" if shown else code)


class BadInput(DoChuanError):
    """What a person or a file gave cannot be used."""


class ContentError(BadInput):
    """A file of content/ is wrong; details: file, record, field, problem."""


class AnswerRefused(BadInput):
    """An answer cannot be kept as it stands; details: question."""


class ProfileRefused(BadInput):
    """A field of the profile cannot be kept as it stands; details: field."""


class ProgrammeRefused(BadInput):
    """An edit of the programme cannot be kept as it stands; details: path."""


class ReportRefused(BadInput):
    """A yearly report, a difficulty or a proposal cannot be kept as it stands; details: path."""


class ReviewRefused(BadInput):
    """A ruling, a remark or a decision cannot be kept as it stands; details: question, where it is about one."""


class ViewRefused(BadInput):
    """A view of one's own, or what settles several, that cannot be kept as it stands."""


class SessionRefused(BadInput):
    """An advised session cannot be opened."""


class AccountRefused(BadInput):
    """Sign-up, sign-in or a change of password is refused."""


class FileRefused(BadInput):
    """An uploaded or exchange file cannot be taken; details: place, seen, expected."""


class NotThere(DoChuanError):
    """No such thing, or not for this person. The two are never told apart."""

    def __init__(self, code: str = "not-there", **details: object) -> None:
        super().__init__(code, **details)


class OutOfOrder(DoChuanError):
    """A step that the present state does not allow; details: state, step."""


class Conflict(DoChuanError):
    """Somebody else saved the same field meanwhile; details: who, at, theirs, yours."""
