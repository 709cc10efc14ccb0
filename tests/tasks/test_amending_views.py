"""Pages of extensions, amendments and waiting links: who may, what is said, nothing typed lost, once."""

import uuid
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from orgunits.models import Role
from plans.models import Amendment
from tasks import cascade, waiting
from tasks.deadlines import Kind
from tasks.models import Answer, Assignment, DueChange, ParentLink, Stage, Task, TaskChange
from tests.world import plan_of

DUE, LATER = date(2030, 7, 20), date(2030, 8, 20)
SIGNED = timezone.localdate() - timedelta(days=1)


def paper(**more):
    facts = {"symbol": "15-QĐ/BCĐ", "type": "QĐ", "signed_on": f"{SIGNED:%d/%m/%Y}", "signer": "Nguyễn Bình", "reason": "Chờ Bộ hướng dẫn"}
    return {"token": uuid.uuid4(), "version": 0, **facts, **more}


def new_date(**more):
    return paper(**{"due_on": "20/08/2030", **more})


@pytest.fixture
def duty(world):
    return world.duty(due_on=DUE)


@pytest.fixture
def extending(duty):
    return reverse("extend_stage", args=[duty.task.stages.get().pk])


# Extending


@pytest.mark.parametrize(("who", "status"), [("mai", 302), ("binh", 302), ("an", 403), ("dung", 403), ("chi", 404), ("giang", 404)])
def test_clerk_and_steering_of_the_plans_unit_record_an_extension(world, as_post, extending, who, status):
    client = as_post(getattr(world, who))
    assert client.post(extending, new_date()).status_code == status
    assert Amendment.objects.exists() == (status == 302)


def test_the_form_shows_the_date_and_the_duty_page_both_dates(world, as_post, duty, extending):
    client = as_post(world.mai)
    assert "20/07/2030" in client.get(extending).content.decode()
    client.post(extending, new_date())
    page = client.get(reverse("task", args=[duty.task_id])).content.decode()
    assert "20/07/2030" in page
    assert "20/8/2030" in page
    assert "15-QĐ/BCĐ" in page
    assert "Chờ Bộ hướng dẫn" in page
    answer = as_post(world.an).get(reverse("assignment", args=[duty.pk])).content.decode()
    assert "Chờ Bộ hướng dẫn" in answer
    assert "20/07/2030" in answer


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("due_on", ""),
        ("due_on", "32/13/2030"),
        ("due_on", "20/07/2030"),
        ("due_on", "01/01/2020"),
        ("symbol", ""),
        ("symbol", "x" * 61),
        ("type", "ZZ"),
        ("signed_on", ""),
        ("signed_on", "01/01/2031"),
        ("signed_on", "01/01/2020"),
        ("signer", ""),
        ("reason", "  "),
        ("version", "x"),
        ("token", "x"),
    ],
)
def test_bad_input_is_answered_beside_its_field_and_kept(world, as_post, extending, field, value):
    answer = as_post(world.mai).post(extending, {**new_date(reason="Lý do giữ lại", signer="Trần Thị Mai"), field: value})
    assert answer.status_code == 422
    assert len(answer.context["form"].errors[field]) == 1
    page = answer.content.decode()
    kept = {"reason": "Lý do giữ lại", "signer": "Trần Thị Mai"}
    assert all(words in page for name, words in kept.items() if name != field)
    assert not Amendment.objects.exists()


def test_the_plan_itself_is_no_amendment(world, as_post, extending):
    answer = as_post(world.mai).post(extending, new_date(symbol="02-KH/BCĐ", type="KH"))
    assert answer.context["form"].errors["symbol"]


def test_an_ended_duty_says_so(world, as_post, duty, extending):
    Task.objects.filter(pk=duty.task_id).update(ended_on=SIGNED)
    answer = as_post(world.mai).post(extending, new_date())
    assert answer.status_code == 422
    assert not Amendment.objects.exists()


def test_a_double_click_is_once_and_a_stale_page_keeps_its_words(world, as_post, extending):
    client, same = as_post(world.mai), new_date()
    assert [client.post(extending, same).status_code for _ in range(3)] == [302] * 3
    assert DueChange.objects.count() == 1
    answer = client.post(extending, new_date(due_on="30/08/2030", reason="câu của tôi"))
    assert answer.status_code == 409
    assert "câu của tôi" in answer.content.decode()
    again = {**new_date(due_on="30/08/2030"), "version": answer.context["form"].data["version"]}
    assert client.post(extending, again).status_code == 302
    assert DueChange.objects.count() == 2


def test_one_unit_alone(world, as_post, duty):
    other = cascade.address(duty.task, leads=[world.committee], on=SIGNED)[0]
    address = reverse("extend_answer", args=[duty.answers.get().pk])
    assert as_post(world.an).get(address).status_code == 403
    assert as_post(world.chi).get(address).status_code == 404
    assert as_post(world.mai).post(address, new_date()).headers["Location"] == duty.get_absolute_url()
    assert [Assignment.objects.get(pk=row.pk).due_on for row in (duty, other)] == [LATER, DUE]
    assert "20/08/2030" in as_post(world.an).get(duty.get_absolute_url()).content.decode()


def test_a_plan_withdrawn_is_not_extended(world, as_post, extending):
    type(world.plan).objects.update(withdrawn_on=SIGNED)
    assert as_post(world.mai).post(extending, new_date()).status_code == 403


# Amending


def amending(world, *tasks, new=0):
    query = "&".join([*(f"duty={task.pk}" for task in tasks), f"new={new}"])
    return f"{reverse('amend_plan', args=[world.plan.pk])}?{query}"


def words_of(task, **more):
    return {
        f"{name}-{task.pk}": value for name, value in {"title": task.title, "words": task.words, "product": task.product, **more}.items()
    }


@pytest.mark.parametrize(("who", "status"), [("mai", 200), ("binh", 200), ("an", 403), ("dung", 403), ("chi", 404)])
def test_who_amends(world, as_post, duty, who, status):
    client = as_post(getattr(world, who))
    assert client.get(reverse("amend_plan", args=[world.plan.pk])).status_code == status
    assert client.get(amending(world, duty.task)).status_code == status


def test_how_often_the_units_report_is_amended_like_the_rest(world, as_post, duty):
    client, address = as_post(world.mai), amending(world, duty.task)
    page = client.get(address).content.decode()
    assert "hằng tháng" in page
    assert f'name="cadence-{duty.task_id}"' in page
    for refused in ("monthly", "daily"):
        answer = client.post(address, {**paper(), **words_of(duty.task), f"cadence-{duty.task_id}": refused})
        assert (answer.status_code, TaskChange.objects.count()) == (422, 0)
    assert client.post(address, {**paper(), **words_of(duty.task), f"cadence-{duty.task_id}": "quarterly"}).status_code == 302
    assert Assignment.objects.get(pk=duty.pk).cadence == "quarterly"
    assert "hằng quý" in client.get(duty.get_absolute_url()).content.decode()
    told = client.get(reverse("task", args=[duty.task_id])).content.decode()
    assert "hằng tháng" in told
    assert "15-QĐ/BCĐ" in told


def test_one_page_records_all_a_document_says(world, as_post, duty):
    ended, client = world.duty(), as_post(world.mai)
    stage = duty.task.stages.get()
    data = {
        **paper(),
        **words_of(duty.task, title="Rà soát lại"),
        **words_of(ended.task),
        f"due-{stage.pk}": "20/08/2030",
        f"joining-{duty.task_id}": "Ban Chỉ đạo phường Ba Ngòi",
        f"leaving-{duty.task_id}": str(duty.pk),
        f"ends-{ended.task_id}": "on",
        "new-0-ref": "9",
        "new-0-title": "Diễn tập",
        "new-0-deadline": "Hoàn thành trong tháng 9/2030",
        "new-0-leads": world.ubnd.code,
    }
    assert client.post(amending(world, duty.task, ended.task, new=1), data).status_code == 302
    assert sorted(TaskChange.objects.values_list("kind", flat=True)) == ["added", "dates", "ended", "leads", "reworded"]
    assert Task.objects.get(ref="9").stages.get().due_on == date(2030, 9, 30)
    page = client.get(world.plan.get_absolute_url()).content.decode()
    for words in ("Rà soát lại", "Diễn tập", "15-QĐ/BCĐ", "Ban Chỉ đạo phường Ba Ngòi"):
        assert words in page
    assert client.post(amending(world, duty.task, ended.task, new=1), data).status_code == 302
    assert Amendment.objects.count() == 1
    assert TaskChange.objects.count() == 5


@pytest.mark.parametrize(
    ("more", "wrong"),
    [
        ({"joining": "Sở Không Có"}, "joining"),
        ({"joining": "UBND phường Cam Linh"}, "joining"),
        ({"title": " "}, "title"),
        ({}, None),
        ({"ends": "on", "title": "khác"}, None),
    ],
)
def test_what_is_refused_keeps_everything_typed(world, as_post, duty, more, wrong):
    task = duty.task
    data = {**paper(reason="Lý do giữ lại"), **words_of(task), **{f"{name}-{task.pk}": value for name, value in more.items()}}
    answer = as_post(world.mai).post(amending(world, task), data)
    assert answer.status_code == 422
    assert answer.context["form"].errors[f"{wrong}-{task.pk}" if wrong else "__all__"]
    assert "Lý do giữ lại" in answer.content.decode()
    assert not Amendment.objects.exists()


def test_a_stale_amendment_is_told_and_kept(world, as_post, duty):
    client = as_post(world.mai)
    client.post(amending(world, duty.task), {**paper(), **words_of(duty.task, title="của người khác")})
    answer = client.post(amending(world, duty.task), {**paper(symbol="16-QĐ/BCĐ"), **words_of(duty.task, title="câu của tôi")})
    assert answer.status_code == 409
    assert "câu của tôi" in answer.content.decode()


# Waiting


@pytest.fixture
def province(world):
    plan = plan_of(world.khanh_hoa, "07-KH/BCĐ")
    world.plan.superiors.add(plan)
    return plan


def awaiting(world, province, title="Đào tạo, bồi dưỡng kỹ năng an toàn thông tin"):
    duty = world.duty(kind=Kind.RELATIVE_TO_SUPERIOR_PLAN, title=title)
    Stage.objects.filter(task=duty.task).update(waits_for_plan=province)
    return waiting.stages_that_wait().get(task=duty.task)


def test_candidates_parents_first_then_likeness_and_nothing_by_itself(world, province):
    far = world.duty(plan=province, lead=world.ba_ngoi, due_on=DUE, title="Mua sắm thiết bị lưu trữ").task
    like = world.duty(plan=province, lead=world.ba_ngoi, due_on=DUE, title="Tổ chức đào tạo, bồi dưỡng kỹ năng an toàn thông tin").task
    other = world.duty(plan=province, lead=world.ba_ngoi, due_on=DUE, title="Diễn tập ứng phó").task
    stage = awaiting(world, province)
    ParentLink.objects.tie(stage.task, far)
    rows = waiting.candidates([stage], world.mai)[stage.pk]
    assert [row.task for row in rows] == [far, like, other]
    assert (rows[0].why, bool(rows[1].why), rows[2].why) == ("parent", True, "")
    assert Stage.objects.get(pk=stage.pk).waits_for is None


def test_several_stages_are_linked_at_once(world, province, as_post):
    source = world.duty(plan=province, lead=world.ba_ngoi, due_on=DUE).task
    one, two, three = (awaiting(world, province) for _ in range(3))
    client, list_ = as_post(world.mai), reverse("waiting_stages")
    assert client.get(list_).context["page"].paginator.count == 3
    data = {f"version-{stage.pk}": stage.task.version for stage in (one, two, three)}
    data |= {f"source-{one.pk}": source.pk, f"source-{two.pk}": source.pk, f"source-{three.pk}": ""}
    assert client.post(reverse("link_stages"), data).headers["Location"] == list_
    assert list(Answer.objects.filter(stage__in=[one, two, three]).order_by("stage").values_list("due_on", flat=True)) == [DUE, DUE, None]
    assert client.get(list_).context["page"].paginator.count == 1


@pytest.mark.parametrize(("who", "status"), [("mai", 302), ("binh", 302), ("an", 403), ("dung", 403), ("chi", 404)])
def test_who_links_from_the_duty_page(world, province, as_post, who, status):
    source, stage = world.duty(plan=province, lead=world.ba_ngoi, due_on=DUE).task, awaiting(world, province)
    answer = as_post(getattr(world, who)).post(reverse("link_stage", args=[stage.pk]), {"source": source.pk, "version": 0})
    assert answer.status_code == status
    assert (Stage.objects.get(pk=stage.pk).waits_for == source) == (status == 302)


def test_a_link_is_taken_away_and_a_stale_page_changes_nothing(world, province, as_post):
    source, stage = world.duty(plan=province, lead=world.ba_ngoi, due_on=DUE).task, awaiting(world, province)
    client, address = as_post(world.mai), reverse("link_stage", args=[stage.pk])
    for _ in range(2):
        client.post(address, {"source": source.pk, "version": 0})  # a double click
    assert "flash error" not in client.get(stage.task.get_absolute_url()).content.decode()
    client.post(address, {"source": "", "version": 0})
    assert Stage.objects.get(pk=stage.pk).due_on == DUE
    client.post(address, {"source": "", "version": 1})
    assert Stage.objects.get(pk=stage.pk).due_on is None


def test_a_duty_beyond_ones_sight_is_no_candidate(world, as_post):
    hidden = world.duty(plan=plan_of(world.cam_linh, "03-KH/BCĐ"), lead=world.ubnd_cam_linh, due_on=DUE).task
    stage = awaiting(world, None)
    for wanted in (hidden.pk, "x", "9" * 30, stage.task_id):
        answer = as_post(world.mai).post(reverse("link_stage", args=[stage.pk]), {"source": wanted, "version": 0})
        assert answer.status_code == 404
    assert not DueChange.objects.exists()


def test_the_list_is_for_clerks_and_steering(world, as_post):
    for post, status in [(world.an, 403), (world.hire("ha", world.ba_ngoi, Role.AUDITOR), 403), (world.binh, 200)]:
        assert as_post(post).get(reverse("waiting_stages")).status_code == status


def test_one_and_three_waiting_rows_ask_as_many_queries(world, province, as_post):
    for _ in range(3):
        world.duty(plan=province, lead=world.ba_ngoi, due_on=DUE)
    client, counts = as_post(world.mai), []
    for rows in (1, 2):
        for _ in range(rows):
            awaiting(world, province)
        with CaptureQueriesContext(connection) as asked:
            client.get(reverse("waiting_stages"))
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_lists_say_and_filter_how_long_a_duty_waits(world, province, as_post):
    stage, client = awaiting(world, province), as_post(world.mai)
    days = (timezone.localdate() - Assignment.objects.get(task=stage.task).joined_on).days
    page = client.get(reverse("duties")).content.decode()
    assert str(days) in page
    found = [client.get(reverse("duties"), {"waited": n}).context["page"].paginator.count for n in (days, days + 1)]
    assert found == [1, 0]
