"""Screens of the enterprise."""
