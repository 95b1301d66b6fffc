"""What a server packed is unpacked, and never beyond the limit."""

import gzip
import zlib

import pytest

from bot.feeds import coding
from bot.feeds.coding import CODINGS, CutShort, PackedBadly, TooBig, unpacked

TEXT = b"Previously on Harbour Lights. " * 300


def raw_deflate(data: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(data) + packer.flush()


def packed(name: str, data: bytes) -> bytes:
    match name:
        case "gzip":
            return gzip.compress(data)
        case "deflate":
            return zlib.compress(data)
        case "br":
            return bytes(pytest.importorskip("brotli").compress(data))
        case _:
            return bytes(pytest.importorskip("zstandard").compress(data))


@pytest.mark.parametrize("name", CODINGS)
def test_what_is_offered_can_be_unpacked(name: str) -> None:
    assert unpacked(packed(name, TEXT), name, limit=len(TEXT)) == TEXT
    assert unpacked(packed(name, TEXT), f" {name.upper()} ", limit=10**6) == TEXT


@pytest.mark.parametrize("name", CODINGS)
def test_nothing_grows_beyond_the_limit(name: str) -> None:
    with pytest.raises(TooBig):
        unpacked(packed(name, TEXT), name, limit=len(TEXT) - 1)
    with pytest.raises(TooBig):
        unpacked(packed(name, bytes(3_000_000)), name, limit=100_000)


@pytest.mark.parametrize("name", CODINGS)
@pytest.mark.parametrize("missing", [1, 5, 20])
def test_a_stream_that_was_cut_is_noticed(name: str, missing: int) -> None:
    with pytest.raises(CutShort):
        unpacked(packed(name, TEXT)[:-missing], name, limit=10**6)


@pytest.mark.parametrize("name", CODINGS)
@pytest.mark.parametrize("body", [b"<rss></rss>", b"\x1f\x8b\x08garbage-garbage", b"\xff" * 40])
def test_what_is_not_packed_as_announced_is_refused(name: str, body: bytes) -> None:
    with pytest.raises(PackedBadly):
        unpacked(body, name, limit=10**6)


@pytest.mark.parametrize("name", ["compress", "gzip, br", "aws-chunked"])
def test_a_packing_that_was_not_asked_for_is_refused(name: str) -> None:
    with pytest.raises(PackedBadly):
        unpacked(TEXT, name, limit=10**6)


def test_a_plain_body_is_left_alone() -> None:
    assert unpacked(TEXT, "", limit=10**6) == unpacked(TEXT, "identity", limit=10**6) == TEXT
    with pytest.raises(TooBig):
        unpacked(TEXT, "", limit=10)


def test_gzip_in_several_streams_is_one_body() -> None:
    assert unpacked(gzip.compress(b"one ") + gzip.compress(b"two") + bytes(8), "x-gzip", limit=100) == b"one two"


def test_many_small_streams_do_not_slip_past_the_limit() -> None:
    with pytest.raises(TooBig):
        unpacked(gzip.compress(b"a" * 50) * 10, "gzip", limit=400)


def test_deflate_without_its_header_is_read() -> None:
    assert unpacked(raw_deflate(TEXT), "deflate", limit=10**6) == TEXT


def test_only_what_can_be_unpacked_is_asked_for() -> None:
    assert coding.ACCEPT_ENCODING.split(", ") == list(CODINGS)
    assert {"gzip", "deflate"} <= CODINGS.keys()
