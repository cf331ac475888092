"""Screens for everybody. Nothing here draws a chart or a table: on a first visit they would cost 400 KiB."""
