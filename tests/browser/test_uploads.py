"""Files sent to the portal as `make run` serves it, over a bare connection: whole, too large, cut in half, lying about themselves."""

import contextlib
import http.client
import re
import socket
import sqlite3
import tempfile
import urllib.parse
import uuid
from pathlib import Path

import pytest

from tests.config.processes import until

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
BOUNDARY = "ranh-gioi-cua-to-khai"
LARGE = 200 * 1024**2
PIECE = bytes(1024**2)


class Wire:
    """A signed-in official without a browser, on the page of one duty."""

    def __init__(self, portal, username):
        self.portal, self.host = portal, urllib.parse.urlsplit(portal.url).netloc
        self.cookies = {}
        self.get("/sign-in/")
        person = portal.people[username]
        fields = {"username": username, "password": person["password"], "csrfmiddlewaretoken": self.cookies["csrftoken"]}
        answer = self.ask("POST", "/sign-in/", urllib.parse.urlencode(fields).encode(), "application/x-www-form-urlencoded")
        assert answer.status == 302
        self.path = re.search(r'href="(/assignments/\d+/)#log"', self.get("/")).group(1)

    def headers(self, **more):
        return {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()), "Referer": self.portal.url, **more}

    def ask(self, method, path, body=None, kind=None, length=None):
        """Ask once; a body may come in pieces with its `length`."""
        wire = http.client.HTTPConnection(self.host, timeout=120)
        more = {"Content-Type": kind} if kind else {}
        wire.request(method, path, body, self.headers(**more, **({"Content-Length": str(length)} if length else {})))
        answer = wire.getresponse()
        answer.page = answer.read().decode()
        for cookie in answer.headers.get_all("Set-Cookie") or []:
            name, _is, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        wire.close()
        return answer

    def get(self, path):
        return self.ask("GET", path).page

    def form(self, words):
        """The fields of the duty's form as the page gives them."""
        page = self.get(self.path)
        mark = {name: re.search(f'name="{name}" value="([^"]*)"', page).group(1) for name in ("csrfmiddlewaretoken", "token", "version")}
        return {**mark, "says": "doing", "words": words}

    def parts(self, fields, *files):
        """A multipart body: (before, [(head of a file, its size or bytes)], after)."""
        text = "".join(
            f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n' for name, value in fields.items()
        )
        heads = [f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="files"; filename="{name}"\r\n\r\n'.encode() for name, _ in files]
        return text.encode(), list(zip(heads, [content for _, content in files], strict=True)), f"--{BOUNDARY}--\r\n".encode()

    def send(self, fields, *files):
        before, middle, after = self.parts(fields, *files)
        body = before + b"".join(head + content + b"\r\n" for head, content in middle) + after
        return self.ask("POST", f"{self.path}progress/", body, f"multipart/form-data; boundary={BOUNDARY}")


@pytest.fixture(scope="module")
def wire(portal):
    return Wire(portal, "son.bangoi")


@pytest.fixture
def unchanged(portal):
    """Fails where a row of progress or evidence, or a file on the disk, was added."""
    before = state(portal)
    yield
    assert state(portal) == before


def state(portal):
    with contextlib.closing(sqlite3.connect(f"file:{portal.var / 'thongsuot.sqlite3'}?mode=ro", uri=True)) as database:
        rows = [database.execute(f"SELECT count(*) FROM tasks_{name}").fetchone()[0] for name in ("progress", "evidence")]
    return rows, sorted(path.name for path in (portal.var / "media" / "evidence").rglob("*") if path.is_file()), left_aside()


def left_aside():
    """Half-taken uploads in the temporary place."""
    return [path.name for path in Path(tempfile.gettempdir()).glob("*.upload*")]


def peak_of_web(portal):
    """The most memory any process of the web part ever held, in MB."""
    own = [path for path in Path("/proc").iterdir() if path.name.isdecimal() and _serves(path, portal)]
    return max(int(re.search(r"VmHWM:\s+(\d+)", (path / "status").read_text()).group(1)) for path in own) // 1024


def _serves(process, portal):
    try:
        line = (process / "cmdline").read_text()
    except OSError:
        return False
    return "gunicorn" in line and urllib.parse.urlsplit(portal.url).netloc in line


def in_pieces(before, head, size, after):
    yield before + head
    for _ in range(size // len(PIECE)):
        yield PIECE
    yield b"\r\n" + after


@pytest.mark.usefixtures("unchanged")
def test_a_file_of_200_mb_is_one_sentence_and_fills_neither_memory_nor_disk(portal, wire):
    before, [(head, _)], after = wire.parts(wire.form("câu phải giữ lại"), ("lon.pdf", b""))
    peak = peak_of_web(portal)
    length = len(before) + len(head) + LARGE + 2 + len(after)
    answer = wire.ask(
        "POST", f"{wire.path}progress/", in_pieces(before, head, LARGE, after), f"multipart/form-data; boundary={BOUNDARY}", length
    )
    assert answer.status == 422
    assert len(re.findall(r'<p class="err">[^<]*lon\.pdf[^<]*20 MB', answer.page)) == 1
    assert len(re.findall('class="err"', answer.page)) == 1
    assert "câu phải giữ lại" in answer.page
    grown = peak_of_web(portal) - peak
    print(f"\n200 MB refused; the web part's memory grew by {grown} MB")
    assert grown < 40


@pytest.mark.usefixtures("unchanged")
@pytest.mark.parametrize("share", [0.3, 0.7, 0.99])
@pytest.mark.parametrize("size", [4_000, 6 * 1024**2])
def test_an_upload_cut_in_half_leaves_nothing(portal, wire, share, size):
    fields = wire.form("một nửa")
    before, [(head, content)], after = wire.parts(fields, ("nua.pdf", PDF + bytes(size)))
    body = before + head + content + b"\r\n" + after
    asked = f"POST {wire.path}progress/ HTTP/1.1\r\nHost: {wire.host}\r\n"
    asked += "".join(f"{name}: {value}\r\n" for name, value in wire.headers().items())
    asked += f"Content-Type: multipart/form-data; boundary={BOUNDARY}\r\nContent-Length: {len(body)}\r\n\r\n"
    seen = _lines_of_log(portal)
    with socket.create_connection(tuple(wire.host.split(":"))) as cut:
        cut.sendall(asked.encode() + body[: len(before) + int((len(body) - len(before)) * share)])
        cut.shutdown(socket.SHUT_WR)
        cut.settimeout(60)
        with contextlib.suppress(OSError):
            while cut.recv(65536):
                pass
    until(lambda: any("/progress/" in line for line in _lines_of_log(portal)[len(seen) :]))
    assert "một nửa" not in wire.get(wire.path)


def _lines_of_log(portal):
    return (portal.var / "log" / "web.log").read_text(errors="replace").splitlines()


@pytest.mark.usefixtures("unchanged")
def test_words_cut_in_half_are_no_entry_either(portal, wire):
    fields = wire.form("câu này bị cắt giữa chừng, phần sau không bao giờ đến")
    body = urllib.parse.urlencode(fields).encode()
    asked = f"POST {wire.path}progress/ HTTP/1.1\r\nHost: {wire.host}\r\n"
    asked += "".join(f"{name}: {value}\r\n" for name, value in wire.headers().items())
    asked += f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n"
    seen = _lines_of_log(portal)
    with socket.create_connection(tuple(wire.host.split(":"))) as cut:
        cut.sendall(asked.encode() + body[:-40])
        cut.shutdown(socket.SHUT_WR)
        cut.settimeout(60)
        with contextlib.suppress(OSError):
            while cut.recv(65536):
                pass
    until(lambda: any("/progress/" in line for line in _lines_of_log(portal)[len(seen) :]))


@pytest.mark.usefixtures("unchanged")
@pytest.mark.parametrize(
    "files",
    [
        [("anh.svg", b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>")],
        [("bao-cao.pdf", b"<!doctype html><script>alert(document.cookie)</script>")],
        [("rong.pdf", b"")],
        [(f"{n}.pdf", PDF) for n in range(6)],
        [("tot.pdf", PDF), ("xau.pdf", b"MZ" + bytes(60))],
    ],
    ids=["an SVG with script", "HTML named PDF", "an empty file", "six files", "one good and one bad"],
)
def test_what_is_refused_leaves_nothing_and_keeps_the_words(wire, files):
    answer = wire.send(wire.form("câu phải giữ lại"), *files)
    assert (answer.status, "câu phải giữ lại" in answer.page) == (422, True)
    assert len(re.findall('class="err"', answer.page)) == 1


def test_a_name_that_climbs_is_shown_bare_and_stored_under_ours(portal, wire):
    before = state(portal)
    words = f"biên bản {uuid.uuid4().hex}"
    assert wire.send(wire.form(words), ("../../x.pdf", PDF)).status == 302
    page = wire.get(wire.path)
    entry = page[page.index(words) :]
    assert re.search(r'<a href="(/evidence/\d+/)" download>([^<]*)</a>', entry).group(2) == "x.pdf"
    (_rows, files, _aside), (_now, files_now, _still) = before, state(portal)
    assert [re.fullmatch(r"[0-9a-f]{32}\.pdf", name) is not None for name in set(files_now) - set(files)] == [True]
    assert not list(portal.var.rglob("x.pdf"))
