"""Screens of the advisers."""
