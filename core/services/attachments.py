"""What a file from outside is, told by its content; and what of it may stay.

Pictures are decoded and written anew, so that place, camera and anything hidden in them is gone.
"""

from __future__ import annotations

import io
import warnings
import zipfile
from dataclasses import dataclass
from pathlib import PurePosixPath, PureWindowsPath

from PIL import Image, ImageOps, UnidentifiedImageError

from core.errors import FileRefused
from core.language import clean

FILE_LIMIT = 5 * 1024 * 1024
"""Most bytes of one file."""
TAKEN_PHOTO_LIMIT = 20 * 1024 * 1024
"""Most bytes of a picture as a telephone takes it, before it is made small."""
PHOTO_LIMIT = 300_000
"""A picture of a type plate is smaller than this, in bytes."""
NAME_LIMIT = 120
LONGEST_SIDE = 2000
"""Pictures are made no larger than this, in pixels: enough to read a stamp."""
MOST_PIXELS = 60_000_000
MOST_UNPACKED = 60 * 1024 * 1024
MOST_ENTRIES = 2000
JPEG, PNG, PDF = "image/jpeg", "image/png", "application/pdf"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_SUFFIX = {JPEG: ".jpg", PNG: ".png", PDF: ".pdf", DOCX: ".docx", XLSX: ".xlsx"}


@dataclass(frozen=True, slots=True)
class InspectedFile:
    """A file that may be kept."""

    name: str
    media_type: str
    content: bytes


def inspected(name: str, content: bytes, limit: int = FILE_LIMIT) -> InspectedFile:
    """Return the file as it may be kept. Raises FileRefused: too large, of another kind, damaged, a packed bomb."""
    shown = _plain_name(name)
    if not content:
        raise FileRefused("file-empty", place=shown)
    if len(content) > limit:
        raise FileRefused("file-too-large", place=shown, seen=len(content), expected=limit)
    if content.startswith(b"\xff\xd8\xff") or content.startswith(b"\x89PNG\r\n\x1a\n"):
        media_type, kept = _picture(shown, content)
    elif content.startswith(b"%PDF-"):
        media_type, kept = PDF, content
    elif content.startswith(b"PK\x03\x04"):
        media_type, kept = _office(shown, content), content
    else:
        raise FileRefused("file-kind-unknown", place=shown)
    return InspectedFile(_with_suffix(shown, media_type), media_type, kept)


def inspected_photo(name: str, content: bytes) -> InspectedFile:
    """Return a picture as JPEG below 300 kB, enough to read a type plate. Raises FileRefused as `inspected` does."""
    file = inspected(name, content, TAKEN_PHOTO_LIMIT)
    if file.media_type not in (JPEG, PNG):
        raise FileRefused("file-not-picture", place=file.name)
    with Image.open(io.BytesIO(file.content)) as opened:
        picture = opened.convert("RGB")
    # Every second round is smaller than the one before: a picture of any size comes to an end.
    for side, quality in ((1600, 82), (1600, 70), (1280, 70), (1024, 65), (800, 60), (640, 50)):
        picture.thumbnail((side, side))
        written = io.BytesIO()
        picture.save(written, "JPEG", quality=quality, optimize=True)
        if written.tell() < PHOTO_LIMIT:
            break
    return InspectedFile(_with_suffix(file.name, JPEG), JPEG, written.getvalue())


def _picture(name: str, content: bytes) -> tuple[str, bytes]:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(content), formats=["JPEG", "PNG"]) as picture:
                if picture.width * picture.height > MOST_PIXELS:
                    raise FileRefused("picture-too-large", place=name, seen=f"{picture.width} × {picture.height}")
                kind = picture.format
                upright = ImageOps.exif_transpose(picture)
                upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
                plain = Image.new(upright.mode if kind == "PNG" else "RGB", upright.size)
                plain.paste(upright if kind == "PNG" else upright.convert("RGB"))
                if upright.mode == "P" and (palette := upright.getpalette()):
                    plain.putpalette(palette)
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, Image.DecompressionBombError, Warning) as error:
        raise FileRefused("file-damaged", place=name) from error
    written = io.BytesIO()
    if kind == "PNG":
        plain.save(written, "PNG", optimize=True)
        return PNG, written.getvalue()
    plain.save(written, "JPEG", quality=82, optimize=True)
    return JPEG, written.getvalue()


def _office(name: str, content: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            entries = packed.infolist()
            if len(entries) > MOST_ENTRIES or sum(entry.file_size for entry in entries) > MOST_UNPACKED:
                raise FileRefused("file-packed-bomb", place=name)
            inside = {entry.filename for entry in entries}
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise FileRefused("file-damaged", place=name) from error
    if any(PurePosixPath(entry).name.lower() == "vbaproject.bin" for entry in inside):
        raise FileRefused("file-with-macros", place=name)
    if "word/document.xml" in inside:
        return DOCX
    if "xl/workbook.xml" in inside:
        return XLSX
    raise FileRefused("file-kind-unknown", place=name)


def _plain_name(name: str) -> str:
    last = PurePosixPath(PureWindowsPath(clean(name).replace("\n", " ")).name).name
    return last[-NAME_LIMIT:] or "file"


def _with_suffix(name: str, media_type: str) -> str:
    suffix = _SUFFIX[media_type]
    stem, dot, ending = name.rpartition(".")
    if dot and f".{ending.lower()}" in (suffix, ".jpeg" if media_type == JPEG else suffix):
        return name
    return (stem if dot and stem else name) + suffix
