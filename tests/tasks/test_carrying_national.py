"""Carrying down at national size: one order to 3,321 wards, their clock, and the real Central plan as a checklist."""

from datetime import date, datetime

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from orgunits.models import AddresseeGroup, Level, OrgUnit, Person, Post, Role
from plans.models import Plan, Receipt
from tasks import carrying, cascade_clock, issuing, rollup
from tasks.models import Answer, Assignment
from tests.conftest import know_the_rows

pytestmark = pytest.mark.django_db
AT = datetime(2026, 7, 1, 9, tzinfo=timezone.get_default_timezone())


@pytest.fixture(scope="module", autouse=True)
def _loaded(country):
    """Every test here stands on the whole country."""


@pytest.fixture(autouse=True)
def _july():
    with time_machine.travel(AT, tick=False):
        yield


def post(code, role):
    person = Person.objects.create(username=f"{role}.{code}", full_name=f"{role} {code}")
    return Post.objects.create(person=person, unit=OrgUnit.objects.get(code=code), role=role, since=date(2026, 1, 5))


def wards_group(owner):
    group = AddresseeGroup.objects.create(code="MOI.XA", owner=owner, words="Các xã, phường, đặc khu", rule="")
    group.units.set(OrgUnit.objects.areas().filter(level=Level.WARD))
    return group


def national_draft(head, n):
    """A draft of the Centre with `n` dated duties for every ward."""
    plan, _is_new = carrying.start(by=head, at=AT)
    group = wards_group(plan.unit)
    for place in range(n):
        task = carrying.add_duty(plan, f"Việc thứ {place}", by=head, at=AT)
        fields = {name: getattr(task, name) for name in carrying.WRITTEN} | {"deadline_words": "Trước ngày 31/12/2026", "group": group}
        carrying.edit(task, fields=fields, leads=[], coordinators=[], how=carrying.OWN, version=0, by=head, at=AT)
    return plan


def issue(plan, head):
    paper = issuing.SignedPaper("09-KH/BCĐTW", "KH", "Kế hoạch", date(2026, 6, 30), plan.unit, "An ninh mạng")
    return issuing.issue(plan, paper, by=head, at=AT)


def test_one_order_reaches_every_ward_and_its_clock_counts_them(as_post, django_assert_max_num_queries, django_assert_num_queries):
    head = post("TW", Role.STEERING)
    plan = national_draft(head, 1)
    with django_assert_max_num_queries(220):  # SQLite takes 33 rows of this width at once, PostgreSQL a thousand
        plan = issue(plan, head)
    assert Assignment.objects.filter(plan=plan).count() == Answer.objects.filter(assignment__plan=plan).count() == 3321
    assert (Receipt.objects.filter(plan=plan).count(), plan.tasks.get().leads_n) == (3321, 3321)
    know_the_rows()

    wards = Receipt.objects.filter(plan=plan).order_by("pk")
    wards.filter(pk__in=wards.values("pk")[:1000]).update(received_on=date(2026, 7, 4))
    clock = cascade_clock.clock(cascade_clock.receipts(plan, head))
    assert (clock.n, clock.received, clock.no_plan, clock.to_receive) == (3321, 1000, 3321, 4)
    client = as_post(head)
    client.get("/")
    with django_assert_num_queries(13):
        page = client.get(reverse("cascade", args=[plan.pk]) + "?show=not_received")
    assert page.context["page"].paginator.count == 2321
    page = client.get(reverse("cascade", args=[plan.pk]) + "?province=56")
    assert page.context["clock"].n == OrgUnit.objects.areas().filter(parent__code="56").count()
    assert len(page.context["provinces"]) == 34
    assert list(rollup.faults()) == []


def test_khanh_hoa_drafts_from_the_central_plan_and_ba_ngoi_from_hers(as_post):
    """The real Central plan: every duty of «V.1.m» that names the provinces is carried, the rest relates."""
    nga, head, lan = post("56", Role.CLERK), post("56", Role.STEERING), post("22423", Role.CLERK)
    central = Plan.objects.get(document__key="04-kh-bcdtw")
    client = as_post(nga)
    assert client.post(reverse("carry_down", args=[central.pk])).status_code == 302
    draft = Plan.objects.get(unit__code="56", issued_on=None)
    choices = carrying.choices(draft, central, nga)
    ours = {row.task.ref for row in choices if row.is_ours}
    assert "V.1.m/5" in ours
    assert "V.1.d/10" not in ours  # a duty of the Ministry of Public Security
    picks = [row.task.pk for row in choices if row.task.ref in {"V.1.m/5", "V.1.m/6", "V.1.d/10"}]
    client.post(reverse("pick_duties", args=[draft.pk]), {"from": central.pk, "pick": picks})
    links = {link.parent.ref: link.via and link.via.unit.code for task in draft.tasks.all() for link in task.parent_links.all()}
    assert links == {"V.1.m/5": "56", "V.1.m/6": "56", "V.1.d/10": None}

    known = Plan.objects.get(document__key="07-kh-bcd-khanh-hoa")
    paper = {"symbol": known.document.symbol, "type": "KH", "type_name": "Kế hoạch", "signed_on": "16/03/2026", "subject": "An ninh mạng"}
    task = draft.tasks.get(parent_links__parent__ref="V.1.m/6")
    form = {"version": task.version, "title": task.title, "words": task.words, "how": "", "deadline_words": task.deadline_words}
    assert client.post(reverse("edit_duty", args=[task.pk]), {**form, "lead_names": "ba ngoi"}).status_code == 302
    client = as_post(head)
    answer = client.post(reverse("issue_plan", args=[draft.pk]), {**paper, "issuer": known.document.issuer_id})
    assert answer.headers["Location"] == f"/plans/{known.pk}/"
    known.refresh_from_db()
    assert (known.document.text_received, known.tasks.count()) == (True, 3)
    assert Receipt.objects.get(plan=known, unit__code="22423").sent_on == date(2026, 3, 16)
    assert known in Plan.objects.visible_to(lan)

    client = as_post(lan)
    client.post(reverse("carry_down", args=[known.pk]))
    ward = Plan.objects.get(unit__code="22423", issued_on=None)
    client.post(reverse("pick_duties", args=[ward.pk]), {"from": known.pk, "pick": [task.pk]})
    assert ward.tasks.get().parent_links.get().via.unit.code == "22423"
    assert list(rollup.faults()) == []
