"""A unit's year as files: a table, and a calendar (RFC 5545) that phones and mail programs read."""

from datetime import timedelta
from urllib.parse import urljoin

from django.http import HttpResponse
from django.utils.translation import gettext as _
from icalendar import Calendar, Event

from tasks import sheets

WIDTHS = [12, 24, 70, 50, 34, 30]  # of the columns, in characters


def table(year, *, form, name):
    heads = [_("Day"), _("What"), _("Duty or act"), _("Where"), _("Status"), _("Remark")]
    rows = ([item.day, str(item.what.label), item.words, item.place, item.status, item.note] for item in year.items)
    return sheets.answer(heads, rows, title=_("The year"), widths=WIDTHS, form=form, name=name)


def calendar(year, *, name, base):
    """One all-day event for each line; `base` is the portal's address. The same line has the same UID in every export."""
    made = Calendar()
    made.add("prodid", "-//Thong Suot//VI")
    made.add("version", "2.0")
    made.add("x-wr-calname", f"{year.unit.full_name} {year.year}")
    for item in year.items:
        made.add_component(_event(item, at=year.at, base=base))
    response = HttpResponse(made.to_ical(), content_type="text/calendar; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.ics"'
    return response


def _event(item, *, at, base):
    event = Event()
    event.add("uid", f"{item.key}@thong-suot")
    event.add("dtstamp", at)
    event.add("dtstart", item.day)
    event.add("dtend", item.day + timedelta(days=1))
    event.add("summary", item.words)
    event.add("description", "\n".join(filter(None, [item.place, item.status, item.note])))
    event.add("url", urljoin(base, item.url))
    event.add("transp", "TRANSPARENT")
    return event
