"""What can be wrong with the database as a whole.

    StoreError
    ├── DatabaseInUseError       another process holds it
    ├── DatabaseTooNewError      a newer version of the bot wrote it
    └── DatabaseUnusableError    it cannot be opened, read or written

Each message is a sentence that says what to do.
"""

from bot.trouble import Trouble


class StoreError(Trouble):
    """The database cannot be used."""


class DatabaseInUseError(StoreError):
    def __init__(self, path: str) -> None:
        super().__init__(f"Another Previously is using {path}. Stop it first, or point DATABASE_URL at another file.")


class DatabaseTooNewError(StoreError):
    def __init__(self, path: str) -> None:
        super().__init__(
            f"{path} was written by a newer version of Previously. Upgrade the bot, or restore the backup of {path}."
        )


class DatabaseUnusableError(StoreError):
    def __init__(self, path: str, problem: str) -> None:
        super().__init__(f"The database {path} cannot be used ({problem}). Check DATABASE_URL and the file.")
