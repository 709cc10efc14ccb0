"""The superior's word on many results at once (model.md §2, «Confirming»): what waits for a post, and what became of each."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from tasks.models import Assignment, Progress, StaleWrite


class Outcome(models.TextChoices):
    """What became of one entry of many."""

    JUDGED = "judged", _("done")
    MEANWHILE = "meanwhile", _("changed or judged by somebody else meanwhile")
    OWN = "own", _("filed by yourself")
    OTHERS = "others", _("not yours to judge")


def waiting(post):
    """Entries that wait for the word of this steering post, each with `since`, the moment from which it hangs."""
    return Progress.objects.awaiting().filter(assignment__in=Assignment.objects.to_be_confirmed_by(post))


def judge_many(entries, *, ok, by, at, reason=""):
    """Confirm the entries, or return them with one reason; each in a transaction of its own. Returns [(entry, Outcome)].

    Asked twice by the same post, the second answer is the first one's and nothing is written.
    """
    return [(entry, _judge(entry, ok=ok, by=by, at=at, reason=reason)) for entry in entries]


def _judge(entry, *, by, **word):
    if entry.by.shares_a_hand_with(by):
        return Outcome.OWN
    if not entry.may_be_judged_by(by):
        return Outcome.OTHERS
    try:
        verdict = entry.judge(by=by, **word)
    except StaleWrite:
        return Outcome.MEANWHILE
    return Outcome.JUDGED if verdict.by_id == by.pk else Outcome.MEANWHILE
