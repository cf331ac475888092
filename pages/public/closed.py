"""What stands at the address of a page that this person may not open, so that an old bookmark leads somewhere."""

from __future__ import annotations

from pages import frame


def show() -> None:
    """Offer the way in or the way back."""
    with frame.open_page(width=720) as visit:
        frame.closed(visit)


if __name__ == "__main__":
    show()
