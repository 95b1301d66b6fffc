"""A worker gives an answer or dies, and its death costs one job and nothing else."""

import asyncio
import gc
import os
import pickle
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from bot.feeds.workers import Death, WorkerFailed, Workers, _value
from tests.feeds import jobs

ROOT = Path(__file__).parents[2]


async def death(workers: Workers, job: str) -> WorkerFailed:
    with pytest.raises(WorkerFailed) as caught:
        await workers.run(getattr(jobs, job))
    return caught.value


async def nobody_alive(workers: Workers) -> None:
    async with asyncio.timeout(5):
        while workers.alive:  # noqa: ASYNC110  a death is no event of ours
            await asyncio.sleep(0)


async def test_a_job_is_done_elsewhere(workers: Workers) -> None:
    assert await workers.run(jobs.double, 21) == 42
    assert await workers.run(jobs.double, number=4) == 8
    assert await workers.run(jobs.process) != os.getpid()


async def test_one_worker_does_one_job_after_the_other(workers: Workers) -> None:
    assert await workers.run(jobs.process) == await workers.run(jobs.process)
    assert workers.alive == 1


async def test_there_is_no_worker_before_there_is_work(workers: Workers) -> None:
    assert workers.alive == 0


async def test_there_are_never_more_workers_than_allowed(workers: Workers) -> None:
    answers = await asyncio.gather(*(workers.run(jobs.double, number) for number in range(20)))

    assert answers == [2 * number for number in range(20)]
    assert workers.alive <= 2


@pytest.mark.parametrize(
    ("job", "reason"),
    [
        ("think_for_ever", Death.TOO_SLOW),
        ("sleep_for_ever", Death.TOO_SLOW),
        ("crash", Death.DIED),
        ("leave", Death.DIED),
        ("eat_memory", Death.OUT_OF_MEMORY),
        ("spill", Death.RAISED),
        ("send_trojan", Death.BAD_ANSWER),
    ],
)
async def test_a_bad_job_costs_itself_only(job: str, reason: Death) -> None:
    async with Workers(1, cpu_seconds=0.3, wall_seconds=1) as workers:
        others = [asyncio.create_task(workers.run(jobs.double, number)) for number in range(3)]
        failure = await death(workers, job)

        assert [await other for other in others] == [0, 2, 4]
    assert failure.reason is reason


async def test_a_worker_that_ran_out_of_memory_is_replaced() -> None:
    async with Workers(1, memory_mb=200) as workers:
        first = await workers.run(jobs.process)

        assert (await death(workers, "eat_memory")).reason is Death.OUT_OF_MEMORY
        assert await workers.run(jobs.process) != first


async def test_what_a_job_raised_says_where_and_not_what(workers: Workers) -> None:
    failure = await death(workers, "spill")

    assert failure.detail.startswith("LookupError < spill:")
    assert "dies" not in str(failure)


async def test_a_worker_ignores_what_is_meant_for_the_bot(workers: Workers) -> None:
    assert await workers.run(jobs.be_interrupted) == "still here"


async def test_a_worker_is_in_no_terminal_group_of_the_bot(workers: Workers) -> None:
    pid = await workers.run(jobs.process)

    assert os.getpgid(pid) != os.getpgid(0)


async def test_a_job_that_prints_and_reads_does_no_harm(workers: Workers) -> None:
    assert await workers.run(jobs.shout, "hello") == "hello"


async def test_a_worker_that_lies_about_its_answer_is_ended() -> None:
    async with Workers(1) as workers:
        failure = await death(workers, "talk_nonsense")

        assert failure.reason is Death.BAD_ANSWER
        assert await workers.run(jobs.double, 1) == 2


async def test_a_worker_knows_no_secret_and_no_more_of_the_bot_than_it_needs(
    workers: Workers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DISCORD_TOKEN", "secret")

    assert "secret" not in (await workers.run(jobs.environment)).values()
    assert not {"aiohttp", "asyncio", "discord", "bot.cli", "bot.app"} & set(await workers.run(jobs.modules))


async def test_a_worker_that_died_in_its_sleep_costs_nothing(workers: Workers) -> None:
    pid = await workers.run(jobs.process)
    os.kill(pid, signal.SIGKILL)
    await nobody_alive(workers)

    assert await workers.run(jobs.double, 2) == 4


async def test_workers_without_work_end_by_themselves() -> None:
    async with Workers(2, idle_seconds=0) as workers:
        pid = await workers.run(jobs.process)
        await nobody_alive(workers)

        assert not psutil.pid_exists(pid)
        assert await workers.run(jobs.double, 2) == 4


async def test_a_cancelled_job_ends_its_worker_and_passes_on(workers: Workers) -> None:
    pid = await workers.run(jobs.process)
    job = asyncio.create_task(workers.run(jobs.sleep_for_ever))
    await asyncio.sleep(0)

    job.cancel()
    with pytest.raises(asyncio.CancelledError):
        await job

    assert not psutil.pid_exists(pid)
    assert await workers.run(jobs.double, 2) == 4


async def test_no_worker_survives_its_owner_and_no_job_waits_for_ever() -> None:
    async with Workers(2) as workers:
        pids = set(await asyncio.gather(*(workers.run(jobs.process) for _ in range(2))))
        # Some have begun when the workers stop, some have not.
        running = [asyncio.create_task(workers.run(jobs.sleep_for_ever)) for _ in range(5)]
        await asyncio.sleep(0)
        running += [asyncio.create_task(workers.run(jobs.sleep_for_ever)) for _ in range(5)]

    outcomes = await asyncio.gather(*running, return_exceptions=True)
    assert all(isinstance(outcome, WorkerFailed) for outcome in outcomes)
    assert not any(psutil.pid_exists(pid) for pid in pids)
    assert workers.alive == 0
    with pytest.raises(WorkerFailed, match="no worker"):
        await workers.run(jobs.double, 1)


async def test_nothing_is_left_open() -> None:
    before = psutil.Process().num_fds()
    async with Workers(1) as workers:
        await workers.run(jobs.double, 1)
        await death(workers, "crash")
    gc.collect()

    assert psutil.Process().num_fds() <= before


@pytest.mark.parametrize("job", ["process", "think_for_ever"])
def test_workers_end_when_the_bot_is_killed(job: str, tmp_path: Path) -> None:
    """Even by a signal that leaves the bot no time, and in the middle of a job."""
    script = tmp_path / "parent.py"
    script.write_text(
        "import asyncio\n"
        "from bot.feeds.workers import Workers\n"
        "from tests.feeds import jobs\n"
        "async def main():\n"
        "    async with Workers(1, cpu_seconds=0.3) as workers:\n"
        "        print(await workers.run(jobs.process), flush=True)\n"
        f"        await workers.run(jobs.{job})\n"
        "        await asyncio.sleep(60)\n"
        "if __name__ == '__main__':\n"
        "    asyncio.run(main())\n"
    )
    with subprocess.Popen([sys.executable, script], env={"PYTHONPATH": str(ROOT)}, stdout=subprocess.PIPE) as bot:
        assert bot.stdout
        worker = psutil.Process(int(bot.stdout.readline()))
        bot.kill()
        worker.wait(timeout=10)

    assert not worker.is_running()


def test_only_values_of_ours_are_taken_from_a_worker() -> None:
    with pytest.raises(WorkerFailed, match="may not send"):
        _value(pickle.dumps((True, jobs.Trojan())))
    with pytest.raises(WorkerFailed, match="cannot be accepted"):
        _value(b"nonsense")
    # A function that one of our modules happens to import is not a value of ours either.
    with pytest.raises(WorkerFailed, match="may not send"):
        _value(b"\x80\x04\x8c\x11bot.feeds.workers\x8c\x09os.system\x93.")
