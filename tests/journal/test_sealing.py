"""The chain: every entry gets its place, nothing is skipped, and whatever is changed afterwards is named."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from django.db import connection, connections, transaction

from journal import anchoring, guarding, jobs, sealing, verifying
from journal.models import Entry, Heartbeat, Seal
from tests.world import World

AT = datetime(2026, 7, 10, 2, 0, tzinfo=UTC)
TODAY = date(2026, 7, 12)


@pytest.fixture(autouse=True)
def _anchors_of_its_own(settings, tmp_path):
    settings.ANCHOR_DIR = tmp_path / "anchors"


def written(world, n=3, **facts):
    return [Entry.objects.record(by=world.an, verb="progress.logged", target=world.plan, at=AT, n=k, **facts) for k in range(n)]


def tamper(sql, *params):
    """What somebody with the database's own password does: past the triggers and past the keys, and nobody asks again."""
    guarding.unguard(connection, "journal_entry", "journal_seal")
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("SELECT conname FROM pg_constraint WHERE conrelid = 'journal_seal'::regclass AND contype = 'f'")
            for (name,) in cursor.fetchall():
                cursor.execute(f"ALTER TABLE journal_seal DROP CONSTRAINT {name}")
        cursor.execute(sql, params)


def fault():
    found = verifying.verify(on=TODAY).fault
    return found and (found.why, found.n, found.entry)


def test_every_entry_gets_its_place_without_gaps_and_each_digest_holds_the_one_before(world):
    rows = written(world)
    assert sealing.seal(at=AT) == 3
    assert list(Seal.objects.values_list("n", "entry")) == [(n, row.pk) for n, row in enumerate(rows, 1)]
    first, second, _third = Seal.objects.all()
    assert first.digest == sealing.digest_of(Entry.objects.get(pk=rows[0].pk), after=sealing.START)
    assert second.digest == sealing.digest_of(Entry.objects.get(pk=rows[1].pk), after=first.digest)
    assert fault() is None


def test_sealing_again_changes_nothing_and_new_entries_go_on_from_the_head(world):
    written(world)
    sealing.seal(at=AT)
    before = list(Seal.objects.values_list("n", "digest"))
    assert [sealing.seal(at=AT) for _ in range(10)] == [0] * 10
    written(world, 2)
    assert sealing.seal(at=AT + timedelta(minutes=1)) == 2
    assert list(Seal.objects.values_list("n", "digest"))[:3] == before
    assert Seal.objects.count() == 5
    assert Heartbeat.objects.get(name="seal").at == AT + timedelta(minutes=1)
    assert fault() is None


def test_an_entry_committed_late_with_a_lower_id_is_sealed_later_and_not_skipped(world):
    early, late = written(world, 2)
    tamper("DELETE FROM journal_entry WHERE id = %s", early.pk)  # as if its transaction were still open
    sealing.seal(at=AT)
    early.save(force_insert=True)
    assert sealing.seal(at=AT) == 1
    assert list(Seal.objects.values_list("entry", flat=True)) == [late.pk, early.pk]
    assert fault() is None


def test_one_older_than_the_window_is_sealed_by_the_daily_pass(world, monkeypatch):
    early, _late = written(world, 2)
    tamper("DELETE FROM journal_entry WHERE id = %s", early.pk)
    sealing.seal(at=AT)
    early.save(force_insert=True)
    monkeypatch.setattr(sealing, "WINDOW", 0)
    assert (sealing.seal(at=AT), sealing.seal(at=AT, whole=True)) == (0, 1)


def test_a_pass_is_bounded_and_the_next_one_goes_on(world, monkeypatch):
    monkeypatch.setattr(sealing, "BATCH", 10)
    monkeypatch.setattr(sealing, "PASS", 20)
    Entry.objects.record_all([("task.joined", world.plan, {})] * 45, by=world.an, at=AT)
    assert [sealing.seal(at=AT) for _ in range(4)] == [20, 20, 5, 0]
    assert fault() is None


def test_a_pass_asks_the_same_few_questions_however_much_it_seals(world, django_assert_num_queries):
    sealing.seal(at=AT)
    written(world, 1)
    sealing.seal(at=AT)
    for n in (1, 30):
        written(world, n)
        with django_assert_num_queries(11):
            sealing.seal(at=AT)
    with django_assert_num_queries(2):
        sealing.seal(at=AT)


def test_what_an_entry_says_is_the_same_bytes_in_any_zone_and_order(db):
    kind = ContentType.objects.get_for_model(Entry)
    made = {"pk": 7, "person_id": 1, "post_id": 2, "verb": "a.b", "target_type_id": kind.pk, "target_id": 9}
    one = Entry(at=AT, facts={"b": "đ", "a": 1}, **made)
    other = Entry(at=AT.astimezone(anchoring.timezone.get_fixed_timezone(420)), facts={"a": 1, "b": "đ"}, **made)
    assert sealing.canonical(one) == sealing.canonical(other)
    words = '{"at":"2026-07-10T02:00:00.000000+00:00","facts":{"a":1,"b":"đ"},"id":7,"person":1,"post":2,'
    assert sealing.canonical(one).decode() == words + '"target":"journal.entry/9","verb":"a.b"}'


CHANGES = [
    ("verb = 'progress.returned'",),
    ("facts = '{\"n\": 9}'",),
    ("at = '2026-07-11 02:00:00+00:00'",),
    ("target_id = target_id + 1",),
    ("post_id = NULL",),
    ("person_id = NULL",),
]


@pytest.mark.parametrize("change", CHANGES)
def test_a_changed_entry_is_named(world, change):
    rows = written(world)
    sealing.seal(at=AT)
    tamper(f"UPDATE journal_entry SET {change[0]} WHERE id = %s", rows[1].pk)
    assert fault() == ("changed", 2, rows[1].pk)


def test_the_first_of_two_broken_links_is_named_and_the_walk_does_not_depend_on_chunks(world, monkeypatch):
    monkeypatch.setattr(verifying, "CHUNK", 2)
    rows = written(world, 7)
    sealing.seal(at=AT)
    assert verifying.verify(on=TODAY).verified == 7
    tamper("UPDATE journal_entry SET verb = 'x.y' WHERE id IN (%s, %s)", rows[4].pk, rows[6].pk)
    assert fault() == ("changed", 5, rows[4].pk)


def test_a_deleted_entry_is_named(world):
    rows = written(world)
    sealing.seal(at=AT)
    tamper("DELETE FROM journal_entry WHERE id = %s", rows[1].pk)
    assert fault() == ("deleted", 2, rows[1].pk)
    tamper("DELETE FROM journal_seal")  # the test itself may not end with a key that points nowhere


def test_a_missing_seal_is_named(world):
    written(world)
    sealing.seal(at=AT)
    tamper("DELETE FROM journal_seal WHERE n = 2")
    assert fault() == ("gap", 2, None)


def test_two_entries_that_changed_places_are_named(world):
    rows = written(world)
    sealing.seal(at=AT)
    for was, now in [(2, 99), (3, 2), (99, 3)]:
        tamper("UPDATE journal_seal SET n = %s WHERE n = %s", now, was)
    assert fault() == ("changed", 2, rows[2].pk)


def test_a_tail_cut_off_is_shown_by_the_anchor_alone(world):
    written(world)
    sealing.seal(at=AT)
    anchoring.anchor(at=AT)
    tamper("DELETE FROM journal_seal WHERE n > 1")
    tamper("DELETE FROM journal_entry WHERE id NOT IN (SELECT entry_id FROM journal_seal)")
    assert fault() == ("tail", 1, None)
    anchoring.place().unlink()
    assert fault() is None


def test_a_chain_built_anew_disagrees_with_the_anchor(world):
    rows = written(world)
    sealing.seal(at=AT)
    anchoring.anchor(at=AT)
    tamper("DELETE FROM journal_seal")
    tamper("UPDATE journal_entry SET verb = 'x.y' WHERE id = %s", rows[0].pk)
    sealing.seal(at=AT)
    assert fault() == ("rebuilt", 3, rows[2].pk)


def test_the_head_is_anchored_once_a_day_however_often_the_job_runs(world):
    assert anchoring.anchor(at=AT) is None  # nothing is sealed yet
    written(world, 2)
    sealing.seal(at=AT)
    made = [anchoring.anchor(at=AT + timedelta(hours=hour)) for hour in (0, 1, 2)]
    written(world, 1)
    sealing.seal(at=AT)
    made.append(anchoring.anchor(at=AT + timedelta(hours=15)))  # past midnight in Vietnam
    assert [row and row.n for row in made] == [2, None, None, 3]
    assert [json.loads(line)["on"] for line in anchoring.anchors()] == ["2026-07-10", "2026-07-11"]
    found = verifying.verify(on=TODAY)
    assert (found.verified, found.anchors, found.unsealed, found.fault) == (3, 2, 0, None)


def test_half_a_line_left_by_a_power_cut_is_written_anew(world):
    written(world)
    sealing.seal(at=AT)
    anchoring.anchor(at=AT)
    with open(anchoring.place(), "ab") as file:
        file.write(b'{"on": "2026-07-11", "n"')
    assert fault() is None
    anchoring.anchor(at=AT + timedelta(days=1))
    assert [anchoring.Anchor.of(line).n for line in anchoring.anchors()] == [3, 3]


def test_a_line_of_the_anchors_that_cannot_be_read_is_named(world):
    written(world)
    sealing.seal(at=AT)
    anchoring.anchor(at=AT)
    whole = anchoring.place().read_bytes()
    anchoring.place().write_bytes(whole + b"nonsense\n")
    assert fault() == ("anchor", 2, None)


SPOILT = {
    "nonsense": (b"nonsense", "anchor"),
    "no object": (b"[]", "anchor"),
    "not text": (b"\xff\xfe", "anchor"),
    "endless": (b'{"on": "2026-07-10", "n": 1e999, "digest": "x", "at": "x"}', "anchor"),
    "before the first": (b'{"on": "2026-07-10", "n": 0, "digest": "x", "at": "x"}', "anchor"),
    "a day to come": (b'{"on": "2999-01-01", "n": 3, "digest": "%s", "at": "x"}', "future"),
}


@pytest.mark.parametrize("how", SPOILT)
def test_a_spoilt_last_line_is_named_and_the_next_days_still_get_theirs(world, how):
    written(world)
    sealing.seal(at=AT)
    first = anchoring.anchor(at=AT)
    line, why = SPOILT[how]
    with open(anchoring.place(), "ab") as file:
        file.write(line.replace(b"%s", sealing.head().digest.encode()) + b"\n")
    assert fault() == (why, 2, None)
    made = [anchoring.anchor(at=AT + timedelta(days=n)) for n in (0, 1, 1, 2)]
    assert [row and row.on.day for row in made] == [None, 11, None, 12]
    assert (len(anchoring.anchors()), anchoring.last()) == (4, made[-1])
    assert anchoring.anchors()[0] == first.line.strip()
    assert fault() == (why, 2, None)


def test_a_spoilt_anchor_is_told_by_the_daily_job_in_one_sentence(world, caplog):
    written(world)
    jobs.anchor()
    with open(anchoring.place(), "ab") as file:
        file.write(b"nonsense\n")
    Heartbeat.objects.all().delete()
    jobs.anchor()
    assert list(Heartbeat.objects.values_list("name", flat=True)) == ["anchor"]
    assert [record.getMessage() for record in caplog.records] == ["The journal does not hold: line 2 of the anchors cannot be read."]


def test_the_daily_job_seals_anchors_and_walks_and_may_run_ten_times(world):
    written(world)
    for _ in range(10):
        jobs.anchor()
    assert (Seal.objects.count(), len(anchoring.anchors())) == (3, 1)
    assert set(Heartbeat.objects.values_list("name", flat=True)) == {"seal", "anchor", "verify_journal"}


def test_the_daily_job_does_not_beat_for_a_journal_that_does_not_hold(world, caplog):
    rows = written(world)
    sealing.seal(at=AT)
    tamper("UPDATE journal_entry SET verb = 'x.y' WHERE id = %s", rows[0].pk)
    jobs.anchor()
    assert not Heartbeat.objects.filter(name="verify_journal").exists()
    assert f"entry {rows[0].pk}" in caplog.text


def test_the_command_names_the_first_broken_link_and_ends_with_one(world, capsys):
    rows = written(world)
    sealing.seal(at=AT)
    written(world, 1)
    call_command("verify_journal")
    assert "3 verified, 1 not sealed yet, 0 anchors agree" in capsys.readouterr().out
    tamper("UPDATE journal_entry SET verb = 'x.y' WHERE id = %s", rows[1].pk)
    with pytest.raises(SystemExit, match="1"):
        call_command("verify_journal", "--json")
    told = json.loads(capsys.readouterr().out)
    assert (told["verified"], told["fault"]["why"], told["fault"]["entry"]) == (1, "changed", rows[1].pk)


@pytest.mark.services
@pytest.mark.django_db(transaction=True)
def test_two_sealers_and_ten_writers_at_once_leave_one_whole_chain():
    if connection.vendor == "sqlite":
        pytest.skip("threads need a server")
    world = World()

    def write(n):
        try:
            for _ in range(10):
                with transaction.atomic():
                    written(world, 2, writer=n)
        finally:
            connections.close_all()

    def work(_n):
        try:
            return sum(sealing.seal(at=AT) for _ in range(15))
        finally:
            connections.close_all()

    with ThreadPoolExecutor(14) as pool:
        writers, sealers = [pool.submit(write, n) for n in range(10)], [pool.submit(work, n) for n in range(4)]
        sealed = sum(one.result() for one in sealers)
        assert [one.result() for one in writers] == [None] * 10
    assert sealed + sealing.seal(at=AT) == 200
    assert all(b == a + 1 for a, b in pairwise(Seal.objects.values_list("n", flat=True)))
    assert fault() is None
