"""Documents, charts and files: from values of the domain to bytes or figures. No rule is decided here."""
