#!/usr/bin/env python
"""Maru's commands: `python manage.py up` starts everything; `python manage.py help` lists the others."""

import os
import sys


def main() -> None:
    """Run the command that the arguments name. A mistake in the settings is one line, not a traceback."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line

    from kb.runtime.problems import StartProblem

    try:
        execute_from_command_line(sys.argv)
    except (ImproperlyConfigured, StartProblem) as error:
        sys.exit(f"Maru cannot start: {error}")


if __name__ == "__main__":
    main()
