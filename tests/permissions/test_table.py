"""Cells of trust.md §2 that the code once filled otherwise, each with one person at one door (docs/decisions/0008)."""

import pytest
from django.test import Client
from django.urls import reverse

from orgunits.models import Person, Role
from tests.permissions.requests import told
from tests.permissions.scene import BACKEND, HIRED

pytestmark = pytest.mark.django_db

CHIEF_OF_POLICE = "son.bangoi official 22423.CA"
MINISTRY = "dung.bca official TW.BCA"
PROVINCE_CLERK, PROVINCE_HEAD, PROVINCE_AUDITOR = "nga.khanhhoa clerk 56", "thinh.khanhhoa steering 56", "vinh.khanhhoa auditor 56"
WARD_AUDITOR = "khoa.bangoi auditor 22423"


def one(scene, kind, test):
    return next(thing for thing in scene.things[kind] if test(thing.row))


def draft_plan(scene, code):
    return one(scene, "plan", lambda plan: plan.issued_on is None and plan.unit.code == code)


def report(scene, code, *, filed):
    return one(scene, "report", lambda row: row.unit.code == code and bool(row.filed_at) == filed and row.month.month in (6, 7))


def status(scene, who, name, thing):
    return scene.actors[who].sign_in().get(reverse(name, args=[thing.pk])).status_code


def sees_person(scene, who, code):
    """Whether the page of a unit names the person who works there and does nothing else."""
    thing = one(scene, "person", lambda post: post.unit.code == code)
    word = next(word for word, tellers in scene.canaries.items() if thing in tellers)
    return word in told(scene.actors[who].sign_in().get(reverse("unit", args=[thing.unit.pk])))


def plan_02(scene):
    return one(scene, "plan", lambda plan: plan.document.key == "02-kh-bcd-ba-ngoi")


def plan_07(scene):
    return one(scene, "plan", lambda plan: plan.document.key == "07-kh-bcd-khanh-hoa")


def inner_paper(scene):
    return one(scene, "paper", lambda row: row.is_draft and row.report and row.report.filed_at and row.report.unit.code == "22423")


def draft_duty(scene):
    return one(scene, "assignment", lambda row: row.plan.issued_on is None and row.unit.code == "22423.CA")


def shared_lead(scene):
    return one(scene, "assignment", lambda row: row.pk == scene.shared.pk)


def body_offices_stay_in_their_body(scene):
    """The head and the clerk of the police of Ba Ngòi, and the head of a ministry, against what their areas' offices may."""
    draft, central = report(scene, "22423", filed=False), next(row for row in scene.spots if row.unit.code == "TW.BTC")
    ends = []
    for code, role, address in [
        ("22423.CA", Role.CLERK, reverse("edit_report", args=[draft.pk])),
        ("22423.CA", Role.STEERING, reverse("sign_report", args=[draft.pk])),
        ("TW.BCA", Role.STEERING, reverse("judge", args=[central.progress.first().pk])),
        ("TW.BCA", Role.CLERK, reverse("assignment", args=[central.pk])),
    ]:
        person = Person.objects.create(username=f"{role}.{code}", full_name="Thêm")
        person.posts.create(unit=scene.units[code], role=role, since=HIRED)
        client = Client()
        client.force_login(person, backend=BACKEND)
        answer = client.get(address) if role == Role.CLERK and code == "TW.BCA" else client.post(address, {"revision": 0, "ok": "1"})
        ends.append(answer.status_code)
    return set(ends) <= {403, 404}


CELLS = {
    "office of a body": body_offices_stay_in_their_body,
    "draft plan, sister body": lambda s: status(s, CHIEF_OF_POLICE, "plan", draft_plan(s, "22423")) == 404,
    "report, sister body": lambda s: status(s, CHIEF_OF_POLICE, "report", report(s, "22423", filed=False)) == 404,
    "assignment in a draft, sister body": lambda s: status(s, CHIEF_OF_POLICE, "assignment", draft_duty(s)) == 404,
    "assignment in a draft, auditor": lambda s: status(s, WARD_AUDITOR, "assignment", draft_duty(s)) == 404,
    "plans of the area's branch": lambda s: status(s, MINISTRY, "plan", plan_02(s)) == 404,
    "auditor, up (decision 8)": lambda s: status(s, WARD_AUDITOR, "plan", plan_07(s)) == 200,
    "clerk, reports below (decision 8)": lambda s: status(s, PROVINCE_CLERK, "report", report(s, "22423", filed=True)) == 200,
    "draft paper, above": lambda s: status(s, PROVINCE_HEAD, "download_paper", inner_paper(s)) == 404,
    "draft paper, auditor": lambda s: status(s, WARD_AUDITOR, "download_paper", inner_paper(s)) == 404,
    "colleagues": lambda s: not sees_person(s, CHIEF_OF_POLICE, "22423.CA"),
    "people, auditor": lambda s: sees_person(s, PROVINCE_AUDITOR, "22423.UBND"),
    "offices, coordination": lambda s: status(s, "tuyet.camlinh clerk 22432", "assignment", shared_lead(s)) == 200,
}


@pytest.mark.parametrize("name", CELLS)
def test_the_code_does_what_the_table_says(scene, name):
    assert CELLS[name](scene)


def test_the_police_of_a_ward_do_not_read_the_neighbours_difficulties_in_the_draft_report(scene):
    """The second door behind «report, sister body»: words the table keeps in one body, printed in the area's draft."""
    actor, there = scene.actors[CHIEF_OF_POLICE], report(scene, "22423", filed=False)
    page = told(actor.sign_in().get(reverse("report", args=[there.pk])))
    inner = {word for word in page if scene.canaries[word][0].kind == "progress" and scene.verdicts(actor)[scene.canaries[word][0]] == "no"}
    assert inner == set()
