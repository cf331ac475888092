"""The rules. Standard library only; nobody here knows the date, the database or who asks."""
