"""Where the illustrative country is not made."""

from datetime import date

import pytest
from django.core.management import CommandError, call_command

from config import national
from config.demo.people import MAIL as DEMO_MAIL
from config.national import dates
from orgunits.models import OrgUnit, Person
from tasks.deadlines import Kind


@pytest.mark.django_db
def test_a_real_installation_must_say_that_it_is_only_for_trying():
    with pytest.raises(CommandError, match="--yes-illustrative"):
        call_command("seed_national", verbosity=0)
    assert not OrgUnit.objects.exists()


@pytest.mark.django_db
def test_it_is_not_made_where_people_are_registered():
    Person.objects.create(username="that", full_name="Người thật", email="that@xa.gov.vn")
    with pytest.raises(CommandError, match="People are registered"):
        call_command("seed_national", "--yes-illustrative", verbosity=0)
    assert not OrgUnit.objects.exists()


@pytest.mark.django_db
def test_a_demo_is_started_before_the_country_is_added(settings):
    settings.DEMO = True
    with pytest.raises(national.Refused, match="make run"):
        national.load(on=date(2026, 11, 28))


@pytest.mark.django_db
def test_a_demo_with_somebody_else_in_it_is_left_alone(settings):
    settings.DEMO = True
    Person.objects.create(username="an", full_name="An", email=f"an{DEMO_MAIL}")
    Person.objects.create(username="that", full_name="Người thật", email="that@xa.gov.vn")
    with pytest.raises(national.Refused, match="People are registered"):
        national.load(on=date(2026, 11, 28))


@pytest.mark.django_db
@pytest.mark.usefixtures("country")
def test_the_day_must_leave_time_for_plans_of_wards():
    with pytest.raises(national.Refused, match="2026-06-04"):
        national.load(on=date(2026, 6, 3), illustrative=True)


@pytest.mark.parametrize(
    ("option", "words"), [(["--provinces", "0"], "1 to 34"), (["--provinces", "35"], "1 to 34"), (["--on", "28/11/2026"], "2026-11-28")]
)
def test_a_wrong_option_gets_one_sentence(option, words):
    with pytest.raises(CommandError, match=words):
        call_command("seed_national", *option)


class _Dice:
    """A source of chance that always gives the same share."""

    def __init__(self, share):
        self.share = share

    def random(self):
        return self.share

    def randint(self, low, high):
        return low + round((high - low) * self.share)


@pytest.mark.parametrize("share", [0.0, 0.3, 0.59, 0.7, 1.0])
@pytest.mark.parametrize("past", [True, False])
def test_a_drawn_date_lies_on_the_wanted_side_of_the_day(share, past):
    issued, on = date(2026, 4, 1), date(2026, 11, 28)
    due = dates.drawn(_Dice(share), issued=issued, on=on, past=past)
    assert (due.due_on < on) is past
    assert issued < due.due_on
    assert due.kind in {Kind.BY_END_OF_MONTH, Kind.BY_DATE, Kind.BEFORE_DATE}
