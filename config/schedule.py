"""When jobs run, each line with its reason. Times are those of Asia/Ho_Chi_Minh."""

from celery.schedules import crontab

SCHEDULE = {
    # Looks again at whatever a stopped machine, a lost message or a full disk left undone; alerts of incidents, whose clock counts hours.
    # An order not taken within its minute is void: the next one does the same work.
    "sweep": {"job": "reports.jobs.sweep", "schedule": crontab(), "expires": 55},
    # Units merge and split at the start of their day, before reports open for who owes them then. At or past, so that none is missed.
    "change units": {"job": "tasks.jobs.change_units", "schedule": crontab(hour=0, minute=5)},
    # Posts change hands at the start of their day, after the units they sit in; duties of one that ended without an heir name nobody.
    "hand over posts": {"job": "tasks.jobs.hand_over_posts", "schedule": crontab(hour=0, minute=6)},
    # Drafts open on the first day of a period; asked every day so that a machine off on that day skips nobody.
    "open reports": {"job": "reports.jobs.open_reports", "schedule": crontab(hour=0, minute=10)},
    # A pause with a last day ends by itself on the day after; before reminders look at the dates. At or past.
    "resume pauses": {"job": "tasks.jobs.resume_pauses", "schedule": crontab(hour=0, minute=15)},
    # What comes again begins anew on the day after its date; before reminders look at the dates. At or past.
    "turn over": {"job": "tasks.jobs.turn_over", "schedule": crontab(hour=0, minute=20)},
    # A reply-by is over when its day is: at the start of the next one a difficulty nobody answered lies one level up. At or past.
    "climb difficulties": {"job": "tasks.jobs.climb_difficulties", "schedule": crontab(hour=0, minute=15)},
    # Once a day the head of the journal's chain leaves the database. After midnight's jobs, whose acts it then holds.
    "anchor": {"job": "journal.jobs.anchor", "schedule": crontab(hour=0, minute=20)},
    # Unsent words about duties that ended, or that nobody touched for three months. At night, when nobody writes.
    "clear drafts": {"job": "tasks.jobs.clear_drafts", "schedule": crontab(hour=3, minute=20)},
    # Files that a killed worker stored for a row that never came. At night; a day's wait is longer than any act takes.
    "remove orphans": {"job": "reports.jobs.remove_orphans", "schedule": crontab(hour=3, minute=40)},
    # Before the office opens, so that the digest at 07:30 holds the day's reminders.
    "remind": {"job": "tasks.jobs.remind", "schedule": crontab(hour=7, minute=0)},
    "remind of reports": {"job": "reports.jobs.remind", "schedule": crontab(hour=7, minute=5)},
    # One letter per person and day.
    "digests": {"job": "journal.jobs.send_digests", "schedule": crontab(hour=7, minute=30)},
}


def as_celery():
    """The schedule in Celery's own words (it calls a job a task, and what bounds its wait options)."""
    return {
        name: {"task": line["job"], "schedule": line["schedule"], "options": {key: line[key] for key in ("expires",) if key in line}}
        for name, line in SCHEDULE.items()
    }
