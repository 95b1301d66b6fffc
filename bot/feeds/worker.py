"""The worker's side of `bot.feeds.workers`: reads jobs from its standard input and answers on its standard output.

Run as `python -P -m bot.feeds.worker CPU_SECONDS WALL_SECONDS MEMORY_MB`. It ends when its input does, which is also
what happens when the bot is killed. It imports nothing until a job needs it.
"""

import contextlib
import os
import pickle
import signal
import struct
import sys
import traceback
from typing import BinaryIO, Final

#: Every message is preceded by its length.
LENGTH: Final = struct.Struct("!Q")
#: The exit code of a worker that has none left.
OUT_OF_MEMORY: Final = 70


def main(cpu_seconds: float, wall_seconds: float, memory_mb: int) -> None:
    _guard_process(memory_mb)
    jobs, answers = _pipes()
    while header := jobs.read(LENGTH.size):
        answer = _answer(jobs.read(LENGTH.unpack(header)[0]), cpu_seconds, wall_seconds)
        try:
            answers.write(LENGTH.pack(len(answer)) + answer)
            answers.flush()
        except BrokenPipeError:
            return


def _guard_process(memory_mb: int) -> None:
    """Leave Ctrl-C and the end of the service to the bot, and bound the memory."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    if sys.platform == "win32":
        return  # The bot's own time limit still holds there.
    import resource  # noqa: PLC0415  POSIX only

    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    wanted = memory_mb * 2**20
    limit = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    with contextlib.suppress(ValueError, OSError):  # macOS does not know this limit.
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _pipes() -> tuple[BinaryIO, BinaryIO]:
    """The pipes to the bot, out of reach of anything that prints or reads."""
    jobs, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, 0)
    os.dup2(2, 1)
    return jobs, answers


def _answer(job: bytes, cpu_seconds: float, wall_seconds: float) -> bytes:
    try:
        function, args, kwargs = pickle.loads(job)  # noqa: S301  it comes from the bot
        _set_timers(cpu_seconds, wall_seconds)
        answer = pickle.dumps((True, function(*args, **kwargs)))
    except MemoryError:
        # Nobody knows what state the interpreter is in.
        os._exit(OUT_OF_MEMORY)
    except BaseException as error:  # noqa: BLE001  whatever it is, it is the answer
        answer = pickle.dumps((False, _story_of(error)))
    _set_timers(0, 0)
    return answer


def _set_timers(cpu_seconds: float, wall_seconds: float) -> None:
    """Let the kernel end this process when its time is up, even in the middle of C code."""
    if sys.platform != "win32":
        signal.setitimer(signal.ITIMER_PROF, cpu_seconds)
        signal.setitimer(signal.ITIMER_REAL, wall_seconds)


def _story_of(error: BaseException) -> str:
    """What was raised and where. Its message is left out, since it may quote a feed and therefore spoil."""
    places = traceback.extract_tb(error.__traceback__)[-8:]
    return " < ".join([type(error).__name__, *(f"{place.name}:{place.lineno}" for place in reversed(places))])


if __name__ == "__main__":
    main(float(sys.argv[1]), float(sys.argv[2]), int(sys.argv[3]))
