"""The page of the embedded Discord: its modules are tested in JavaScript, its promises are swept here."""

import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot import sandbox

HERE = Path(__file__).parent
PAGE = Path(sandbox.__file__).parent / "page"
TESTS = sorted(HERE.glob("*.test.mjs"))
NODE = shutil.which("node")

#: What would let data become markup or code.
UNSAFE = re.compile(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function|javascript:")
ELSEWHERE = re.compile(r"""(?:src|href|url|import|from)\s*[=(]?\s*["']?(?:https?:)?//""")


def lines_of_the_page() -> Iterator[tuple[str, str]]:
    for path in sorted(PAGE.iterdir()):
        yield from ((path.name, line) for line in path.read_text("utf-8").splitlines())


@pytest.mark.skipif(NODE is None, reason="the page's own tests need Node.js")
@pytest.mark.parametrize("path", TESTS, ids=lambda path: path.name)
def test_what_the_pages_own_tests_claim_is_true(path: Path) -> None:
    run = subprocess.run([str(NODE), "--test", path], capture_output=True, text=True, timeout=60, check=False)

    assert run.returncode == 0, run.stdout + run.stderr


def test_no_data_can_become_markup() -> None:
    assert [found for found in lines_of_the_page() if UNSAFE.search(found[1])] == []


def test_the_page_asks_no_other_host_for_its_parts() -> None:
    assert [found for found in lines_of_the_page() if ELSEWHERE.search(found[1])] == []


def test_every_part_that_the_page_names_is_there() -> None:
    named = re.findall(r'(?:href|src)="page/([^"]+)"', (PAGE / "index.html").read_text("utf-8"))
    imported = [name for _, line in lines_of_the_page() for name in re.findall(r'from "\./([^"]+)"', line)]

    assert {"app.js", "base.css"} <= set(named)
    assert [name for name in [*named, *imported] if not (PAGE / name).is_file()] == []
