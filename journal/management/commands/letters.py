"""Which letters wait, and which can never leave."""

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from journal import letters
from journal.models import Digest

DIGITS = 18  # of an id that any database takes
REASONS = {Digest.NO_ADDRESS: "no address", Digest.BAD_ADDRESS: "not an address", Digest.NO_ACCOUNT: "locked account"}


class Command(BaseCommand):
    help = "Lists the letters that wait and those that can never leave: to whom and why, never what is in them. --retry tries again."

    def add_arguments(self, parser):
        which = parser.add_mutually_exclusive_group()
        which.add_argument("--dead", action="store_true", help="only those that can never leave")
        which.add_argument("--waiting", action="store_true", help="only those that leave by themselves, sooner or later")
        which.add_argument("--retry", metavar="ID|all", help="put one dead letter, or all of them, back in line")

    def handle(self, *, dead, waiting, retry, **options):
        if retry is not None:
            return self.stdout.write(self._retried(retry))
        now = timezone.now()
        if not dead:
            self._list("waiting", Digest.objects.waiting(), now)
        if not waiting:
            self._list("dead", Digest.objects.dead(), now)

    def _retried(self, wanted):
        rows = Digest.objects.all() if wanted == "all" else Digest.objects.filter(pk=_id(wanted))
        if not rows.exists() and wanted != "all":
            raise CommandError(f"There is no letter {wanted}.")
        n = letters.retry(rows, by=None, at=timezone.now())
        if not n and wanted != "all":
            raise CommandError(f"Letter {wanted} is not dead: it was sent, or it waits and is tried again by itself.")
        return f"{n} letters are back in line; the next sweep sends them."

    def _list(self, name, rows, now):
        for letter in rows.select_related("person").order_by("on", "pk").iterator(chunk_size=1000):
            self.stdout.write(as_line(letter, name, now))
        self.stdout.write(f"{rows.count()} {name}.")


def _id(written):
    if not (written.isascii() and written.isdecimal() and len(written) <= DIGITS):
        raise CommandError(f"--retry {written!r} is neither the number of a letter nor «all».")
    return int(written)


def as_line(letter, name, now):
    kind = "urgent" if letter.is_urgent else "daily"
    age = f"{int((now - letter.planned_at).total_seconds()) // 60} min old" if letter.planned_at else f"of {letter.on}"
    why = REASONS.get(letter.problem, letter.problem)
    whom = f"{letter.person.username} <{letter.person.email}>"
    return f"{letter.pk:>8} {name:<8} {kind:<6} {letter.on} {whom} {age}, {letter.tries} tries. {why}".rstrip()
