"""People who ask: signed-in requests, one after another or several at once, bounded in number and time."""

import gzip
import http.client
import itertools
import threading
import time
from dataclasses import dataclass, field
from urllib.parse import urlencode

from bench.server import HOST

CSRF = "b" * 32


@dataclass
class Answers:
    """What came back: seconds, statuses, sizes and counted queries of each request."""

    seconds: list = field(default_factory=list)
    statuses: dict = field(default_factory=dict)
    size: int = 0
    zipped: int = 0
    queries: int = 0
    wall: float = 0.0

    def take(self, seconds, status, body, queries):
        self.seconds.append(seconds)
        self.statuses[status] = self.statuses.get(status, 0) + 1
        if len(body) > self.size:
            self.size, self.zipped = len(body), len(gzip.compress(body, 6))
        self.queries = max(self.queries, queries)

    def percentile(self, share):
        ordered = sorted(self.seconds)
        return ordered[min(int(len(ordered) * share), len(ordered) - 1)] * 1000 if ordered else None


def ask(port, requests, *, at_once, most, seconds, every=0):
    """Send up to `most` of the `requests` (cookie, path, form or None) over `at_once` connections for at most `seconds`.

    With `every` people come one after another, so many seconds apart, each with a connection of their own; who comes while all are busy
    waits, and that counts.
    """
    answers, lock, turn = Answers(), threading.Lock(), enumerate(itertools.islice(itertools.cycle(requests), most))
    began = time.monotonic()
    until = began + seconds

    def work():
        line = http.client.HTTPConnection(HOST, port, timeout=180)
        while time.monotonic() < until:
            with lock:
                n, request = next(turn, (None, None))
            if request is None:
                break
            comes = began + n * every if every else time.monotonic()
            time.sleep(max(comes - time.monotonic(), 0))
            if every:
                line.close()  # the next request opens it anew; the server ends one that was idle for two seconds
            try:
                told = _one(line, *request)
            except (OSError, http.client.HTTPException):  # no answer in time, or a broken one
                line.close()
                told = (599, b"", 0)
            told = (time.monotonic() - comes, *told)
            with lock:
                answers.take(*told)
        line.close()

    workers = [threading.Thread(target=work) for _ in range(at_once)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    answers.wall = time.monotonic() - began
    return answers


def _one(line, cookie, path, form):
    """(status, body, queries) of one request."""
    headers = {"Cookie": f"sessionid={cookie}; csrftoken={CSRF}", "Accept-Language": "vi"}
    if form is None:
        line.request("GET", path, headers=headers)
    else:
        headers["Content-Type"] = "application/x-www-form-urlencoded"
        line.request("POST", path, urlencode({**form, "csrfmiddlewaretoken": CSRF}), headers)
    response = line.getresponse()
    body = response.read()
    return response.status, body, int(response.headers.get("X-Queries", 0))
