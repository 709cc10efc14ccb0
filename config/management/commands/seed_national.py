"""An illustrative country at national size."""

import argparse
import sys
import time
from datetime import date

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from config import national

WIDTH = 30


class Command(BaseCommand):
    help = (
        "Make an illustrative country on the real unit tree: plans at three levels, people who cannot sign in, a year of progress "
        "and reports. Once, in a demo or where --yes-illustrative says that the database is only for trying. The same seed and "
        "day give the same rows."
    )

    def add_arguments(self, parser):
        parser.add_argument("--provinces", type=_number(1, 34), help="only so many provinces, Khánh Hòa first (default: all 34)")
        parser.add_argument("--tasks-per-ward", type=_number(1, 400), default=22, help="duties in a ward's plan (default: 22)")
        parser.add_argument("--progress", type=_number(0, 5_000_000), help="entries in all (default: 200,000 for the whole country)")
        parser.add_argument("--seed", type=int, default=1, help="another number gives another country (default: 1)")
        parser.add_argument("--on", type=_day, help="the day on which the country stands, YYYY-MM-DD (default: today)")
        parser.add_argument("--yes-illustrative", action="store_true", help="outside a demo: this database is only for trying")

    def handle(self, **options):
        size = national.Size(options["provinces"], options["tasks_per_ward"], options["progress"])
        began = time.monotonic()
        say = Bar(self.stderr, began) if options["verbosity"] else _silent
        try:
            counts = national.load(
                on=options["on"] or timezone.localdate(),
                seed=options["seed"],
                size=size,
                illustrative=options["yes_illustrative"],
                say=say,
            )
        except national.Refused as error:
            raise CommandError(str(error)) from None
        told = ", ".join(f"{n:,} {name}" for name, n in counts.items() if n)
        self.stdout.write(f"Illustrative country: {told}; {time.monotonic() - began:.0f} s.")


class Bar:
    """How far the work is: one line that moves on a terminal, plain lines elsewhere."""

    def __init__(self, out, began):
        self.out, self.began, self.moves = out, began, sys.stderr.isatty()

    def __call__(self, done, total, words):
        full = WIDTH * done // total
        line = f"[{'#' * full}{'.' * (WIDTH - full)}] {done}/{total} {time.monotonic() - self.began:4.0f} s  {words}"
        if self.moves:
            self.out.write(f"\r{line:<100.100}", ending="\n" if done == total else "")
        else:
            self.out.write(line)
        self.out.flush()


def _silent(done, total, words):
    pass


def _number(low, high):
    def read(text):
        if not (text.isascii() and text.isdigit() and low <= int(text) <= high):
            raise argparse.ArgumentTypeError(f"a whole number from {low} to {high} is wanted")
        return int(text)

    return read


def _day(text):
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError("a day like 2026-11-28 is wanted") from None
