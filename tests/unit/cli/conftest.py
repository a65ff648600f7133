"""kafka-python is imported before warnings are errors: on Python 3.11 it calls for its schemas by
a function of importlib.resources that is deprecated."""

import warnings

with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)
    import kafka  # noqa: F401
