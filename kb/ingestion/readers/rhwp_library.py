"""rhwp, loaded so that it works: its Linux wheel bundles a freetype that lacks a symbol, the system's one has it."""

from __future__ import annotations

import ctypes
import os
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

from kb.ingestion.readers.reasons import ReadFailure


def load() -> Any:
    """The module `rhwp`. Raises ReadFailure("broken") where it cannot be loaded.

    The wheel of 0.8.1 stops on Debian 12 with `undefined symbol: FT_Palette_Data_Get`. A library that is opened globally before it
    supplies the symbol: the same as LD_PRELOAD=libfreetype.so.6, without a word in the environment. The wheel's fontconfig draws
    pages without Hangul unless it is told where fonts are.
    """
    os.environ.setdefault("FONTCONFIG_FILE", str(Path(__file__).with_name("fonts.conf")))
    if sys.platform == "linux" and "rhwp" not in sys.modules:
        with suppress(OSError):
            ctypes.CDLL("libfreetype.so.6", mode=ctypes.RTLD_GLOBAL)
    try:
        import rhwp
    except ImportError:
        raise ReadFailure("broken") from None
    return rhwp


def open_document(data: bytes) -> Any:
    """A parsed HWP or HWPX document. Raises ReadFailure for a damaged or protected one."""
    try:
        return load().Document.from_bytes(data)
    except MemoryError:
        raise
    except ReadFailure:
        raise
    except Exception as error:  # ValueError, or pyo3's PanicException out of Rust
        raise ReadFailure("password" if "password" in str(error).lower() else "broken") from None
