"""What is done with an incident: note it, send the first report, follow up, close, acknowledge; and who hears of it.

Everything said after the note is a row of its own (IncidentWord). Words of an incident stand in no notice: letters leave the portal.
"""

import uuid

from django.db import IntegrityError, transaction
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from journal.jobs import send_urgent
from journal.models import Entry, Notice
from journal.waking import wake
from tasks import incident_clock
from tasks.models import Incident, IncidentFile, IncidentWord, StaleWrite
from tasks.models.incident import FIELDS

Kind = IncidentWord.Kind
URGENT = {"noted", "reported"}  # steps whose letter does not wait for the day's; the alerts are too (tasks/incident_clock.py)


def note(unit, *, by, at, discovered_at, send, token=None, files=(), spoken_for="", asked="", **words):
    """Note an incident of `unit`; with `send` the first report goes up the line in the same act. `words`: the FIELDS.

    Returns the Incident; a token used before by the same post gives the incident it made. Raises StaleWrite for another's token.
    `asked`: a digest of the request, kept in the journal, by which was_asked() knows it again.
    """
    token = token or uuid.uuid4()
    if again := _earlier(token, by):
        return again
    try:
        with transaction.atomic():
            facts = {"discovered_at": discovered_at, "token": token, "spoken_for": spoken_for, **words}
            return _note(unit, by=by, at=at, send=send, files=files, asked=asked, **facts)
    except IntegrityError:  # the other click of a double one was quicker
        if again := _earlier(token, by):
            return again
        raise


def _earlier(token, by):
    again = Incident.objects.filter(token=token).first()
    if again and again.by_id != by.pk:
        raise StaleWrite
    return again


def was_asked(incident, asked):
    """Whether the incident was noted by the very request of this digest, whatever became of its words since."""
    return Entry.objects.about(incident).filter(verb="incident.noted", facts__asked=asked).exists()


def _note(unit, *, by, at, send, files, asked, **facts):
    incident = Incident.objects.create(unit=unit, path=unit.path, by=by, opened_at=at, **facts)
    with IncidentFile.objects.attached(files, incident=incident):
        more = {"asked": asked} if asked else {}
        Entry.objects.record(by=by, verb="incident.noted", target=incident, at=at, unit=unit.code, files=len(files), **more)
        if send:
            _send(incident, by=by, at=at, token=uuid.uuid4(), spoken_for=facts["spoken_for"])
        else:
            _tell(incident, _answering(incident, at), _("Incident noted, its first report is owed within 24 hours"), "noted", by, at)
    return incident


@transaction.atomic
def complete(incident, *, by, at, send, version, token, spoken_for="", **words):
    """Change the words of a note not sent yet, and with `send` send it as the first report. Returns the Incident.

    The same submit twice changes nothing. Raises StaleWrite where somebody else changed, sent or closed it meanwhile.
    """
    incident = _locked(incident)
    if _said(incident, token, by) or (not send and incident.is_unsent and all(getattr(incident, name) == words[name] for name in FIELDS)):
        return incident
    _must(incident.is_unsent, incident, version)
    changed = [name for name in FIELDS if getattr(incident, name) != words[name]]
    for name in changed:
        setattr(incident, name, words[name])
    incident.version += 1
    incident.save(update_fields=[*FIELDS, "folded", "version"])
    if changed:
        Entry.objects.record(by=by, verb="incident.edited", target=incident, at=at, fields=changed)
    if send:
        _send(incident, by=by, at=at, token=token, spoken_for=spoken_for)
    return incident


def _send(incident, *, by, at, token, spoken_for):
    """The first report: it stops the clock, and the whole line above hears of it."""
    incident.reported_at = at
    incident.save(update_fields=["reported_at"])
    word = _say(incident, Kind.FIRST, by=by, at=at, token=token, spoken_for=spoken_for)
    late = incident.hours_late(at=at)
    Entry.objects.record(by=by, verb="incident.reported", target=incident, at=at, word=word.pk, hours_late=late)
    _tell_line(
        incident,
        _("Incident reported, first report in time") if not late else _("Incident reported, first report late"),
        "reported",
        by,
        at,
    )


@transaction.atomic
def correct(incident, *, by, at, discovered_at, reason, version, token):
    """Put the moment of discovery right, with a reason, while the report is owed; alerts count anew, and who was told of it hears.

    Raises StaleWrite, and ValueError for a moment after the note: what was noted had been discovered.
    """
    incident = _locked(incident)
    if word := _said(incident, token, by):
        return word
    _must(incident.is_unsent, incident, version)
    if discovered_at > incident.opened_at:
        raise ValueError("An incident is discovered before it is noted.")
    heard = _heard(incident, at)
    was, incident.discovered_at = incident.discovered_at, discovered_at
    incident.told = min(incident.told, incident_clock.step(discovered_at, at))
    incident.corrections += 1
    incident.version += 1
    incident.save(update_fields=["discovered_at", "told", "corrections", "version"])
    word = _say(incident, Kind.CORRECTED, by=by, at=at, token=token, text=reason, was=was, now=discovered_at)
    facts = {"was": was.isoformat(), "now": discovered_at.isoformat(), "reason": reason}
    Entry.objects.record(by=by, verb="incident.corrected", target=incident, at=at, word=word.pk, **facts)
    words, body = _("Moment of discovery of an incident corrected"), incident_clock.moved(was, discovered_at)
    _tell(incident, heard, words, f"word/{word.pk}", by, at, body=body)
    return word


@transaction.atomic
def follow_up(incident, *, by, at, text, token, files=(), spoken_for=""):
    """Add what became known or was done since. Returns the IncidentWord. Raises StaleWrite where it is not reported, or closed."""
    incident = _locked(incident)
    if word := _said(incident, token, by):
        return word
    _must(incident.status == "reported", incident, None)
    word = _say(incident, Kind.FOLLOW_UP, by=by, at=at, token=token, text=text, spoken_for=spoken_for)
    with IncidentFile.objects.attached(files, incident=incident, word=word):
        Incident.objects.filter(pk=incident.pk).update(version=incident.version + 1)
        Entry.objects.record(by=by, verb="incident.followed", target=incident, at=at, word=word.pk, files=len(files))
        _tell_line(incident, _("Follow-up on an incident"), f"word/{word.pk}", by, at)
    return word


def close(incident, *, by, at, text, version, token, files=(), spoken_for=""):
    """The closing report: what it was, how it was put right. Nothing follows but an acknowledgement. Raises StaleWrite."""
    facts = {"text": text, "version": version, "token": token, "files": files, "spoken_for": spoken_for}
    return _end(incident, Kind.CLOSED, "reported", _("Incident closed"), by=by, at=at, **facts)


def drop(incident, *, by, at, text, version, token):
    """A note that proved to be no incident: its clock stops with the reason given, and the area hears of it. Raises StaleWrite."""
    words = _("Noted as an incident by mistake")
    return _end(incident, Kind.DROPPED, "noted", words, by=by, at=at, text=text, version=version, token=token, files=(), spoken_for="")


@transaction.atomic
def _end(incident, kind, needed, words, *, by, at, text, version, token, files, spoken_for):
    incident = _locked(incident)
    if word := _said(incident, token, by):
        return word
    _must(incident.status == needed, incident, version)
    word = _say(incident, kind, by=by, at=at, token=token, text=text, spoken_for=spoken_for)
    with IncidentFile.objects.attached(files, incident=incident, word=word):
        incident.closed_at = at
        incident.version += 1
        incident.save(update_fields=["closed_at", "version"])
        Entry.objects.record(by=by, verb=f"incident.{kind.value}", target=incident, at=at, word=word.pk, files=len(files))
        _tell_line(incident, words, f"word/{word.pk}", by, at)
    return word


@transaction.atomic
def acknowledge(incident, *, by, at, token, text=""):
    """«Đã tiếp nhận»: the superior heard, and may say what it sends. Once for each committee: a second one gives the first.

    Returns the IncidentWord. Raises StaleWrite where nothing was reported.
    """
    incident = _locked(incident)
    heard = incident.words.filter(kind=Kind.ACKNOWLEDGED, by__unit=by.unit_id).first()
    if word := _said(incident, token, by) or heard:
        return word
    _must(incident.reported_at is not None, incident, None)
    word = _say(incident, Kind.ACKNOWLEDGED, by=by, at=at, token=token, text=text)
    Entry.objects.record(by=by, verb="incident.acknowledged", target=incident, at=at, word=word.pk)
    _tell(incident, _answering(incident, at), _("The superior has received the report of the incident"), f"word/{word.pk}", by, at)
    return word


def _locked(incident):
    return Incident.objects.select_for_update(of=("self",)).select_related("unit__area").get(pk=incident.pk)


def _said(incident, token, by):
    """What this submit said already, or None. Raises StaleWrite where the token is another's."""
    word = token and IncidentWord.objects.filter(token=token).first()
    if word and (word.incident_id, word.by_id) != (incident.pk, by.pk):
        raise StaleWrite
    return word


def _must(holds, incident, version):
    if not holds or (version is not None and version != incident.version):
        raise StaleWrite


def _say(incident, kind, *, token, **facts):
    return incident.words.create(kind=kind, token=token or uuid.uuid4(), **facts)


def _answering(incident, at):
    return incident_clock.Readers([incident], on=timezone.localdate(at)).answering(incident)


def _tell_line(incident, words, step, by, at):
    """Up the unit's own line, from its area to the Centre."""
    _tell(incident, incident_clock.Readers([incident], on=timezone.localdate(at)).line(incident), words, step, by, at)


def _heard(incident, at):
    """Who answers for it, and those above who were told of it, or would have been by the hour the alerts stand at."""
    readers = incident_clock.Readers([incident], on=timezone.localdate(at))
    told = Notice.objects.filter(link=incident.get_absolute_url(), person__in=readers.line(incident))
    return readers.alerted(incident, incident.told) | set(told.values_list("person", flat=True))


def _tell(incident, people, words, step, by, at, *, body=""):
    with translation.override("vi"):
        Notice.objects.tell(
            people - {by.person_id},
            key=f"incident/{incident.pk}/{step}",
            kind=Notice.Kind.INCIDENT,
            title=f"{words}: {incident.unit.full_name}",
            body=body or incident_clock.discovered(incident),
            link=incident.get_absolute_url(),
            at=at,
            urgent=step in URGENT,
        )
    if step in URGENT:
        wake(send_urgent)
