"""Watchfloor's services; each imports the runtime and the records, and none another."""
