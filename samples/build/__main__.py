"""`python -m samples.build [PATH…]`: writes every file below samples/files, or those whose path holds one of the words."""

from __future__ import annotations

import sys
from collections.abc import Callable

from samples.build import html, hwpx, mail, text
from samples.build.source import FILES, Source, load_all


def writers() -> dict[str, Callable[[Source], bytes]]:
    """The writer of each suffix; libraries for the binary formats load only when they are needed."""
    from samples.build import pdf
    from samples.build.office import docx, pptx, xlsx

    return {
        "hwpx": hwpx.build,
        "pdf": pdf.build,
        "docx": docx.build,
        "xlsx": xlsx.build,
        "pptx": pptx.build,
        "html": html.build,
        "eml": mail.build,
        "md": text.build,
        "txt": text.build,
        "csv": text.build,
    }


def main(words: list[str]) -> None:
    """Writes the chosen files; mails last, because they carry other files."""
    by_suffix = writers()
    for source in sorted(load_all(), key=lambda source: source.suffix == "eml"):
        if words and not any(word in source.file for word in words):
            continue
        path = FILES / source.file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(by_suffix[source.suffix](source))
        print(f"{path.stat().st_size:>8,}  {source.file}")


if __name__ == "__main__":
    main(sys.argv[1:])
