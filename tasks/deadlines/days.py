"""Days: ends of months, and working days by the Vietnamese holiday calendar."""

from calendar import monthrange
from datetime import date, timedelta
from functools import cache

import holidays

# What the library does not know: exchanges of working days announced late (day off ↔ the Saturday worked for it).
DAYS_OFF = {date(2026, 1, 2)}  # government decision of 25/12/2025: Friday 2/1 exchanged for Saturday 10/1
DAYS_WORKED = {date(2026, 1, 10)}

_NEW_YEAR = "Lunar New Year"


@cache
def _vietnam():
    return holidays.country_holidays("VN", language="en_US")


def is_working_day(day):
    """True on a day offices work: Monday to Friday without public holidays, and Saturdays worked in exchange."""
    if day in DAYS_OFF or day in DAYS_WORKED:
        return day in DAYS_WORKED
    return _vietnam().is_working_day(day)


def working_days_after(day, n):
    """The n-th working day after `day`, which itself does not count (Civil Code, article 147). `n` ≥ 0."""
    while n > 0:
        day += timedelta(days=1)
        n -= is_working_day(day)
    return day


@cache
def lunar_new_year(year):
    """The first day of Tết Nguyên đán that falls into `year`, or None where the calendar doesn't know it."""
    calendar = holidays.country_holidays("VN", years=year, language="en_US")
    days = [day for day, name in calendar.items() if _NEW_YEAR in name.split("; ")]
    return days[0] if len(days) == 1 else None


def month_end(year, month):
    return date(year, month, monthrange(year, month)[1])


def month_before(year, month):
    """(year, month) of the month before."""
    return (year, month - 1) if month > 1 else (year - 1, 12)
