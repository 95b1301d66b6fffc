"""What stops the whole bot and only its operator can mend."""


class Trouble(Exception):  # noqa: N818  it is what operators call it
    """Its message is one sentence or two that say what is wrong and what to do; it is shown without a traceback."""
