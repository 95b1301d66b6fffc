"""Every host is asked one thing at a time, with a pause, and all of them together not too much."""

import asyncio

import pytest

from bot.feeds.hosts import Hosts


class Naps:
    """Sleeps that take no time, and are remembered."""

    def __init__(self) -> None:
        self.lengths: list[float] = []

    async def sleep(self, seconds: float) -> None:
        self.lengths.append(seconds)
        await asyncio.sleep(0)


class Visits:
    """Counts who is inside at once."""

    def __init__(self) -> None:
        self.inside = 0
        self.most = 0

    async def visit(self, hosts: Hosts, name: str) -> None:
        async with hosts.turn(name):
            self.inside += 1
            self.most = max(self.most, self.inside)
            await asyncio.sleep(0)
            self.inside -= 1


async def test_one_host_is_asked_one_thing_at_a_time() -> None:
    hosts, visits = Hosts(pause=0), Visits()

    await asyncio.gather(*(visits.visit(hosts, "one.example") for _ in range(5)))

    assert visits.most == 1


async def test_different_hosts_are_asked_at_once_up_to_a_bound() -> None:
    hosts, visits = Hosts(at_once=3, pause=0), Visits()

    await asyncio.gather(*(visits.visit(hosts, f"{number}.example") for number in range(9)))

    assert visits.most == 3


async def test_a_host_is_left_alone_between_two_requests() -> None:
    naps = Naps()
    hosts = Hosts(pause=60, sleep=naps.sleep)

    for name in ("one.example", "two.example", "one.example"):
        async with hosts.turn(name):
            pass

    assert len(naps.lengths) == 1
    assert 59 < naps.lengths[0] <= 60


async def test_waiting_for_a_slow_host_keeps_nobody_else_out() -> None:
    hosts = Hosts(at_once=2, pause=0)
    visits = Visits()

    async with hosts.turn("slow.example"):
        waiting = [asyncio.create_task(visits.visit(hosts, "slow.example")) for _ in range(5)]
        await asyncio.sleep(0)
        async with asyncio.timeout(1):
            await visits.visit(hosts, "quick.example")
    await asyncio.gather(*waiting)

    assert visits.most == 1


async def test_a_failed_or_cancelled_request_gives_its_turn_back() -> None:
    hosts = Hosts(at_once=1, pause=0)

    with pytest.raises(ValueError, match="oops"):
        async with hosts.turn("one.example"):
            raise ValueError("oops")
    async with hosts.turn("one.example"):
        waiting = asyncio.create_task(Visits().visit(hosts, "one.example"))
        await asyncio.sleep(0)
        waiting.cancel()

    async with asyncio.timeout(1), hosts.turn("one.example"):
        pass


async def test_hosts_that_nobody_asks_are_forgotten() -> None:
    hosts = Hosts(pause=0)

    for number in range(100):
        async with hosts.turn(f"{number}.example"):
            pass

    assert len(hosts._hosts) <= 1
