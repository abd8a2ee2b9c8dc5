"""Errors the user can fix. A message says what is wrong, which value it was, and what to do.

The command line turns each of them into one line and exit code 2; the API into one envelope (``api/errors.py``).
Everything else is a defect of ours and stays an ordinary exception.
"""


class HotspotsError(Exception):
    """Base of all errors whose message is written for the person at the keyboard."""


class SettingsError(HotspotsError):
    """A setting (``HOTSPOTS_…`` in the environment) has a value that does not work."""


class CityFileError(HotspotsError):
    """A city file has a wrong key or value; the message names the file, the key and what is allowed."""


class InputError(HotspotsError):
    """An argument, a filter or a file given by the person does not work."""


class FilterError(InputError, ValueError):
    """A filter that cannot be asked.

    Attributes
    ----------
    parameter : the parameter at fault, as addresses and the interface name it.
    problem : which value it was and what is allowed.
    """

    def __init__(self, parameter: str, problem: str) -> None:
        """Say which value it was and what is allowed; the message begins with the parameter."""
        super().__init__(f"{parameter}: {problem}")
        self.parameter, self.problem = parameter, problem


class NotFoundError(HotspotsError):
    """Something was asked for by name or number and is not there."""


class DatabaseError(HotspotsError):
    """The database cannot be installed, started, reached or used."""


class DatabaseAwayError(DatabaseError):
    """The database does not answer at all: what is kept in memory is all that there is."""


class NewerPublicationError(DatabaseError):
    """Something was published since the page that asks was made, or while its question was being answered."""


class MigrationError(DatabaseError):
    """The migrations and the database do not fit together."""


class MailError(HotspotsError):
    """A mail did not leave."""
