"""What stops a command and is nobody's bug."""


class ExpectedError(Exception):
    """A command cannot do what it was asked to. The message is one line and says what helps."""


class UnreadableError(ExpectedError):
    """An input that an argument names cannot be read: the argument is wrong."""
