#!/usr/bin/env python
"""Thông Suốt's command line."""

import os
import sys


def main():
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    try:
        from django.core.management import execute_from_command_line  # noqa: PLC0415 - said in one sentence where it is missing

        from config import environment  # noqa: PLC0415
    except ModuleNotFoundError as error:
        sys.exit(f"The package {error.name} is not installed here. Run: make setup")
    with environment.one_clear_sentence():
        environment.prepare_command(sys.argv[1:])
        execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
