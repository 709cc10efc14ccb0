"""Who reads the whole country reads the same rows as by the rule for everybody, without asking for thousands of ids."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.core.paginator import Paginator

from orgunits import lists
from orgunits.models import Role, Scope
from plans.models import Basis, Document, Mention, Plan
from tasks.models import Assignment, Task, Timeliness
from tests.world import body, plan_of

TODAY = date(2026, 8, 1)


class _Branch(Scope):
    """A scope for which the short way is closed."""

    is_whole_country = False


@pytest.fixture
def busy(world):
    """Plans at three levels, a foreign draft, an own draft, a base, a mention and a copy."""
    world.duty(lead=world.ubnd, due_on=TODAY - timedelta(days=3))
    central, province = plan_of(world.centre, "04-KH/BCĐTW"), plan_of(world.khanh_hoa, "07-KH/BCĐ")
    world.duty(plan=central, lead=world.khanh_hoa)
    world.duty(plan=province, lead=world.ubnd_cam_linh)
    world.duty(plan=plan_of(world.cam_linh, "09-KH/BCĐ", issued_on=None), lead=world.ubnd_cam_linh)
    ministry = body("00010009", world.centre, "ministry", "Bộ Công an")
    world.duty(plan=plan_of(ministry, "01-KH/BCA", issued_on=None), lead=ministry)
    for n, (key, issuer) in enumerate([("base", None), ("cited", None), ("copy", world.ba_ngoi), ("stray", None)]):
        Document.objects.create(issuer=issuer, type="QĐ", type_name="Quyết định", symbol=f"{n}-QĐ", symbol_printed="", subject=key, key=key)
    Basis.objects.create(document=central.document, base=Document.objects.get(key="base"), position=1)
    Mention.objects.create(document=central.document, cited=Document.objects.get(key="cited"))
    Document.objects.filter(key="copy").update(copy_of=central.document)
    return world


@pytest.mark.parametrize("role", [Role.STEERING, Role.AUDITOR])
@pytest.mark.parametrize(("model", "seen"), [(Plan, {Role.STEERING: 4, Role.AUDITOR: 3}), (Document, {Role.STEERING: 7, Role.AUDITOR: 6})])
def test_plans_and_documents(busy, role, model, seen):
    assert _both_ways(busy, role, model) == seen[role]


@pytest.mark.parametrize("role", [Role.STEERING, Role.AUDITOR])
@pytest.mark.parametrize("model", [Task, Assignment])
def test_duties_and_lines(busy, role, model):
    assert _both_ways(busy, role, model) == {Role.STEERING: 4, Role.AUDITOR: 3}[role]


def _both_ways(world, role, model):
    """How many rows a post at the Centre sees; the test fails where the long way sees others."""
    post = world.hire(f"someone.{role}", world.centre, role)
    assert post.scope().is_whole_country
    short = set(model.objects.visible_to(post).values_list("pk", flat=True))
    post._scope = _Branch(**{name: getattr(post.scope(), name) for name in Scope.__dataclass_fields__})
    assert set(model.objects.visible_to(post).values_list("pk", flat=True)) == short
    return len(short)


def test_only_reading_posts_of_the_root_read_the_whole_country(world):
    assert not world.dung.scope().is_whole_country
    assert not world.hire("clerk", world.centre, Role.CLERK).scope().is_whole_country
    assert replace(world.hoa.scope(), branch=None).is_whole_country is False


@pytest.mark.parametrize(
    "cells",
    [["overdue"], ["soon"], ["not_due"], ["overdue", "soon"], ["soon", "not_due"], ["overdue", "not_due"], ["overdue", "done_in_time"]],
)
def test_narrowing_by_the_date_changes_no_list(world, cells):
    for days in (-40, -1, 0, 1, 30, 31, 90):
        world.duty(due_on=TODAY + timedelta(days=days))
    world.duty()
    rows = Assignment.objects.timed(on=TODAY)
    wanted = set(rows.filter(timeliness__in=cells))
    assert set(rows.with_timeliness(cells, on=TODAY)) == wanted
    assert wanted
    assert len(wanted) < 8


def test_a_page_found_by_its_keys_is_the_same_page(rf, world):
    world.duties(7)
    rows = Assignment.objects.timed(on=TODAY).with_names().order_by("-task__position", "pk")
    for number in (1, 2, 3):
        page = lists.paged(rf.get("/", {"page": number}), rows, per=3)
        assert list(page) == list(Paginator(rows, 3).page(number))
        assert [row.timeliness for row in page] == [Timeliness.WITHOUT_RESULT] * len(page)


def test_a_page_reads_whole_rows_for_itself_alone(rf, world, django_assert_num_queries):
    world.duties(7)
    rows = Assignment.objects.with_names().order_by("-task__position", "pk")
    with django_assert_num_queries(3):  # how many, which, the rows
        list(lists.paged(rf.get("/", {"page": 2}), rows, per=3))
