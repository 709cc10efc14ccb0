from datetime import date

import pytest
import time_machine
from django.urls import reverse

from tests.reports.test_month import at, june

TODAY = date(2026, 6, 20)


@pytest.fixture
def page(world, as_post):
    """The report's page in the clerk's hands on 20 June: `page()` reads it, `page(part2=…, take=2)` submits what it showed and more."""
    report, client, shown = june(world), as_post(world.mai), {}

    def turn(**typed):
        with time_machine.travel(at(TODAY), tick=False):
            if typed:
                address = reverse("edit_report", args=[report.pk])
                answer = client.post(address, {**shown, **typed}, follow=True)
            else:
                answer = client.get(report.get_absolute_url())
        if answer.context.get("form"):
            shown.clear()
            shown.update({field.html_name: field.value() for field in answer.context["form"] if field.value() not in (None, "")})
        return answer

    turn.report = report
    return turn
