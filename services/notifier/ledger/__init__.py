"""The ledger: what the notifier knows, in PostgreSQL. All of its SQL is in this package."""
