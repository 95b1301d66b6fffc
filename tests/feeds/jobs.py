"""What the workers are made to do in tests."""

import contextlib
import os
import signal
import sys
import time


def double(number: int) -> int:
    return 2 * number


def environment() -> dict[str, str]:
    return dict(os.environ)


def modules() -> list[str]:
    return sorted(sys.modules)


def process() -> int:
    return os.getpid()


def shout(text: str) -> str:
    print(text)
    sys.stdin.read()
    return text


def think_for_ever() -> None:
    while True:
        pass


def sleep_for_ever() -> None:
    time.sleep(600)


def eat_memory() -> int:
    return len([bytes(10**6) for _ in range(10_000)])


def crash() -> None:
    os.kill(os.getpid(), signal.SIGSEGV)


def leave() -> None:
    os._exit(0)


def spill() -> None:
    raise LookupError("she dies in the end")


def be_interrupted() -> str:
    os.kill(os.getpid(), signal.SIGINT)
    os.kill(os.getpid(), signal.SIGTERM)
    return "still here"


class Trojan:
    def __reduce__(self) -> tuple[object, tuple[str]]:
        return os.system, ("exit 3",)


def send_trojan() -> Trojan:
    return Trojan()


def talk_nonsense() -> None:
    for number in range(3, 6):
        with contextlib.suppress(OSError):
            os.write(number, b"\xff" * 4096)
    time.sleep(600)
