"""Many officials on one duty in the same moment: one is first, the others are told and lose no word; nothing is written twice."""

import re
import uuid
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, connections
from django.test import Client
from django.urls import reverse

from journal.models import Entry
from tasks.models import Assignment, Evidence, Progress
from tests.world import World

WRITERS = 12
PDF = b"%PDF-1.4\n%%EOF\n"
BACKEND = "django.contrib.auth.backends.ModelBackend"


@pytest.fixture
def office(transactional_db):
    """A duty, and as many officials of its unit as write at once, each signed in."""
    world = World()
    posts = [world.hire(f"can-bo-{n}", world.ubnd) for n in range(WRITERS)]
    clients = []
    for post in posts:
        clients.append(Client())
        clients[-1].force_login(post.person, backend=BACKEND)
    return world, world.duty(), clients


def together(acts):
    """Run the acts in the same moment, each in its own thread and connection. Returns what they return."""
    gate = Barrier(len(acts))

    def run(act):
        try:
            gate.wait(timeout=60)
            return act()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(acts)) as pool:
        return [run.result() for run in [pool.submit(run, act) for act in acts]]


def sending(client, duty, form, words):
    data = {"token": form["token"], "version": form["version"], "seen": form["seen"], "says": "doing", "words": words}
    return lambda: client.post(reverse("log_progress", args=[duty.pk]), data)


def page_of(answer):
    """The marks and the words of the form on a page, read from its HTML: the client's contexts are shared by the threads."""
    page = answer.content.decode()
    marks = {name: re.search(f'name="{name}" value="([^"]*)"', page).group(1) for name in ("token", "version", "seen")}
    return {**marks, "words": re.search(r'<textarea name="words"[^>]*>([^<]*)', page).group(1).strip(), "is_told": 'id="since"' in page}


def test_every_writer_on_one_page_is_written_or_told_and_nobody_loses_a_word(office):
    _world, duty, clients = office
    words = {n: f"câu của cán bộ {n}" for n in range(WRITERS)}
    pages = {n: page_of(client.get(duty.get_absolute_url())) for n, client in enumerate(clients)}
    rounds, refused = 0, 0
    while pages:
        waiting = list(pages)
        answers = together([sending(clients[n], duty, pages[n], words[n]) for n in waiting])
        codes = sorted(answer.status_code for answer in answers)
        assert codes == [302] + [409] * (len(waiting) - 1)
        rounds, refused = rounds + 1, refused + codes.count(409)
        for n, answer in zip(waiting, answers, strict=True):
            if answer.status_code == 302:
                del pages[n]
                continue
            pages[n] = page_of(answer)
            assert (pages[n]["words"], pages[n]["is_told"]) == (words[n], True)
    rows = list(Progress.objects.values_list("words", flat=True))
    lost = WRITERS - len(set(rows))
    print(f"\n{WRITERS} writers at once on {connection.vendor}: {rounds} rounds, {len(rows)} rows, {refused} told, {lost} lost")
    assert sorted(rows) == sorted(words.values())
    assert Assignment.objects.get(pk=duty.pk).version == WRITERS
    assert Entry.objects.filter(verb="progress.logged").count() == WRITERS


def test_one_submit_sent_many_times_at_once_is_one_row_and_one_file(office, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    _world, duty, clients = office
    token = str(uuid.uuid4())

    def click():
        data = {"token": token, "version": 0, "says": "doing", "words": "một lần", "files": [SimpleUploadedFile("a.pdf", PDF)]}
        return clients[0].post(reverse("log_progress", args=[duty.pk]), data).status_code

    assert together([click] * WRITERS) == [302] * WRITERS
    assert (Progress.objects.count(), Evidence.objects.count()) == (1, 1)
    assert len([path for path in tmp_path.rglob("*") if path.is_file()]) == 1


def test_a_save_of_the_draft_beside_the_submit_never_outlives_it(office):
    world, duty, clients = office
    for n in range(6):
        form = page_of(clients[0].get(duty.get_absolute_url()))

        def keep(form=form, n=n):
            data = {"token": form["token"], "says": "doing", "words": f"câu {n}", "step": str(n)}
            address = reverse("keep_progress_draft", args=[duty.pk])
            return clients[0].post(address, data, headers={"accept": "application/json"}).status_code

        codes = together([sending(clients[0], duty, form, f"câu {n}"), keep])
        assert codes[0].status_code == 302
        assert codes[1] == 200
    assert list(world.an.progress_drafts.all()) == []
    assert duty.progress_drafts.count() == 0
    assert Progress.objects.count() == 6
