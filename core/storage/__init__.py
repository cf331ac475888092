"""The outside world that keeps things: content files read, database rows written."""
