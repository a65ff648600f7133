"""Fixtures that more than one kind of test uses. A server starts when a test first asks for it."""

pytest_plugins = ["tests.support.servers"]
