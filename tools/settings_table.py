"""The table of docs/settings.md, made from config/environment.py: says whether it is out of date; --write renews it.

Usage: .venv/bin/python tools/settings_table.py [--write]
"""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs/settings.md"
BEGIN, END = "<!-- table: tools/settings_table.py --write -->", "<!-- end of the table -->"

sys.path.insert(0, str(ROOT))
from config.environment import SETTINGS, Setting  # noqa: E402


def main() -> int:
    """Compare or write; returns the exit code."""
    page = PAGE.read_text(encoding="utf-8")
    wanted = with_table(page)
    if "--write" in sys.argv[1:]:
        PAGE.write_text(wanted, encoding="utf-8")
    elif page != wanted:
        print(f"{PAGE.relative_to(ROOT)} is out of date: tools/settings_table.py --write", file=sys.stderr)
        return 1
    return 0


def with_table(page: str) -> str:
    """The page with the table of now between its two marks."""
    before, _, rest = page.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n{table()}{END}{after}"


def table() -> str:
    """A line a setting, in the order of the code."""
    rows = [f"| `{setting.name}` | {default_of(setting)} | {_cell(setting.help)} |" for setting in SETTINGS]
    return "\n".join(["| name | default | what it says |", "|---|---|---|", *rows, ""])


def default_of(setting: Setting) -> str:
    """The default as one would write it in the environment; a dash where it is unset."""
    value = setting.default
    if value in ("", []):
        return "–"
    if isinstance(value, bool):
        return f"`{int(value)}`"
    if setting.name.endswith("_BYTES"):
        return f"`{value}` ({value // 1024**2} MiB)"
    return f"`{value:g}`" if isinstance(value, float) else f"`{value}`"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


if __name__ == "__main__":
    sys.exit(main())
