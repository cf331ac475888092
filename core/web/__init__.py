"""The doors that are plain HTTP: who is here, signing in and up, headers, health, and lighter static files."""
