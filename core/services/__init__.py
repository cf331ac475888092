"""What people do here, one function for each deed: ask the permission, open the transaction, let the rules work."""
