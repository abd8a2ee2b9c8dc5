"""Errors of a model's input. Every error is a ``ValueError`` and says what, which value and what to do."""


class InputError(ValueError):
    """An argument has the wrong shape, unit or value."""


class LeakError(InputError):
    """Something that was not yet known at the origin of a forecast was about to be used for it."""


class FactorValidityError(LeakError):
    """A risk factor was asked for at a time for which it does not hold."""


class UnknownModelError(InputError):
    """No model is registered under that name."""
