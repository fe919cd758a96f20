"""Errors with which a trial, or the whole search, can be ended from within a model's functions."""


class FailedTrialError(Exception):
    """Ends the trial as failed, without another attempt."""


class FatalError(Exception):
    """Ends the search."""


class FatalValueError(FatalError, ValueError):
    """Ends the search: a value is wrong."""


class FatalTypeError(FatalError, TypeError):
    """Ends the search: a type is wrong."""


class FatalRuntimeError(FatalError, RuntimeError):
    """Ends the search."""
