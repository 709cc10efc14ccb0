"""Two promises of the journal over every address: a POST that wrote rows wrote an entry, and no thing out of reach has a history."""

import json
from collections import Counter

import pytest
from django.urls import reverse

from journal.models import Entry
from tests.permissions.reach import NO, OPEN, YES
from tests.permissions.requests import taken_back, writes_seen
from tests.permissions.test_crawl import ACTORS, CASES, Visit, _sort_of, few

pytestmark = pytest.mark.django_db

ACTING = [
    "an.bangoi official 22423.UBND",
    "lan.bangoi clerk 22423",
    "binh.bangoi steering 22423",
    "nga.khanhhoa clerk 56",
    "thinh.khanhhoa steering 56",
    "phuc.tw steering TW",
    "quantri admin TW",
]
# That somebody read a notice is the notice's own column; words not sent yet are nobody else's business.
UNJOURNALED = {"open_notice", "keep_progress_draft", "discard_progress_draft"}
KINDS = {"assignment": "assignment", "task": "duty", "plan": "plan", "report": "report", "intake": "intake", "group": "group"}


def acts(visit):
    """(name, case, thing) of each act this person may do, one for each sort of thing."""
    for name, case in CASES.items():
        if case.form and name not in UNJOURNALED:
            may = [t for t in visit.scene.things[case.kind] if visit.verdicts[t] == YES and visit.actor.reach.may(case.act, t) == YES]
            yield from ((name, case, thing) for thing in few(may, lambda thing: str(_sort_of(thing)))[:3])


def written(visit, name, case, thing):
    """(status, the SQL that wrote, how many entries were written) of one act, taken back afterwards."""
    data = case.form(thing, visit.actor.reach.role)
    more = {"content_type": "application/json"} if case.json else {}
    with writes_seen() as seen, taken_back():
        before = Entry.objects.count()
        answer = visit.client.post(reverse(name, kwargs={case.arg: thing.pk}), json.dumps(data) if case.json else data, **more)
        return answer.status_code, [sql[:80] for sql in seen], Entry.objects.count() - before


def test_every_act_that_wrote_rows_wrote_an_entry(scene):
    silent, told = [], Counter()
    for who in ACTING:
        visit = Visit(scene, who)
        for name, case, thing in acts(visit):
            status, wrote, entries = written(visit, name, case, thing)
            told[name] += bool(wrote and entries)
            if wrote and not entries:
                silent.append((who, name, status, thing, wrote[:3]))
    assert silent == [], "\n".join(map(str, silent))
    assert sum(n > 0 for n in told.values()) > 25, told  # the test has acts to see


@pytest.mark.parametrize("name", ACTORS)
def test_the_history_of_a_thing_is_there_for_whoever_may_read_the_thing(scene, name):
    visit = Visit(scene, name)

    def place(thing):
        return visit.verdicts[thing], visit.actor.post and visit.actor.reach.relation(thing.unit), str(_sort_of(thing))

    for kind, word in KINDS.items():
        for thing in few(scene.things[kind], place):
            status = visit.ask(f"{reverse('journal')}?about={word}/{thing.pk}").status_code
            wanted = {YES: {200}, NO: {404}, OPEN: {200, 404}}[visit.verdicts[thing]] if visit.actor.post else {302, 403}
            if status not in wanted:
                visit.note("STATUS", word, status, "not", wanted, thing)
    assert not visit.problems, "\n".join(visit.problems)
