"""Content codings: what a server packed is unpacked here, and never beyond a limit.

aiohttp's own unpacking takes whatever comes out (2 MB of gzip can be 2 GB) and accepts a gzip stream that was cut.
"""

import sys
import zlib
from collections.abc import Callable
from typing import Final

try:
    import brotli  # type: ignore[import-untyped]

    # Before 1.2 it could not be stopped at a limit, and a few bytes may hold gigabytes.
    brotli.Decompressor().process(b"", output_buffer_limit=1)
except (ImportError, TypeError):
    brotli = None

#: A stream that needs a larger window than this is not meant for the web (RFC 9659).
_ZSTD_WINDOW_LOG: Final = 23


class PackedBadly(Exception):  # noqa: N818  an outcome, not an error of ours
    """The body cannot be unpacked."""


class CutShort(PackedBadly):
    """The body ends before its packing does."""


class TooBig(PackedBadly):
    """The body is larger than the limit, once unpacked."""


def unpacked(body: bytes, coding: str, *, limit: int) -> bytes:
    """The body as it was before it was packed with `coding` ("" if it was not).

    Raises:
        TooBig, CutShort, PackedBadly: it cannot be had.

    """
    coding = coding.strip().lower()
    if coding in {"", "identity"}:
        plain, whole = body, True
    elif unpack := CODINGS.get(coding.removeprefix("x-")):
        plain, whole = unpack(body, limit + 1)
    else:
        raise PackedBadly(coding)
    if len(plain) > limit:
        raise TooBig
    if not whole:
        raise CutShort
    return plain


def _gzip(body: bytes, most: int) -> tuple[bytes, bool]:
    """Unpack gzip, which may be several streams one after the other, perhaps followed by padding."""
    plain = b""
    while body.startswith(b"\x1f\x8b") or not plain:
        part, whole, body = _zlib(body, 31, most - len(plain))
        plain += part
        if not whole or not part:
            return plain, whole
        if len(plain) >= most:
            break
    return plain, True


def _deflate(body: bytes, most: int) -> tuple[bytes, bool]:
    """Unpack deflate, with the zlib header that the standard asks for or without, as some servers send it."""
    try:
        return _zlib(body, 15, most)[:2]
    except PackedBadly:
        return _zlib(body, -15, most)[:2]


def _zlib(body: bytes, wbits: int, most: int) -> tuple[bytes, bool, bytes]:
    stream = zlib.decompressobj(wbits)
    try:
        return stream.decompress(body, most), stream.eof, stream.unused_data
    except zlib.error as error:
        raise PackedBadly(str(error)) from error


def _brotli(body: bytes, most: int) -> tuple[bytes, bool]:
    stream = brotli.Decompressor()
    try:
        return stream.process(body, output_buffer_limit=most), stream.is_finished()
    except brotli.error as error:
        raise PackedBadly(str(error)) from error


CODINGS: Final[dict[str, Callable[[bytes, int], tuple[bytes, bool]]]] = {"gzip": _gzip, "deflate": _deflate}
if brotli:
    CODINGS["br"] = _brotli

if sys.version_info >= (3, 14):
    from compression import zstd

    def _zstd(body: bytes, most: int) -> tuple[bytes, bool]:
        stream = zstd.ZstdDecompressor(options={zstd.DecompressionParameter.window_log_max: _ZSTD_WINDOW_LOG})
        try:
            return stream.decompress(body, most), stream.eof
        except zstd.ZstdError as error:
            raise PackedBadly(str(error)) from error

    CODINGS["zstd"] = _zstd
else:
    try:
        import zstandard
    except ImportError:
        pass
    else:

        def _zstd(body: bytes, most: int) -> tuple[bytes, bool]:
            stream = zstandard.ZstdDecompressor(max_window_size=2**_ZSTD_WINDOW_LOG).decompressobj()
            plain = bytearray()
            try:
                # It has no limit of its own, but four bytes can hold no more than one block of 128 kB.
                for start in range(0, len(body), 128):
                    plain += stream.decompress(body[start : start + 128])
                    if stream.eof or len(plain) >= most:
                        break
            except zstandard.ZstdError as error:
                raise PackedBadly(str(error)) from error
            return bytes(plain), stream.eof

        CODINGS["zstd"] = _zstd

#: What we can unpack under a limit, and therefore ask for.
ACCEPT_ENCODING: Final = ", ".join(CODINGS)
