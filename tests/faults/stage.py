"""Everything one fault happens to: a database, a Redis and a mail server of its own, the portal's processes, a small world with a crowd."""

import contextlib
import os
import signal
import time
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import connection

from journal.models import Digest, Heartbeat, Notice
from orgunits.models import Person, Post, Role
from tests.config.processes import GOOD_KEY, ROOT, clean_environment, is_gone
from tests.faults import clock, figures
from tests.faults.__main__ import TEMPLATE
from tests.faults.gates import Gates
from tests.faults.portal import Portal, command_of, end, end_group, group_of, owner_of, parent_of, running
from tests.faults.servers import Broker
from tests.faults.sink import Sink
from tests.world import ISSUED, World

VN = ZoneInfo("Asia/Ho_Chi_Minh")
PATIENCE = 60  # seconds something may take that should happen at once


def moment(day, hour=8, minute=0, second=0):
    return datetime(day.year, day.month, day.day, hour, minute, second, tzinfo=VN)


class Stage:
    def __init__(self, cluster, folder, name, *, at):
        self.cluster, self.folder, self.name, self.portal = cluster, folder, name, None
        self.media = folder / "var" / "media"
        self.kills = self.restarts = 0
        clock.put_at(at)
        cluster.create(name, TEMPLATE)
        connection.close()
        connection.settings_dict["NAME"] = name
        self.gates = Gates(cluster.url(name))
        self.sink, self.broker = Sink(folder / "mail"), Broker(folder)
        self.world = World()

    def crowd(self, n):
        """So many more officials of UBND Ba Ngòi, all told of what An is told of. Returns the addresses, An's among them."""
        people = [Person(username=f"crowd{i}", full_name=f"Người {i}", email=f"crowd{i}@example.vn") for i in range(n)]
        people = Person.objects.bulk_create(people)
        Post.objects.bulk_create([Post(person=who, unit=self.world.ubnd, role=Role.OFFICIAL, since=ISSUED) for who in people])
        return {who.email for who in people} | {self.world.an.person.email}

    def open(self, *, ring_all=False, **parts):
        """Start the mail server, Redis and the portal (its `parts`: workers, beats, hands)."""
        self.sink.start()
        self.broker.start()
        environment = clean_environment(
            DJANGO_SETTINGS_MODULE="tests.faults.settings",
            PYTHONPATH=ROOT,
            DATABASE_URL=self.cluster.url(self.name),
            REDIS_URL=self.broker.url,
            EMAIL_URL=f"smtp://127.0.0.1:{self.sink.port}",
            SECRET_KEY=GOOD_KEY,
            VAR_DIR=self.folder / "var",
            FAULTS_CLOCK=clock.file(),
            FAULTS_RING_ALL="1" if ring_all else None,
        )
        self.portal = Portal(self.folder, environment, **parts)
        self.portal.start()

    def close(self):
        """End everything that was started, whatever breaks on the way."""
        with contextlib.ExitStack() as ending:
            ending.callback(connection.close)
            ending.callback(self.sink.stop)
            ending.callback(self.broker.kill)
            if self.portal:
                ending.callback(self.portal.stop)

    # Waiting

    def wait(self, words, condition, *, seconds=PATIENCE):
        """The first true value of `condition()`; without one in time the test fails with `words` and what the workers said last."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if value := condition():
                return value
            time.sleep(0.02)
        raise AssertionError(f"{words}: not within {seconds} s. The workers said last:\n{self.said()}")

    def swept(self):
        """Wait for a sweep that began after this moment: of as many as there are hands the beginning may lie before."""
        seen, hands = {self._swept_at()}, 1 + self.portal.workers * self.portal.hands
        self.wait("sweeps go on", lambda: seen.add(self._swept_at()) or len(seen) > hands)

    def _swept_at(self):
        return Heartbeat.objects.filter(name="sweep").values_list("at", flat=True).first()

    def told(self, start, n):
        self.wait(f"{n} notices «{start}…»", lambda: Notice.objects.filter(key__startswith=start).count() >= n)

    def only_left(self, n):
        """Wait until no letter is on its way but the `n` that dead workers have claimed: before the clock may pass their lease."""
        self.wait(f"{n} letters unsent", lambda: Digest.objects.filter(sent_at=None).count() == n)

    def letters_left(self):
        """Wait until no letter waits any more."""
        self.wait("every letter dealt with", lambda: Digest.objects.exists() and not Digest.objects.filter(sent_at=None).exists())

    def said(self):
        logs = sorted(self.folder.glob("*.log"))
        return "\n".join(f"{log.name}: {line}" for log in logs for line in log.read_text(errors="replace").splitlines()[-12:])

    # Breaking

    def kill(self, port, *, whole=False):
        """kill -9 the process that speaks from `port`; `whole`: its worker with it, which the supervisor then starts again."""
        self.kill_hand(self.wait(f"the process that speaks from port {port}", lambda: owner_of(port)), whole=whole)

    def kill_hand(self, pid, *, whole=False):
        leader = group_of(pid)
        assert leader in self.portal.leaders().values(), "whoever is killed must be a worker"
        end_group(leader) if whole else end(pid)
        self.kills += 1

    def kill_at_gate(self, name, *, whole=False):
        """kill -9 a worker that waits before a closed gate, and undo the statement it waits with. `whole`: when all its hands wait.

        Returns to whom its last letter went, or None.
        """
        needed = self.portal.hands if whole else 1
        waiting = self.wait(f"{needed} at the gate «{name}»", lambda: self._at_gate(name, needed))
        address = self._last_letter_of(owner_of(waiting[0][1]))
        self.kill(waiting[0][1], whole=whole)
        for backend, _ in waiting[:needed]:
            self.gates.hang_up(backend)
        return address

    def _at_gate(self, name, n):
        waiting = self.gates.waiting(name)
        return waiting if len(waiting) >= n else None

    def _last_letter_of(self, pid):
        return next((letter["to"] for letter in reversed(self.sink.letters()) if owner_of(letter["port"]) == pid), None)

    def kill_at_press(self, *, whole=False):
        """kill -9 a worker while the child that prints for it is at work; the child must end by itself."""
        press = self.wait("a press at work", self._press)
        os.kill(press, signal.SIGSTOP)
        hand = parent_of(press)
        self.kill_hand(hand, whole=whole)
        os.kill(press, signal.SIGCONT)
        self.wait("the end of the press", lambda: is_gone(press))

    def _press(self):
        return next((pid for pid in running() if "\0reports.press\0" in command_of(pid) and self._is_ours(pid)), None)

    def _is_ours(self, press):
        return group_of(parent_of(press)) in self.portal.leaders().values()

    def restart_database(self):
        connection.close()
        self.cluster.restart()
        self.restarts += 1

    def restart_at_gate(self, name):
        """Restart PostgreSQL while a worker waits before the closed gate; the restart opens it."""
        self.wait(f"a worker at the gate «{name}»", lambda: self.gates.waiting(name))
        self.restart_database()
        self.gates.open(name)

    # Counting

    def figures(self, expected):
        """The figures of all letters against `expected` {(address, day)}; the test fails where one is lost or came unasked."""
        counted = figures.of_letters(self.sink.letters(), {(address, f"{day:%d/%m/%Y}") for address, day in expected})
        assert counted.lost == 0, f"{counted.lost} letters of {counted.expected} are lost"
        assert counted.unasked == []
        assert counted.same_id == counted.doubled, "a letter came again under another Message-ID"
        return counted
