"""Worker processes for everything that reads what strangers wrote.

A few kilobytes can keep a parser busy for a minute, fill the memory, or crash it, and a thread would not help: Python
holds its lock meanwhile. So each job runs in a process of its own choosing between an answer and death, which costs
that job and nothing else. Workers start when there is work and end when there has been none for a while.

They are plain child processes rather than `multiprocessing` ones: nothing of the bot is imported again, no secret of
its environment is passed on, and the start method does not depend on the version of Python.
"""

import asyncio
import contextlib
import io
import os
import pickle
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import Callable
from enum import StrEnum
from types import TracebackType
from typing import Any, Final, ParamSpec, Self, TypeVar

from bot.feeds.worker import LENGTH, OUT_OF_MEMORY

P = ParamSpec("P")
T = TypeVar("T")

#: No answer about 5 MB of feed is larger than this.
LARGEST_ANSWER: Final = 64 * 2**20
_KILL: Final = getattr(signal, "SIGKILL", signal.SIGTERM)
#: How a process ends whose processor or wall-clock timer ran out.
_TIMERS: Final = {-getattr(signal, name) for name in ("SIGPROF", "SIGALRM") if hasattr(signal, name)}


class Death(StrEnum):
    """Why a job has no answer."""

    #: It used up its processor time or its wall-clock time.
    TOO_SLOW = "it took too long"
    #: It wanted more memory than it may have.
    OUT_OF_MEMORY = "it needed too much memory"
    #: It ended its process, most likely by a crash in C code.
    DIED = "its worker died"
    #: The function raised; the detail says what and where.
    RAISED = "it raised"
    #: There is no process for it: the machine has none left, or the bot is stopping.
    NO_WORKER = "there is no worker for it"
    #: It gave back something that is not a value of ours.
    BAD_ANSWER = "its answer cannot be accepted"


class WorkerFailed(Exception):  # noqa: N818  an outcome, not an error of ours
    """A job ended without an answer."""

    def __init__(self, reason: Death, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}" if detail else str(reason))
        self.reason = reason
        self.detail = detail


class Workers:
    """Runs functions in guarded processes, at most `count` at once."""

    def __init__(
        self,
        count: int = 1,
        *,
        cpu_seconds: float = 2.0,
        wall_seconds: float = 10.0,
        memory_mb: int = 512,
        idle_seconds: float = 60.0,
    ) -> None:
        self._limits = (str(cpu_seconds), str(wall_seconds), str(memory_mb))
        self._wall_seconds = wall_seconds
        self._idle_seconds = idle_seconds
        self._count = count
        self._slots = asyncio.Semaphore(count)
        self._closed = False
        self._busy: set[_Worker] = set()
        #: The one that worked last is taken first, so that those that are not needed grow old.
        self._idle: list[_Worker] = []
        self._retiring: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._closed = True
        for worker in self._busy:
            worker.kill()
        for _ in range(self._count):
            await self._slots.acquire()
        await asyncio.gather(*(worker.end() for worker in self._idle), *self._retiring)
        self._idle.clear()
        for _ in range(self._count):
            self._slots.release()

    @property
    def alive(self) -> int:
        """How many worker processes there are."""
        return len(self._busy) + len(self._retiring) + sum(worker.alive for worker in self._idle)

    async def run(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """What `function(*args, **kwargs)` returns, in a worker. It has to be a function of a module, and quick.

        Its module is imported in the worker, so it should be a light one.

        Raises:
            WorkerFailed: it raised, took too long, or killed its worker.

        """
        job = pickle.dumps((function, args, kwargs))
        async with self._slots:
            worker = await self._take()
            self._busy.add(worker)
            try:
                answer = await self._answer(worker, job)
            except BaseException:
                await worker.end()
                raise
            finally:
                self._busy.discard(worker)
            self._rest(worker)
        value: T = _value(answer)
        return value

    async def _take(self) -> "_Worker":
        while self._idle:
            worker = self._idle.pop()
            worker.wake()
            if worker.alive and not self._closed:
                return worker
            await worker.end()
        self._check_open()
        try:
            return await _Worker.start(self._limits)
        except OSError as error:
            raise WorkerFailed(Death.NO_WORKER, type(error).__name__) from error

    async def _answer(self, worker: "_Worker", job: bytes) -> bytes:
        self._check_open()  # Starting takes a moment.
        try:
            # The worker's own timers come first; this one is for a worker that is stuck outside of them.
            async with asyncio.timeout(self._wall_seconds + 5):
                return await worker.answer(job)
        except TimeoutError:
            raise WorkerFailed(Death.TOO_SLOW) from None
        except (OSError, EOFError):
            raise WorkerFailed(await worker.cause_of_death()) from None

    def _check_open(self) -> None:
        if self._closed:
            raise WorkerFailed(Death.NO_WORKER)

    def _rest(self, worker: "_Worker") -> None:
        self._idle.append(worker)
        worker.retire_after(self._idle_seconds, self._retire)

    def _retire(self, worker: "_Worker") -> None:
        self._idle.remove(worker)
        task = asyncio.create_task(worker.end(), name="retire a worker")
        self._retiring.add(task)
        task.add_done_callback(self._retiring.discard)


class _Worker:
    """One process, seen from the bot."""

    def __init__(self, process: Process) -> None:
        assert process.stdin
        assert process.stdout
        self._process = process
        self._jobs, self._answers = process.stdin, process.stdout
        self._alarm: asyncio.TimerHandle | None = None

    @classmethod
    async def start(cls, limits: tuple[str, ...]) -> Self:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            *("-P", "-m", "bot.feeds.worker", *limits),
            stdin=PIPE,
            stdout=PIPE,
            env=_environment(),
            # Ctrl-C in a terminal goes to its whole foreground group; a worker must not hear it.
            start_new_session=True,
        )
        return cls(process)

    @property
    def alive(self) -> bool:
        return self._process.returncode is None

    async def answer(self, job: bytes) -> bytes:
        """What the worker says about `job`.

        Raises:
            OSError, EOFError: it died.
            WorkerFailed: it wants to say more than anybody would.

        """
        self._jobs.write(LENGTH.pack(len(job)) + job)
        await self._jobs.drain()
        size = LENGTH.unpack(await self._answers.readexactly(LENGTH.size))[0]
        if size > LARGEST_ANSWER:
            raise WorkerFailed(Death.BAD_ANSWER, "too large")
        return await self._answers.readexactly(size)

    def kill(self) -> None:
        """Kill it: it holds nothing that could be lost."""
        # `Process.kill` would first ask how it died, and keep the answer from the event loop.
        if self.alive:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self._process.pid, _KILL)

    async def end(self) -> None:
        """Kill it, and wait until nothing of it is left."""
        self.wake()
        self.kill()
        await self._process.communicate()

    def wake(self) -> None:
        if self._alarm:
            self._alarm.cancel()
            self._alarm = None

    def retire_after(self, seconds: float, retire: "Callable[[_Worker], None]") -> None:
        self._alarm = asyncio.get_running_loop().call_later(seconds, retire, self)

    async def cause_of_death(self) -> Death:
        """What killed it, now that it does not answer any more."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._process.wait(), 1)
        code = self._process.returncode
        return Death.TOO_SLOW if code in _TIMERS else Death.OUT_OF_MEMORY if code == OUT_OF_MEMORY else Death.DIED


def _environment() -> dict[str, str]:
    """What a worker needs to find the code, and none of the bot's secrets."""
    kept = {name: os.environ[name] for name in ("LANG", "LC_ALL", "PATH", "SYSTEMROOT") if name in os.environ}
    return kept | {"PYTHONPATH": os.pathsep.join(path or os.getcwd() for path in sys.path)}  # noqa: PTH109  as sys.path has it


def _value(answer: bytes) -> Any:
    try:
        done, value = _Unpickler(io.BytesIO(answer)).load()
    except Exception as error:
        raise WorkerFailed(Death.BAD_ANSWER, str(error)) from error
    if not done:
        raise WorkerFailed(Death.RAISED, str(value))
    return value


class _Unpickler(pickle.Unpickler):
    """Takes our own values and dates, and nothing else, from a process that a stranger may have taken over."""

    def find_class(self, module: str, name: str) -> Any:
        if module == "datetime" or module.startswith("bot."):
            found = super().find_class(module, name)
            if isinstance(found, type) and found.__module__ == module:
                return found
        raise pickle.UnpicklingError(f"a worker may not send {module}.{name}")
