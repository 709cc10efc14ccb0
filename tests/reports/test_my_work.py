"""«Việc của tôi»: every duty in one heap, heaps in the order of need, counts that are true where rows are cut."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from plans import period
from reports import my_work
from tasks.models import Assignment, Progress, ProgressDraft, State
from tasks.models.progress import log_progress

TODAY = date(2026, 8, 10)
AT = period.moment(TODAY) + timedelta(hours=9)
LONG_AGO = date(2026, 1, 5)


def heaps(post, *, on=TODAY):
    return {heap.name: [row.pk for row in heap.rows] for heap in my_work.heaps(post, on=on)}


def said(duty, by, says="doing", at=AT):
    return log_progress(duty, by=by, at=at, says=says, words="" if says == "nothing" else "Đã làm")


def test_every_duty_lies_in_one_heap_and_what_hurts_lies_first(world):
    returned, done = world.duty(), world.duty(due_on=TODAY + timedelta(days=3))
    said(returned, world.an).judge(by=world.binh, at=AT, ok=False, reason="chưa rõ")
    said(done, world.an, "done")
    late, soon, later = (world.duty(due_on=TODAY + timedelta(days=n)) for n in (-1, 30, 31))
    silent, quiet, nothing = world.duty(joined_on=LONG_AGO), world.duty(), world.duty()
    said(nothing, world.an, "nothing")
    paused = world.duty(joined_on=LONG_AGO)
    Assignment.objects.filter(pk=paused.pk).update(state=State.PAUSED)
    assert list(heaps(world.an).items()) == [
        ("returned", [returned.pk]),
        ("late", [late.pk]),
        ("silent", [silent.pk]),
        ("soon", [soon.pk]),
        ("quiet", [quiet.pk]),
        ("later", [later.pk]),
        ("said", [nothing.pk]),
        ("done", [done.pk]),
        ("off", [paused.pk]),
    ]


def test_a_late_duty_is_late_before_it_is_silent(world):
    late = world.duty(due_on=TODAY - timedelta(days=1), joined_on=LONG_AGO)
    assert heaps(world.an) == {"late": [late.pk]}


def test_an_entry_of_the_last_period_is_none_of_this_one(world):
    duty = world.duty()
    said(duty, world.an, at=period.holding(TODAY).opens_at - timedelta(seconds=1))
    assert heaps(world.an) == {"quiet": [duty.pk]}
    said(duty, world.an, at=period.holding(TODAY).opens_at)
    assert heaps(world.an) == {"said": [duty.pk]}


def test_counts_are_true_where_rows_are_cut_and_the_rest_is_one_link_away(world, as_post, monkeypatch):
    monkeypatch.setattr(my_work, "SHOWN", 3)
    world.duties(2, due_on=timezone.localdate() - timedelta(days=1))
    world.duties(4, joined_on=timezone.localdate())
    found = as_post(world.an).get("/").context["heaps"]
    assert [(heap.name, heap.n, len(heap.rows), heap.more) for heap in found] == [("late", 2, 2, 0), ("quiet", 4, 1, 3)]
    page = as_post(world.an).get("/").content.decode()
    address = f"/duties/?{found[1].query}"
    assert f'href="{address}"' in page
    assert as_post(world.an).get(address).context["page"].paginator.count == 4


@pytest.mark.parametrize("heap", my_work.HEADINGS)
def test_every_heap_names_a_list_the_filter_understands(world, as_post, heap):
    form = as_post(world.an).get(f"/duties/?{my_work.HEADINGS[heap][1]}").context["form"]
    assert form.conditions


def test_k_of_m_ongoing_duties_have_a_result(world):
    nothing, result, *_rest = world.duties(4)
    world.duty(due_on=TODAY)
    said(nothing, world.an, "nothing")
    said(result, world.an)
    assert my_work.regular(world.an, on=TODAY) == {"all": 4, "result": 1, "entry": 2}


def test_the_same_questions_for_one_row_and_for_three(world, as_post):
    client, counts = as_post(world.an), []
    for n in (1, 2):
        for duty in [*world.duties(n), *world.duties(n, due_on=timezone.localdate())]:
            ProgressDraft.objects.create(post=world.an, assignment=duty)
        client.get("/")
        with CaptureQueriesContext(connection) as queries:
            client.get("/")
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_one_click_says_nothing_unless_words_wait_in_a_draft(world, as_post):
    drafted, plain = world.duties(2, joined_on=timezone.localdate())
    ProgressDraft.objects.create(post=world.an, assignment=drafted, fields={"words": "đang viết"})
    page = as_post(world.an).get("/").content.decode()
    one_click = [f'action="{reverse("log_nothing", args=[duty.pk])}"' in page for duty in (drafted, plain)]
    assert one_click == [False, True]
    assert as_post(world.mai).get("/").content.decode().count(f'action="{reverse("log_nothing", args=[drafted.pk])}"') == 1


def test_nothing_from_a_page_somebody_wrote_after_is_not_said(world, as_post):
    duty = world.duty()
    said(duty, world.mai)
    answer = as_post(world.an).post(reverse("log_nothing", args=[duty.pk]), {"next": "/", "version": 0})
    assert answer.headers["Location"] == duty.get_absolute_url()
    assert [entry.says for entry in Progress.objects.all()] == ["doing"]


def test_who_has_no_duty_is_told_so(world, as_post):
    assert 'class="empty"' in as_post(world.an).get("/").content.decode()
