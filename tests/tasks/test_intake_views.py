"""The intake's pages: what a clerk sees, what a colleague did meanwhile, what is refused."""

import os
import re

import pytest
from django.core.files import uploadhandler
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from journal.models import Entry
from orgunits.models import Role
from plans.models import Plan
from tasks import intake_views
from tasks.importer import drafting, gate
from tasks.models import Draft, Intake
from tests.tasks.intakes import due, duty, plan, taken_in

pytestmark = pytest.mark.django_db
WORDS = "KẾ HOẠCH\nTriển khai an ninh mạng\n1. UBND phường rà soát hệ thống trước ngày 30/6/2026.\n".encode()
SECRET = "TỐI MẬT\nKẾ HOẠCH\n1. Việc kín trước ngày 30/6/2026.\n".encode()


@pytest.fixture
def clerk(world, as_post):
    return as_post(world.mai)


@pytest.fixture
def intake(world):
    return taken_in(world.mai, duties(world, 3))


def duties(world, n):
    rows = [duty(k, lead_units=[world.ubnd.code]) for k in range(1, n + 1)]
    rows[-1] |= {"deadline": due("Theo lộ trình", kind="unread"), "flags": ["deadline_unread"], "unknown": ["UBND phường"]}
    return plan(*rows, issuer_unit=world.committee.code)


def upload(client, content=WORDS, name="ke-hoach.txt", **more):
    return client.post(reverse("upload_plan"), {"file": SimpleUploadedFile(name, content)}, **more)


def act(client, row, verb, **more):
    return client.post(reverse("act_on_draft", args=[row.pk]), {"act": verb, "revision": row.revision, **more})


def fields(row, **more):
    names = ("title", "text", "deadline_words", "lead_words", "lead_role", "coordinator_words", "product", "ref", "revision")
    return {**{name: getattr(row, name) for name in names}, **more}


# Taking in


def test_a_file_is_taken_in_and_the_same_one_only_once(clerk):
    first = upload(clerk)
    row = Intake.objects.get()
    assert (first.status_code, first.url) == (302, row.get_absolute_url())
    again = upload(clerk, name="ban-sao.txt")
    assert (again.url, Intake.objects.count()) == (row.get_absolute_url(), 1)
    page = clerk.get(row.get_absolute_url())
    assert b'id="reading"' in page.content
    assert page.headers["Refresh"]


def test_a_refused_file_leaves_an_entry_and_nothing_else(clerk, world, settings, tmp_path, monkeypatch):
    settings.MEDIA_ROOT = tmp_path / "media"
    spool = tmp_path / "spool"
    spool.mkdir()
    settings.FILE_UPLOAD_TEMP_DIR = str(spool)
    settings.FILE_UPLOAD_MAX_MEMORY_SIZE = 10  # whatever Django would spool, we do not
    made = []
    monkeypatch.setattr(uploadhandler, "TemporaryUploadedFile", lambda *args: made.append(args))
    answer = upload(clerk, SECRET, "viec-kin.txt")
    assert answer.status_code == 422
    assert (Intake.objects.count(), made, list(spool.iterdir()), (tmp_path / "media").exists()) == (0, [], [], False)
    entry = Entry.objects.get(verb="intake.refused")
    assert (entry.facts, entry.target, entry.post) == ({"kind": "secret"}, world.ba_ngoi, world.mai)
    assert "mật" in answer.content.decode()
    assert "viec-kin" not in answer.content.decode()


def test_a_file_too_large_is_never_held(clerk, monkeypatch):
    monkeypatch.setattr(drafting, "LIMIT", 1000)
    monkeypatch.setattr(intake_views, "SLACK", 500)
    answer = upload(clerk, b"a" * 4000)
    assert answer.status_code == 422
    assert Entry.objects.get(verb="intake.refused").facts == {"kind": "too_big"}
    assert b"field bad" in answer.content


def test_a_form_without_a_file_is_shown_again(clerk):
    assert clerk.post(reverse("upload_plan")).status_code == 422
    assert not Entry.objects.exists()


def test_an_upload_needs_its_token(world):
    client = Client(enforce_csrf_checks=True)
    client.force_login(world.mai.person, backend="django.contrib.auth.backends.ModelBackend")
    assert upload(client).status_code == 403
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', client.get(reverse("intakes")).content.decode())[1]
    good = SimpleUploadedFile("a.txt", WORDS)
    assert client.post(reverse("upload_plan"), {"file": good, "csrfmiddlewaretoken": token}).status_code == 302


@pytest.mark.parametrize("who", ["an", "binh", "dung", "hoa"])
def test_only_clerks_take_in(world, as_post, who, intake):
    client = as_post(getattr(world, who))
    assert (client.get(reverse("intakes")).status_code, upload(client).status_code) == (403, 403)
    assert client.get(intake.get_absolute_url()).status_code == 404
    assert client.get(reverse("intake_file", args=[intake.pk])).status_code == 404
    assert act(client, intake.drafts.first(), "accept").status_code == 404


def test_a_clerk_of_the_neighbour_finds_nothing(world, as_post, intake):
    client = as_post(world.hire("lan", world.cam_linh, Role.CLERK))
    assert list(client.get(reverse("intakes")).context["page"]) == []
    for name in ("intake", "intake_file", "confirm_intake", "intake_difference"):
        assert client.get(reverse(name, args=[intake.pk])).status_code == 404
    for name in ("edit_intake", "accept_drafts", "undo_step", "add_draft", "discard_intake", "confirm_intake"):
        assert client.post(reverse(name, args=[intake.pk])).status_code == 404


def test_the_file_comes_back_as_a_download(clerk, intake):
    answer = clerk.get(reverse("intake_file", args=[intake.pk]))
    assert b"".join(answer.streaming_content) == b"PK"
    assert answer.headers["Content-Disposition"].startswith("attachment")
    os.unlink(intake.file.path)
    assert clerk.get(reverse("intake_file", args=[intake.pk])).status_code == 404


# The desk


def test_the_desk_opens_with_the_doubtful_duty_and_its_place(clerk, intake):
    page = clerk.get(intake.get_absolute_url())
    assert (page.context["chosen"].ref, [row.ref for row in page.context["rows"]]) == ("PL/3", ["PL/3", "PL/1", "PL/2"])
    assert [line.cells[0] for line in page.context["source"]["lines"] if line.is_hit] == ["3"]


@pytest.mark.parametrize(
    ("query", "refs"),
    [("?show=doubtful", ["PL/3"]), ("?order=place", ["PL/1", "PL/2", "PL/3"]), ("?q=viec thu 2", ["PL/2"]), ("?show=dropped&page=9", [])],
)
def test_heaps_order_and_words(clerk, intake, query, refs):
    assert [row.ref for row in clerk.get(intake.get_absolute_url() + query).context["rows"]] == refs


def test_the_desk_asks_as_often_for_one_duty_as_for_many(clerk, world, django_assert_max_num_queries):
    counts = []
    for n in (2, 60):
        row = taken_in(world.mai, duties(world, n), content=b"PK %d" % n)
        clerk.get(row.get_absolute_url())
        with django_assert_max_num_queries(40) as seen:
            page = clerk.get(row.get_absolute_url() + "?order=place")
        counts.append(len(seen))
        assert len(page.context["rows"]) == min(n, 25)
    assert counts[0] == counts[1]


def test_a_long_plan_is_shown_in_pages_and_windows(clerk, world):
    row = taken_in(world.mai, duties(world, 300))
    page = clerk.get(row.drafts.get(ref="PL/200").get_absolute_url() + "?order=place")
    assert (page.context["number"], page.context["pages"]) == (8, 12)
    assert "PL/200" in [line.ref for line in page.context["rows"]]
    assert len(page.context["source"]["lines"]) <= intake_views.BEFORE + intake_views.AFTER + 1
    assert any(line.is_hit for line in page.context["source"]["lines"])


def test_accepting_goes_on_to_the_next(clerk, intake):
    row = intake.drafts.get(ref="PL/3")
    answer = act(clerk, row, "accept", back="order=doubts")
    assert answer.url == intake.drafts.get(ref="PL/1").get_absolute_url() + "#open"
    row.refresh_from_db()
    assert row.state == "accepted"
    answer = act(clerk, intake.drafts.get(ref="PL/1"), "drop", back="show=open&order=place")
    assert answer.url == intake.drafts.get(ref="PL/2").get_absolute_url() + "?show=open&order=place#open"


def test_a_stale_act_is_told_and_changes_nothing(clerk, world, intake):
    row = intake.drafts.get(ref="PL/1")
    colleague = Client()
    colleague.force_login(world.hire("lan", world.ba_ngoi, Role.CLERK).person, backend="django.contrib.auth.backends.ModelBackend")
    act(colleague, row, "accept")
    answer = act(clerk, row, "drop")
    assert answer.status_code == 409
    assert "Lan" in answer.content.decode()
    row.refresh_from_db()
    assert row.state == "accepted"
    assert f'name="revision" value="{row.revision}"' in answer.content.decode()


def test_a_stale_edit_keeps_the_typed_words(clerk, world, intake):
    row = intake.drafts.get(ref="PL/1")
    typed = fields(row, title="Tên của tôi")
    colleague = Client()
    colleague.force_login(world.hire("lan", world.ba_ngoi, Role.CLERK).person, backend="django.contrib.auth.backends.ModelBackend")
    assert colleague.post(reverse("edit_draft", args=[row.pk]), fields(row, title="Tên của Lan")).status_code == 302
    answer = clerk.post(reverse("edit_draft", args=[row.pk]), typed)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Tên của tôi" in page
    assert "Tên của Lan" in page
    again = answer.context["form"]
    assert clerk.post(reverse("edit_draft", args=[row.pk]), {**typed, "revision": again["revision"].value()}).status_code == 302
    row.refresh_from_db()
    assert row.title == "Tên của tôi"


@pytest.mark.parametrize(("words", "read"), [("Trước ngày 15/7/2026", "14/7/2026"), ("Theo lộ trình", ""), ("\x00", "")])
def test_typed_words_are_read_at_once(clerk, intake, words, read):
    page = clerk.get(reverse("deadline_reading", args=[intake.pk]), {"deadline_words": words})
    assert page.status_code == 200
    assert read in page.content.decode()


def test_an_edit_settles_a_name_and_accepts(clerk, world, intake):
    row = intake.drafts.get(ref="PL/3")
    sent = fields(row, then="accept", unit0=world.firm.code, alias0="on", decided_on="01/08/2026", back="show=doubtful")
    answer = clerk.post(reverse("edit_draft", args=[row.pk]), sent)
    assert answer.url == intake.get_absolute_url() + "?show=doubtful#open"
    row.refresh_from_db()
    assert (row.state, row.doubts, row.answers) == ("accepted", [], {"UBND phường": {"unit": world.firm.code, "alias": True}})


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"other0": "Đơn vị không có"}, "other0"),
        ({"unit0": "0001", "alias0": "on"}, "alias0"),
        ({"ref": "PL/1"}, "ref"),
        ({"title": ""}, "title"),
        ({"decided_on": "31/02/2026"}, "decided_on"),
    ],
)
def test_what_makes_no_sense_is_shown_again(clerk, intake, more, field):
    row = intake.drafts.get(ref="PL/3")
    answer = clerk.post(reverse("edit_draft", args=[row.pk]), fields(row, **more))
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]
    assert intake.steps.count() == 0


def test_another_unit_is_found_by_its_name(clerk, world, intake):
    row = intake.drafts.get(ref="PL/3")
    clerk.post(reverse("edit_draft", args=[row.pk]), fields(row, other0="ubnd phuong cam linh"))
    row.refresh_from_db()
    assert row.answers["UBND phường"]["unit"] == world.ubnd_cam_linh.code


@pytest.mark.parametrize("sent", [{"act": "explode", "revision": 0}, {"act": "accept"}, {"act": "accept", "revision": "x" * 9}])
def test_a_forged_act_is_not_found(clerk, intake, sent):
    assert clerk.post(reverse("act_on_draft", args=[intake.drafts.first().pk]), sent).status_code == 404


def test_splitting_at_a_chosen_place_and_at_none(clerk, intake):
    row = intake.drafts.get(ref="PL/1")
    assert act(clerk, row, "split").status_code == 409
    assert act(clerk, row, "split", place=str(row.text.index("Báo cáo"))).status_code == 302
    assert Draft.objects.filter(ref="PL/1/2", text="Báo cáo kết quả.").exists()


def test_undo_by_hand_add_and_left_out(clerk, intake):
    clerk.post(reverse("add_draft", args=[intake.pk]), {"text": "Mua phần mềm diệt vi rút cho toàn bộ máy trạm."})
    clerk.post(reverse("add_draft", args=[intake.pk]), {"left": intake.left_out.get().pk})
    assert list(intake.drafts.order_by("pk").values_list("ref", flat=True))[-2:] == ["T/1", "T/2"]
    assert clerk.post(reverse("add_draft", args=[intake.pk]), {"left": intake.left_out.get().pk}).status_code == 404
    clerk.post(reverse("undo_step", args=[intake.pk]))
    assert list(intake.drafts.order_by("pk").values_list("ref", flat=True))[-1] == "T/1"
    assert clerk.get(intake.get_absolute_url() + "?show=left").status_code == 200


def test_facts_of_the_document_are_corrected_and_stale_ones_kept(clerk, world, intake):
    sent = {"revision": 0, "symbol": "10-KH/BCĐ", "type": "KH", "type_name": "Kế hoạch", "signed_on": "06/05/2026", "subject": "Khác"}
    sent["issuer"] = world.committee.pk
    assert clerk.post(reverse("edit_intake", args=[intake.pk]), sent).status_code == 302
    intake.refresh_from_db()
    assert (intake.symbol, str(intake.signed_on), intake.revision) == ("10-KH/BCĐ", "2026-05-06", 1)
    answer = clerk.post(reverse("edit_intake", args=[intake.pk]), {**sent, "symbol": "11-KH/BCĐ"})
    assert answer.status_code == 409
    assert "11-KH/BCĐ" in answer.content.decode()
    assert clerk.post(reverse("edit_intake", args=[intake.pk]), {**sent, "revision": 1, "issuer": world.cam_linh.pk}).status_code == 422


def test_a_correction_reads_the_duties_by_the_new_date(clerk, world, intake):
    row = intake.drafts.first()
    clerk.post(reverse("edit_draft", args=[row.pk]), fields(row, deadline_words="trước ngày 30/11"))
    sent = {
        "revision": 0,
        "symbol": "09-KH/BCĐ",
        "type": "KH",
        "type_name": "Kế hoạch",
        "signed_on": "04/01/2027",
        "issuer": world.committee.pk,
    }
    assert clerk.post(reverse("edit_intake", args=[intake.pk]), sent).status_code == 302
    row.refresh_from_db()
    assert row.deadline["due_on"] == "2027-11-29"


def test_undoing_another_step_than_the_one_shown_changes_nothing(clerk, intake):
    row = intake.drafts.first()
    act(clerk, row, "drop")
    shown = intake.steps.get().pk
    clerk.post(reverse("undo_step", args=[intake.pk]), {"revision": 0, "step": shown + 1})
    assert intake.steps.count() == 1
    clerk.post(reverse("undo_step", args=[intake.pk]), {"revision": 0, "step": shown})
    assert not intake.steps.exists()


def test_merging_is_stale_where_the_next_duty_was_changed(clerk, intake):
    first, second = intake.drafts.all()[:2]
    answer = act(clerk, first, "merge", second=second.pk, second_revision=second.revision + 1)
    assert answer.status_code == 409
    assert f'name="second" value="{second.pk}"' in answer.content.decode()
    assert act(clerk, first, "merge", second=second.pk, second_revision=second.revision).status_code == 302


def test_the_form_names_what_the_gate_takes(clerk):
    text = clerk.get(reverse("intakes")).content.decode()
    assert all(ending in text for endings in gate.ENDINGS.values() for ending in endings)
    assert f"{drafting.LIMIT // 1024**2} MB" in text


# The end


def test_confirming_tells_what_stands_in_the_way_then_makes_one_plan(clerk, intake):
    address = reverse("confirm_intake", args=[intake.pk])
    assert len(clerk.get(address).context["reasons"]) == 1
    assert clerk.post(address).status_code == 422
    act(clerk, intake.drafts.get(ref="PL/3"), "accept")
    assert clerk.get(address).context["reasons"] == []
    first, second = clerk.post(address), clerk.post(address)
    made = Plan.objects.get(document__symbol="09-KH/BCĐ")
    assert (first.url, second.url) == (made.get_absolute_url(), made.get_absolute_url())
    assert clerk.get(made.get_absolute_url()).status_code == 200
    assert clerk.get(intake.get_absolute_url()).status_code == 200
    assert act(clerk, intake.drafts.get(ref="PL/1"), "drop").status_code == 302
    assert intake.drafts.get(ref="PL/1").state == "open"


def test_confirming_asks_in_proportion_to_the_duties(clerk, world, django_assert_max_num_queries):
    row = taken_in(world.mai, duties(world, 40))
    act(clerk, row.drafts.get(ref="PL/40"), "accept")
    with django_assert_max_num_queries(40 * 7 + 60):
        clerk.post(reverse("confirm_intake", args=[row.pk]))
    assert Plan.objects.get(document__symbol="09-KH/BCĐ").tasks.count() == 40


def test_a_newer_version_is_shown_row_by_row(clerk, world, intake):
    act(clerk, intake.drafts.get(ref="PL/3"), "accept")
    clerk.post(reverse("confirm_intake", args=[intake.pk]))
    newer = duties(world, 4)
    del newer["tasks"][0]
    newer["tasks"][-1] |= {"text": "Tập huấn kỹ năng số cho cán bộ toàn phường"}
    newer["tasks"][0] |= {"product": "Báo cáo tháng"}
    row = taken_in(world.mai, newer, content=b"PK newer")
    page = clerk.get(reverse("intake_difference", args=[row.pk]))
    assert [(pair.kind, (pair.new or pair.old).ref) for pair in page.context["page"]] == [
        ("withdrawn", "PL/1"),
        ("changed", "PL/2"),
        ("changed", "PL/3"),
        ("added", "PL/4"),
    ]
    assert "Báo cáo tháng" in page.content.decode()
    assert clerk.post(reverse("confirm_intake", args=[row.pk])).status_code == 422


def test_throwing_away(clerk, intake):
    assert clerk.post(reverse("discard_intake", args=[intake.pk])).url == reverse("intakes")
    assert clerk.get(intake.get_absolute_url()).status_code == 200
    assert clerk.get(reverse("intake_file", args=[intake.pk])).status_code == 404
    assert not Draft.objects.exists()
