"""The second doors: ids in forms, filters and bodies, posts that end, keys, and the sameness of «not yours» and «not there»."""

import uuid
from datetime import date, timedelta
from urllib.parse import urlsplit

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from journal.models import Notice
from orgunits.models import ApiToken, OrgUnit, Person, Post, Role
from orgunits.tokens import make_token
from plans.models import Plan
from reports import filing
from reports.models import MonthlyReport, Paper
from tasks.models import Assignment, Progress, Verdict
from tasks.models.progress import log_progress
from tests.permissions.reach import NO, YES
from tests.permissions.requests import body, steady, told, writes_seen
from tests.permissions.scene import BACKEND, HIRED, NOW
from tests.permissions.test_crawl import CASES, PARTS

pytestmark = pytest.mark.django_db

AN, SON, CHI = "an.bangoi official 22423.UBND", "son.bangoi official 22423.CA", "chi.camlinh official 22432.UBND"
LAN, TUYET, BINH, LOI = "lan.bangoi clerk 22423", "tuyet.camlinh clerk 22432", "binh.bangoi steering 22423", "loi.camlinh steering 22432"
THINH, PHUC, ADMIN = "thinh.khanhhoa steering 56", "phuc.tw steering TW", "quantri admin TW"
NOWHERE = 10**9


def sign_in(scene, name):
    return scene.actors[name].sign_in()


def spot(scene, code, key):
    return next(row for row in scene.spots if row.unit.code == code and row.plan.document.key == key)


@pytest.fixture
def own(scene):
    """A duty of Ba Ngòi's UBND, as it stands now."""
    row = spot(scene, "22423.UBND", "02-kh-bcd-ba-ngoi")
    row.refresh_from_db()
    return row


@pytest.fixture
def foreign(scene):
    """A duty of Cam Linh's UBND."""
    row = spot(scene, "22432.UBND", "plan-22432")
    row.refresh_from_db()
    return row


def said(duty, **more):
    return {"token": uuid.uuid4(), "version": duty.version, "says": "doing", "words": "Đã làm", **more}


def owner(duty, post):
    return {"owner": post.pk, "version": duty.version}


def refused(client, address, data=None, *, status=404, **more):
    """The POST is answered with `status` and writes nothing."""
    with writes_seen() as seen:
        answer = client.post(address, data or {}, **more)
    assert (answer.status_code, seen) == (status, [])
    return answer


# «Exists, but not for you» and «does not exist» are one answer


@pytest.mark.parametrize("name", [name for name, case in CASES.items() if case.kind and case.kind != "unit"])
@pytest.mark.parametrize("who", [CHI, SON, ADMIN])
def test_not_yours_and_not_there_are_one_answer(scene, name, who):
    case, actor = CASES[name], scene.actors[who]
    client, verdicts = actor.sign_in(), scene.verdicts(actor)
    outside = next((thing for thing in scene.things[case.kind] if verdicts[thing] == NO), None)
    if outside is None:
        assert (who, case.kind) in {(ADMIN, "change"), (ADMIN, "person")}  # the country's administrator reads every change and post
        return
    there, nowhere = (_answers(client, case, reverse(name, kwargs={case.arg: pk}), outside, pk) for pk in (outside.pk, NOWHERE))
    assert there == nowhere
    # An act only looked at leads to the page of the thing, there or not; the API has no such page.
    looked = 405 if name == "open_notice" or name.startswith("api-") else 302
    assert [status for status, *_rest in there] == ([404] if case.get else [looked]) + [404] * bool(case.form)


def _answers(client, case, address, thing, pk):
    """Status, bytes without the address itself, and headers, of each method the address knows."""
    found = []
    found.append(client.get(address))
    if case.form:
        data = case.form(thing, Role.OFFICIAL)
        found.append(client.post(address, data, content_type="application/json") if case.json else client.post(address, data))
    return [
        (
            answer.status_code,
            steady(answer).replace(address.encode(), b""),
            {name: value.replace(f"/{pk}/", "/") for name, value in answer.headers.items() if name != "Content-Length"},
        )
        for answer in found
    ]


# Ids in forms


def test_a_duty_is_not_given_to_somebody_of_another_unit(scene, own):
    client = sign_in(scene, LAN)
    for other in [scene.post("22432.UBND"), scene.post("22423.CA"), scene.post("56.UBND"), scene.post("22423", Role.STEERING)]:
        refused(client, reverse("give", args=[own.pk]), owner(own, other))
    ended = Post.objects.create(person=Person.objects.create(username="cu"), unit=own.unit, role=Role.OFFICIAL, since=HIRED, until=HIRED)
    refused(client, reverse("give", args=[own.pk]), owner(own, ended))
    off = Post.objects.create(person=Person.objects.create(username="tat", is_active=False), unit=own.unit, role=Role.OFFICIAL, since=HIRED)
    refused(client, reverse("give", args=[own.pk]), owner(own, off))
    assert client.post(reverse("give", args=[own.pk]), owner(own, scene.post("22423.UBND"))).status_code == 302


def test_who_answers_is_named_by_the_units_own_office_alone(scene, own, foreign):
    for who, status in [(AN, 403), (SON, 404), (THINH, 403), (PHUC, 403), (TUYET, 404), (LOI, 404), ("khoa.bangoi auditor 22423", 403)]:
        refused(sign_in(scene, who), reverse("give", args=[own.pk]), owner(own, scene.post("22423.UBND")), status=status)
    refused(sign_in(scene, LAN), reverse("give", args=[foreign.pk]), owner(foreign, scene.post("22432.UBND")))


def test_an_entry_does_not_take_the_answer_of_another_duty(scene, own, foreign):
    client = sign_in(scene, AN)
    staged = Assignment.objects.get(task__ref="PL/19", unit__code="22423.UBND")
    alien = foreign.answers.get()
    assert staged.answers.count() == 2
    with writes_seen() as seen:
        answer = client.post(reverse("log_progress", args=[staged.pk]), said(staged, answer=alien.pk))
        there = client.post(reverse("log_progress", args=[staged.pk]), said(staged, answer=NOWHERE))
    assert (answer.status_code, there.status_code, seen) == (422, 422, [])
    assert answer.context["form"].errors["answer"] == there.context["form"].errors["answer"]


def test_the_interface_does_not_take_the_answer_of_another_duty(scene, own, foreign):
    client = sign_in(scene, AN)
    path = reverse("api-assignment-progress", args=[own.pk])
    bodies = []
    for pk in (foreign.answers.get().pk, NOWHERE):
        data = {"says": "doing", "words": "Đã làm", "answer": pk}
        bodies.append(refused(client, path, data, status=400, content_type="application/json").content)
    assert bodies[0] == bodies[1]


def test_a_token_seen_elsewhere_brings_no_entry_of_another_duty(scene, own, foreign):
    """The same key on another duty must neither show nor hide that entry."""
    there = Progress.objects.filter(assignment=foreign).first()
    client = sign_in(scene, AN)
    answer = client.post(
        reverse("api-assignment-progress", args=[own.pk]),
        {"says": "doing", "words": "Đã làm"},
        content_type="application/json",
        headers={"Idempotency-Key": str(there.token)},
    )
    assert answer.status_code == 409
    assert told(answer) == set()


def test_nobody_logs_for_a_unit_that_is_not_theirs(scene, own, foreign):
    row = spot(scene, "22423.CA", "02-kh-bcd-ba-ngoi")
    row.refresh_from_db()
    expected = {SON: 404, CHI: 404, TUYET: 404, LOI: 404, BINH: 403, THINH: 403, PHUC: 403, ADMIN: 404}
    for who, status in expected.items():
        refused(sign_in(scene, who), reverse("log_progress", args=[own.pk]), said(own), status=status)
        refused(sign_in(scene, who), reverse("log_nothing", args=[own.pk]), {"token": uuid.uuid4()}, status=status)
    refused(sign_in(scene, CHI), reverse("log_progress", args=[scene.shared.pk]), said(scene.shared), status=403)
    helper = scene.shared.task.assignments.get(part="coordinator")
    refused(sign_in(scene, CHI), reverse("log_progress", args=[helper.pk]), said(helper), status=403)
    assert sign_in(scene, AN).post(reverse("log_progress", args=[own.pk]), said(own)).status_code == 302


@pytest.mark.parametrize("change", [{"ended_on": date(2026, 7, 1)}, {"state": "done"}, {"state": "paused"}, {"state": "dropped"}])
def test_what_has_ended_takes_no_entry(scene, own, change):
    Assignment.objects.filter(pk=own.pk).update(**change)
    refused(sign_in(scene, AN), reverse("log_progress", args=[own.pk]), said(own), status=403)


@pytest.mark.parametrize("change", [{"withdrawn_on": date(2026, 7, 1)}, {"issued_on": None}])
def test_a_plan_not_in_force_takes_no_entry(scene, own, change):
    Plan.objects.filter(pk=own.plan_id).update(**change)
    answer = sign_in(scene, AN).post(reverse("log_progress", args=[own.pk]), said(own))
    assert answer.status_code in {403, 404}
    assert Progress.objects.filter(assignment=own).count() == 2


# Verdicts


def entries(scene, row, **more):
    row.refresh_from_db()
    return log_progress(row, by=scene.writers[row.unit.code], at=NOW, words="Kết quả", **{"says": "doing", **more})


def test_only_the_plans_own_head_confirms(scene, own, foreign):
    entry = entries(scene, own)
    for who, status in {AN: 403, LAN: 403, THINH: 403, PHUC: 403, LOI: 404, CHI: 404, ADMIN: 404, "khoa.bangoi auditor 22423": 403}.items():
        refused(sign_in(scene, who), reverse("judge", args=[entry.pk]), {"ok": "1"}, status=status)
    refused(sign_in(scene, BINH), reverse("judge", args=[entries(scene, foreign).pk]), {"ok": "1"})
    assert sign_in(scene, BINH).post(reverse("judge", args=[entry.pk]), {"ok": "1"}).status_code == 302
    assert Verdict.objects.get(progress=entry).by == scene.post("22423", Role.STEERING)


def test_what_a_unit_leads_itself_is_confirmed_one_level_up(scene):
    entry = entries(scene, spot(scene, "22423.BCD", "02-kh-bcd-ba-ngoi"))
    refused(sign_in(scene, BINH), reverse("judge", args=[entry.pk]), {"ok": "1"}, status=403)
    refused(sign_in(scene, PHUC), reverse("judge", args=[entry.pk]), {"ok": "1"}, status=403)
    assert entry.assignment in Assignment.objects.to_be_confirmed_by(scene.post("56", Role.STEERING))
    assert entry.assignment not in Assignment.objects.to_be_confirmed_by(scene.post("22423", Role.STEERING))
    assert sign_in(scene, THINH).post(reverse("judge", args=[entry.pk]), {"ok": "1"}).status_code == 302


def test_at_the_top_the_own_head_confirms_what_the_centre_leads_itself(scene):
    entry = entries(scene, spot(scene, "TW.BCDTW", "04-kh-bcdtw"), says="done")
    assert entry.assignment in Assignment.objects.to_be_confirmed_by(scene.post("TW", Role.STEERING))
    refused(sign_in(scene, THINH), reverse("judge", args=[entry.pk]), {"ok": "1"})
    assert sign_in(scene, PHUC).post(reverse("judge", args=[entry.pk]), {"ok": "1"}).status_code == 302


def test_nobody_confirms_what_they_filed(scene, own):
    """Bình is head and, in a second post, an official: her own entry waits for somebody else."""
    binh = scene.actors[BINH]
    second = binh.person.posts.create(unit=own.unit, role=Role.OFFICIAL, since=HIRED)
    own.refresh_from_db()
    entry = log_progress(own, by=second, at=NOW, says="doing", words="Tự làm")
    client = binh.sign_in()
    refused(client, reverse("judge", args=[entry.pk]), {"ok": "1"}, status=403)
    assert client.get(reverse("assignment", args=[own.pk])).context["history"][0].open_to_verdict is False


def test_what_waits_for_a_word_waits_on_nobody_elses_page(scene, own, foreign):
    entries(scene, own), entries(scene, foreign)
    waiting = {who: {row.pk for row, _e in sign_in(scene, who).get("/").context["to_confirm"]} for who in (BINH, LOI, THINH)}
    assert own.pk in waiting[BINH]
    assert foreign.pk in waiting[LOI]
    assert not waiting[BINH] & waiting[LOI]
    assert not {own.pk, foreign.pk} & waiting[THINH]
    assert sign_in(scene, LAN).get("/").context["to_confirm"] == []


# Filters


@pytest.mark.parametrize("who", [CHI, TUYET, LOI, "hau.thanhhoa official 38.UBND", "giang.bkhcn official TW.BKHCN"])
def test_a_foreign_unit_in_a_filter_finds_nothing(scene, who):
    client = sign_in(scene, who)
    for code in ["22423", "22423.UBND", "22423.CA"]:
        for more in ["", "&only=1", "&part=lead", "&sort=-due"]:
            assert shared_only(scene, client.get(f"/duties/?unit={code}{more}").context["page"], who) == []
        for path in ["assignments", "progress", "reports"]:
            rows = client.get(f"/api/v1/{path}/?unit={code}").json()["results"]
            assert [row for row in rows if path == "reports" or scene.shared.pk not in {row["id"], row.get("assignment")}] == []


def shared_only(scene, rows, who):
    """The rows besides the one duty Cam Linh's UBND, and so its ward's offices, share with Ba Ngòi's."""
    return [row.pk for row in rows if not (who in {CHI, TUYET, LOI} and row.pk == scene.shared.pk)]


def test_a_foreign_plan_in_a_filter_is_as_good_as_none(scene):
    client = sign_in(scene, CHI)
    plan = scene.plans["02-kh-bcd-ba-ngoi"]
    page, none = client.get(f"/duties/?plan={plan.pk}"), client.get(f"/duties/?plan={NOWHERE}")
    assert steady(page).replace(f"plan={plan.pk}".encode(), b"") == steady(none).replace(f"plan={NOWHERE}".encode(), b"")
    assert plan not in page.context["form"].fields["plan"].queryset
    for path in ["assignments", "progress", "tasks"]:
        assert client.get(f"/api/v1/{path}/?plan={plan.pk}").json()["count"] == 0
    assert client.get(f"/api/v1/plans/?superior={scene.plans['07-kh-bcd-khanh-hoa'].pk}").json()["count"] == 0


def test_a_number_opens_no_more_than_it_counts(scene):
    for who in (AN, CHI, LAN, BINH, THINH, "khoa.bangoi auditor 22423"):
        actor, client = scene.actors[who], sign_in(scene, who)
        verdicts = scene.verdicts(actor)
        hidden = {thing.pk for thing in scene.things["assignment"] if verdicts[thing] == NO}
        tally = client.get("/dashboard/").context["tally"]
        rows = client.get(f"/duties/?unit={actor.post.unit.code}").context["page"].paginator
        assert tally.total == rows.count
        assert not hidden & {row.pk for row in rows.object_list}


def test_the_months_of_the_units_below_are_for_who_reads_or_collects_them(scene):
    for who, there in {"thao.khanhhoa official 56.UBND": False, AN: False, "nga.khanhhoa clerk 56": True, THINH: True}.items():
        picture = sign_in(scene, who).get(reverse("unit_dashboard", args=[scene.units[who.split()[2].split(".")[0]].pk]))
        assert (picture.context["months"] is not None) is there, who


# Posts


def test_nobody_acts_in_a_post_they_do_not_hold(scene):
    client = sign_in(scene, CHI)
    for wanted in [scene.post("22423.UBND").pk, scene.post("TW", Role.STEERING).pk, NOWHERE, "", "1 OR 1=1", "９"]:
        refused(client, reverse("act_as"), {"post": wanted})
    assert client.get("/account/").context["request"].post == scene.post("22432.UBND")


def test_a_post_that_is_over_or_not_begun_is_not_taken(scene):
    person = scene.actors["lan.bangoi clerk 22423"].person
    over = person.posts.create(unit=scene.units["TW"], role=Role.STEERING, since=HIRED, until=date(2026, 7, 14))
    coming = person.posts.create(unit=scene.units["TW"], role=Role.STEERING, since=date(2026, 7, 16))
    client = sign_in(scene, LAN)
    for post in (over, coming):
        refused(client, reverse("act_as"), {"post": post.pk})
    session = client.session
    session["post"] = over.pk
    session.save()
    assert client.get("/account/").context["request"].post == scene.post("22423", Role.CLERK)


@pytest.mark.parametrize(
    "wanted", ["//evil.example", "https://evil.example/", "/\\evil.example", "javascript:alert(1)", "http:evil.example"]
)
def test_no_door_leads_outside(scene, wanted):
    client, post = sign_in(scene, LAN), scene.post("22423", Role.CLERK)
    own = spot(scene, "22423.UBND", "02-kh-bcd-ba-ngoi")
    notice = Notice.objects.create(person=post.person, key="ra-ngoai", kind="result", title="x", link=wanted, at=NOW)
    answers = [
        client.post(reverse("act_as"), {"post": post.pk, "next": wanted}),
        client.post(reverse("language"), {"language": "en", "next": wanted}),
        client.post(reverse("open_notice", args=[notice.pk])),
        sign_in(scene, AN).post(reverse("log_nothing", args=[own.pk]), {"token": uuid.uuid4(), "next": wanted}),
        client.get(reverse("sign_in") + "?next=" + wanted),
    ]
    for answer in answers:
        assert answer.status_code == 302
        assert urlsplit(answer.headers["Location"])[:2] == ("", "")
        assert not answer.headers["Location"].startswith(("//", "/\\"))


def test_a_post_that_ends_takes_its_rights_with_the_next_request(scene, own):
    client = sign_in(scene, AN)
    session = client.session
    session.set_expiry(timedelta(days=2))
    session.save()
    address = reverse("assignment", args=[own.pk])
    assert client.get(address).status_code == 200
    Post.objects.filter(pk=scene.post("22423.UBND").pk).update(until=NOW.date())
    assert client.get(address).status_code == 200
    with time_machine.travel(NOW.replace(hour=0) + timedelta(days=1), tick=False):
        for page in (address, "/", "/duties/", "/dashboard/", reverse("evidence", args=[scene.things["evidence"][0].pk])):
            answer = client.get(page)
            assert (answer.status_code, told(answer)) == (403, set())
        assert client.get("/api/v1/assignments/").status_code == 403
        refused(client, reverse("log_progress", args=[own.pk]), said(own), status=403)


def test_somebody_who_was_moved_keeps_nothing_of_the_old_place(scene, own, foreign):
    client = sign_in(scene, AN)
    Post.objects.filter(pk=scene.post("22423.UBND").pk).update(unit=scene.units["22432.UBND"])
    assert client.get(reverse("assignment", args=[own.pk])).status_code == 404
    assert client.get(reverse("assignment", args=[foreign.pk])).status_code == 200


def test_a_person_switched_off_is_out_at_once(scene, own):
    client = sign_in(scene, AN)
    Person.objects.filter(username="an.bangoi").update(is_active=False)
    answer = client.get(reverse("assignment", args=[own.pk]))
    assert (answer.status_code, told(answer)) == (302, set())


def test_two_posts_are_two_views(scene):
    """Đức sits in the standing body and in the committee; Lan is the ward's clerk and an official of the Party office."""
    for one, two in [
        ("duc.bangoi official 22423.TTBCD", "duc.bangoi official 22423.BCD"),
        (LAN, "lan.bangoi official 22423.VPDU"),
    ]:
        seen = {name: {row.pk for row in sign_in(scene, name).get("/duties/").context["page"].paginator.object_list} for name in (one, two)}
        for name in (one, two):
            verdicts = scene.verdicts(scene.actors[name])
            hidden = {thing.pk for thing in scene.things["assignment"] if verdicts[thing] == NO}
            assert seen[name]
            assert not seen[name] & hidden
        assert seen[one] != seen[two]
    heaps = sign_in(scene, "duc.bangoi official 22423.BCD").get("/").context["heaps"]
    assert {row.unit.code for heap in heaps for row in heap.rows} == {"22423.BCD"}


def test_one_session_follows_the_post_it_acts_in(scene):
    client, clerk, official = sign_in(scene, LAN), scene.post("22423", Role.CLERK), scene.post("22423.VPDU")
    draft = next(t for t in scene.things["report"] if t.unit.code == "22423" and not t.row.signed_at)
    assert client.get(reverse("papers", args=[draft.pk])).status_code == 200
    client.post(reverse("act_as"), {"post": official.pk})
    assert client.get(reverse("papers", args=[draft.pk])).status_code in {403, 404}
    assert client.get(reverse("assignment", args=[spot(scene, "22423.UBND", "02-kh-bcd-ba-ngoi").pk])).status_code == 404
    client.post(reverse("act_as"), {"post": clerk.pk})
    assert client.get(reverse("papers", args=[draft.pk])).status_code == 200


# Keys


def call(key, path="/api/v1/assignments/?page_size=200", method="get", client=None, **more):
    return getattr(client or Client(), method)(path, headers={"Authorization": f"Bearer {key}"}, **more)


def test_a_key_reaches_what_its_post_reaches(scene):
    for name in (AN, CHI, TUYET, LOI, "khoa.bangoi auditor 22423"):
        actor = scene.actors[name]
        _token, key = make_token(actor.post, name="máy", expires_on=date(2026, 8, 1))
        forbidden = scene.forbidden(scene.verdicts(actor))
        for path in ["assignments", "progress", "tasks", "plans", "documents", "reports", "units"]:
            answer = call(key, f"/api/v1/{path}/?page_size=100")
            assert answer.status_code == 200
            assert not told(answer) & forbidden, (name, path)


def test_a_key_acts_in_its_own_post_whoever_is_signed_in(scene):
    _token, key = make_token(scene.post("22432.UBND"), name="máy", expires_on=date(2026, 8, 1))
    mixed, alone = call(key, client=sign_in(scene, PHUC)), call(key)
    assert mixed.json() == alone.json()


def test_a_key_of_an_ended_post_or_of_its_own_end_opens_nothing(scene):
    post = scene.post("22423.UBND")
    token, key = make_token(post, name="máy", expires_on=date(2026, 8, 1), may_write=True)
    assert call(key).status_code == 200
    wrong = call("kein-schluessel").content
    ways = [
        lambda: Post.objects.filter(pk=post.pk).update(until=date(2026, 7, 14)),
        lambda: Post.objects.filter(pk=post.pk).update(since=date(2026, 7, 16)),
        lambda: Person.objects.filter(pk=post.person_id).update(is_active=False),
        lambda: ApiToken.objects.filter(pk=token.pk).update(revoked_at=NOW),
        lambda: ApiToken.objects.filter(pk=token.pk).update(expires_on=date(2026, 7, 14)),
    ]
    for way in ways:
        way()
        answer = call(key)
        assert (answer.status_code, answer.content) == (401, wrong)
        Post.objects.filter(pk=post.pk).update(until=None, since=HIRED)
        Person.objects.filter(pk=post.person_id).update(is_active=True)
        ApiToken.objects.filter(pk=token.pk).update(revoked_at=None, expires_on=date(2026, 8, 1))
        assert call(key).status_code == 200


def test_a_key_opens_no_page(scene, own):
    _token, key = make_token(scene.post("22423.UBND"), name="máy", expires_on=date(2026, 8, 1))
    assert call(key, reverse("assignment", args=[own.pk])).status_code == 302


def test_a_reading_key_writes_nothing(scene, own, foreign):
    _token, reading = make_token(scene.post("22423.UBND"), name="đọc", expires_on=date(2026, 8, 1))
    _token, writing = make_token(scene.post("22423.UBND"), name="ghi", expires_on=date(2026, 8, 1), may_write=True)
    more = {"method": "post", "data": {"says": "doing", "words": "Đã làm"}, "content_type": "application/json"}
    assert call(reading, reverse("api-assignment-progress", args=[own.pk]), **more).status_code == 403
    assert call(writing, reverse("api-assignment-progress", args=[foreign.pk]), **more).status_code == 404
    assert call(writing, reverse("api-assignment-progress", args=[own.pk]), **more).status_code == 201


def test_nobody_revokes_a_key_that_is_not_theirs(scene):
    token, _key = make_token(scene.post("22423.UBND"), name="máy", expires_on=date(2026, 8, 1))
    for who in (CHI, LAN, BINH, ADMIN):
        refused(sign_in(scene, who), reverse("revoke_token", args=[token.pk]))
    assert sign_in(scene, AN).post(reverse("revoke_token", args=[token.pk])).status_code == 302


def test_a_key_is_made_for_the_acting_post_alone(scene):
    client = sign_in(scene, "lan.bangoi official 22423.VPDU")
    data = {"name": "máy", "expires_on": "2026-08-01", "may_write": "on", "post": scene.post("TW", Role.STEERING).pk}
    assert client.post(reverse("account"), data).status_code == 200
    assert ApiToken.objects.order_by("pk").last().post == scene.post("22423.VPDU")


# People


@pytest.mark.parametrize("who", [AN, LAN, ADMIN, "dung.bca official TW.BCA", "khoa.bangoi auditor 22423"])
def test_everybody_finds_themselves_on_their_units_page(scene, who):
    actor = scene.actors[who]
    people = actor.sign_in().get(reverse("unit", args=[actor.post.unit_id])).context["people"]
    assert actor.post in people


def test_a_units_page_names_who_works_there_today(scene):
    unit = scene.units["22423.UBND"]
    there = {post.person.full_name for post in sign_in(scene, LAN).get(reverse("unit", args=[unit.pk])).context["people"]}
    assert "Không Việc" not in there
    assert "Lê Minh An" in there


# Notices


def test_reading_all_reads_the_own_ones_alone(scene):
    sign_in(scene, CHI).post(reverse("read_all"))
    unread = set(Notice.objects.unread().values_list("person__username", flat=True))
    assert "chi.camlinh" not in unread
    assert {"an.bangoi", "binh.bangoi"} <= unread


# Reports


def draft_of(scene, code, **more):
    return MonthlyReport.objects.get(unit__code=code, month=date(2026, 7, 1), **more)


def test_a_report_goes_its_way_through_the_own_hands_alone(scene):
    report = draft_of(scene, "22423")
    clerk, head, above = sign_in(scene, LAN), sign_in(scene, BINH), sign_in(scene, THINH)
    words = {"revision": 0, **PARTS}
    for who in (BINH, AN):
        refused(sign_in(scene, who), reverse("edit_report", args=[report.pk]), words, status=403)
    for who in (TUYET, THINH, "nga.khanhhoa clerk 56", "khoa.bangoi auditor 22423", ADMIN, CHI):
        refused(sign_in(scene, who), reverse("edit_report", args=[report.pk]), words)
    assert clerk.post(reverse("edit_report", args=[report.pk]), words).status_code == 302
    refused(clerk, reverse("file_report", args=[report.pk]), status=403)
    refused(clerk, reverse("sign_report", args=[report.pk]), status=403)
    noted = {"noted": head.get(reverse("report", args=[report.pk])).context["noted"]}
    assert head.post(reverse("sign_report", args=[report.pk]), noted).status_code == 302
    refused(head, reverse("sign_report", args=[report.pk]), status=403)
    refused(clerk, reverse("edit_report", args=[report.pk]), words, status=403)
    refused(clerk, reverse("unsign_report", args=[report.pk]), status=403)
    refused(head, reverse("file_report", args=[report.pk]), status=403)
    refused(above, reverse("judge_report", args=[report.pk]), {"ok": "1"})
    assert clerk.post(reverse("file_report", args=[report.pk])).status_code == 302
    with writes_seen() as seen:
        assert clerk.post(reverse("file_report", args=[report.pk])).status_code == 302  # the same receipt
    assert not seen
    refused(head, reverse("unsign_report", args=[report.pk]), status=403)
    refused(head, reverse("judge_report", args=[report.pk]), {"ok": "1"}, status=403)
    refused(sign_in(scene, PHUC), reverse("judge_report", args=[report.pk]), {"ok": "1"}, status=403)
    refused(clerk, reverse("print_report", args=[report.pk]), status=302)
    assert above.post(reverse("judge_report", args=[report.pk]), {"ok": "0", "reason": "Thiếu"}).status_code == 302
    refused(above, reverse("judge_report", args=[report.pk]), {"ok": "1"}, status=403)
    assert above.get(reverse("report", args=[report.pk])).status_code == 200
    again = draft_of(scene, "22423", version=2)
    assert above.get(reverse("report", args=[again.pk])).status_code == 404
    assert sign_in(scene, LOI).get(reverse("report", args=[report.pk])).status_code == 404
    for verb, who in [("edited", LAN), ("signed", BINH)]:
        old = MonthlyReport.objects.get(pk=report.pk)
        assert not getattr(old, f"may_be_{verb}_by")(scene.actors[who].post)


def test_a_superseded_draft_is_closed(scene):
    report = draft_of(scene, "22423")
    MonthlyReport.objects.filter(pk=report.pk).update(superseded=True)
    refused(sign_in(scene, LAN), reverse("edit_report", args=[report.pk]), {"revision": 0}, status=403)
    refused(sign_in(scene, BINH), reverse("sign_report", args=[report.pk]), status=403)


def test_reports_wait_on_the_right_pages(scene):
    waiting = {}
    for who in (LAN, TUYET, BINH, LOI, THINH, "nga.khanhhoa clerk 56", PHUC, AN):
        waiting[who] = {(row.unit.code, row.month.month) for row in sign_in(scene, who).get("/").context["reports"]}
    assert waiting == {
        LAN: {("22423", 7)},  # May is locked: nothing waits there any more
        TUYET: {("22432", 7)},
        BINH: {("22423", 7)},
        LOI: {("22432", 7)},
        THINH: {("56", 7), ("22423", 6), ("22432", 6)},
        "nga.khanhhoa clerk 56": {("56", 7)},
        PHUC: {("TW", 7), ("56", 6), ("38", 6)},
        AN: set(),
    }


def test_a_paper_is_fetched_with_the_rights_of_the_moment(scene):
    """Promise 11: who ordered it does not matter, who fetches it does."""
    thing = next(
        t for t in scene.things["paper"] if t.unit.code == "22423" and t.row.is_draft and t.row.report and not t.row.report.signed_at
    )
    client, address = sign_in(scene, LAN), reverse("download_paper", args=[thing.pk])
    assert client.get(address).status_code == 200
    Post.objects.filter(pk=scene.post("22423", Role.CLERK).pk).update(unit=scene.units["22432"])
    assert client.get(address).status_code == 404


def test_a_paper_not_built_is_not_there(scene):
    thing = next(t for t in scene.things["paper"] if t.unit.code == "22423" and not t.row.is_draft)
    Paper.objects.filter(pk=thing.pk).update(built_at=None)
    assert sign_in(scene, LAN).get(reverse("download_paper", args=[thing.pk])).status_code == 404


def test_the_printed_report_holds_nothing_its_clerk_may_not_read(scene):
    """The frozen facts, annexes included: every canary in them is within the reach of the clerk and of the head."""
    for code in ["TW", "56", "22423", "22432", "38"]:
        report = draft_of(scene, code)
        filing.sign(report, by=scene.post(code, Role.STEERING), at=NOW)
        report = filing.file(report, by=scene.post(code, Role.CLERK), at=NOW)
        words = {word for word in scene.canaries if word in str(report.facts)}
        assert words
        for role in (Role.CLERK, Role.STEERING):
            actor = next(a for a in scene.actors.values() if a.post == scene.post(code, role))
            assert not words & scene.forbidden(scene.verdicts(actor)), (code, role)


# Administrators


@pytest.mark.parametrize("who", [ADMIN, "my.bangoi admin 22423"])
def test_administrators_have_no_content_anywhere(scene, who):
    client = sign_in(scene, who)
    own = {word for word, tellers in scene.canaries.items() if tellers[0].kind in {"person", "notice", "token"}}
    for address in [
        "/plans/",
        "/documents/",
        "/duties/",
        "/reports/",
        "/search/?q=an ninh",
        "/duties/?part=coordinator",
        "/duties/export.csv",
    ]:
        assert told(client.get(address)) <= own
    assert client.get("/plans/").context["page"].paginator.count == 0
    assert client.get("/documents/").context["page"].paginator.count == 0
    assert client.get("/duties/").context["page"].paginator.count == 0
    assert client.get("/reports/").context["page"].paginator.count == 0
    assert not client.get("/search/?q=an ninh").context["tasks"]
    for path in ["documents", "plans", "tasks", "assignments", "progress", "reports"]:
        assert client.get(f"/api/v1/{path}/").json()["count"] == 0
    assert client.get("/dashboard/").status_code == 404


# Odd posts: offices that sit where the demo has none


def hire(scene, code, role, name="them"):
    person = Person.objects.create(username=name, full_name="Thêm")
    post = Post.objects.create(person=person, unit=OrgUnit.objects.get(code=code), role=role, since=HIRED)
    client = Client()
    client.force_login(person, backend=BACKEND)
    return post, client


@pytest.mark.parametrize("role", [Role.OFFICIAL, Role.CLERK, Role.STEERING, Role.AUDITOR])
def test_a_post_in_an_empty_province_sees_no_other_provinces_work(scene, role):
    _post, client = hire(scene, "66", role)
    inner = {word for word, tellers in scene.canaries.items() if tellers[0].kind in {"progress", "evidence", "report", "paper", "person"}}
    for path in ["plans", "documents", "tasks", "assignments", "progress", "reports"]:
        assert not told(client.get(f"/api/v1/{path}/?page_size=200")) & inner
    units = {row["unit"]["code"] for row in client.get("/api/v1/assignments/?page_size=200").json()["results"]}
    assert all(OrgUnit.objects.get(code=code).area.code == "66" for code in units)


def test_what_a_unit_keeps_or_answers_for_is_its_own(scene):
    kept = spot(scene, "22423.DN", "02-kh-bcd-ba-ngoi")
    answered = spot(scene, "56", "04-kh-bcdtw")
    for who, row, status in [(AN, kept, 200), (SON, kept, 404), ("thao.khanhhoa official 56.UBND", answered, 200), (AN, answered, 404)]:
        assert sign_in(scene, who).get(reverse("assignment", args=[row.pk])).status_code == status
    kept.refresh_from_db()
    assert sign_in(scene, AN).post(reverse("log_progress", args=[kept.pk]), said(kept)).status_code == 302


def test_a_part_that_ended_shows_nothing_more(scene):
    client, address = sign_in(scene, CHI), reverse("assignment", args=[scene.shared.pk])
    assert client.get(address).status_code == 200
    scene.shared.task.assignments.filter(part="coordinator").update(ended_on=date(2026, 7, 1))
    assert client.get(address).status_code == 404
    assert client.get(reverse("task", args=[scene.shared.task_id])).status_code == 404


def test_a_collective_addressees_members_stay_apart_from_its_coordinators(scene):
    """Named leads are shown to who coordinates; the forty of a group are not."""
    task = spot(scene, "38", "04-kh-bcdtw").task
    Assignment.objects.create(task=task, plan=task.plan, unit=scene.units["22432.UBND"], path="x", part="coordinator", joined_on=HIRED)
    client = sign_in(scene, CHI)
    assert client.get(reverse("task", args=[task.pk])).status_code == 200
    assert client.get(reverse("assignment", args=[spot(scene, "38", "04-kh-bcdtw").pk])).status_code == 404


def test_a_draft_above_is_nobodys_below(scene):
    """Its duties name a ward's body; until it is issued the ward knows nothing of it, wherever it looks."""
    draft = next(t.row for t in scene.things["plan"] if t.unit.code == "56" and not t.row.issued_on)
    row = scene.new_duty(draft, [scene.units["22423.UBND"]], coordinators=[scene.units["22432.UBND"]], title="Việc canary9000z")
    for who in (AN, LAN, BINH, CHI, "khoa.bangoi auditor 22423", PHUC, "vinh.khanhhoa auditor 56"):
        client = sign_in(scene, who)
        assert client.get(reverse("assignment", args=[row.pk])).status_code == 404
        assert client.get(reverse("task", args=[row.task_id])).status_code == 404
        for address in [
            "/",
            "/duties/",
            "/dashboard/",
            "/search/?q=viec",
            "/api/v1/assignments/?page_size=200",
            "/api/v1/tasks/?page_size=200",
        ]:
            assert b"canary9000z" not in body(client.get(address))
    assert sign_in(scene, "nga.khanhhoa clerk 56").get(reverse("assignment", args=[row.pk])).status_code == 200


def test_own_drafts_are_read_and_count_nowhere(scene):
    draft = next(t for t in scene.things["plan"] if t.unit.code == "22423" and not t.row.issued_on)
    duty = next(t for t in scene.things["assignment"] if t.row.plan_id == draft.pk)
    for who in (LAN, BINH):
        client = sign_in(scene, who)
        assert client.get(reverse("plan", args=[draft.pk])).status_code == 200
        assert client.get(reverse("assignment", args=[duty.pk])).status_code == 200
        assert duty.pk not in {row.pk for row in client.get("/duties/").context["page"].paginator.object_list}
    heaps = sign_in(scene, SON).get("/").context["heaps"]
    assert duty.pk not in {row.pk for heap in heaps for row in heap.rows}


def test_yes_and_no_are_both_common(scene):
    """The independent table really divides: no post but the Centre's head reads nearly everything, none but administrators nothing."""
    for name, actor in scene.actors.items():
        if actor.post and actor.post.role != Role.ADMIN:
            verdicts = [v for t, v in scene.verdicts(actor).items() if t.kind in {"plan", "task", "assignment", "progress"}]
            assert YES in verdicts, name
            assert NO in verdicts, name
