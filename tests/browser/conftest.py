"""A real portal, started as `make run` starts it, and a real browser before it."""

import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from types import SimpleNamespace

import pytest
from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parents[2]
REQUIRED = os.environ.get("THONGSUOT_REQUIRE_BROWSER") == "1"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
SIZES = {"desktop": {"width": 1280, "height": 900}, "phone": {"width": 390, "height": 844}}
START_SECONDS = 300


def chromium():
    return next((found for found in map(shutil.which, ("chromium", "chromium-browser", "google-chrome")) if found), None)


def pytest_collection_modifyitems(items):
    if chromium() or REQUIRED:
        return
    for item in items:
        if "tests/browser" in str(item.path):
            item.add_marker(pytest.mark.skip(reason="no Chromium on this machine: apt-get install chromium"))


@pytest.fixture(scope="session")
def portal(tmp_path_factory):
    """The running demo: `url`, `people` by username, `var`."""
    var, port = tmp_path_factory.mktemp("portal"), _free_port()
    keep = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    log = (var / "run.log").open("w")
    process = subprocess.Popen(
        [sys.executable, "manage.py", "run"],
        cwd=ROOT,
        env={**keep, "VAR_DIR": str(var), "PORT": str(port)},
        stdout=log,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
    try:
        _wait_for(f"http://127.0.0.1:{port}/healthz", process, var / "run.log")
        people = json.loads((var / "demo.json").read_text())["people"]
        yield SimpleNamespace(url=f"http://127.0.0.1:{port}", people={person["username"]: person for person in people}, var=var)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=60)


def _free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _wait_for(address, process, log):
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            pytest.fail(f"the portal did not start:\n{log.read_text()}")
        try:
            with urllib.request.urlopen(address, timeout=5) as answer:
                if answer.status == 200:
                    return
        except OSError:
            _give_way(process)
    pytest.fail(f"the portal was not ready after {START_SECONDS} s:\n{log.read_text()}")


def _give_way(process):
    """Half a second for the portal, less if it ends."""
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(timeout=0.5)


@pytest.fixture(scope="module")
def browser():
    """Chromium. Not longer than the module: its event loop would stand in the way of every database test after it."""

    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        yield found
        found.close()


def led_on(page, act):
    """Do `act`, which leads to a page, and wait until that page is whole: a bare click may return before it is even asked for."""
    with page.expect_navigation():
        act()


class Visitor:
    """One person at one window. Fails on any message in the browser's console."""

    def __init__(self, browser, portal, username, *, size="desktop", scripts=True):
        self.portal, self.size = portal, size
        self.context = browser.new_context(viewport=SIZES[size], locale="en-US", java_script_enabled=scripts, accept_downloads=True)
        self.page = self.context.new_page()
        self.said = []
        self.page.on("console", lambda message: self.said.append(message.text) if message.type in {"error", "warning"} else None)
        self.page.on("pageerror", lambda error: self.said.append(str(error)))
        if username:
            self.sign_in(username)

    def sign_in(self, username):
        self.open("/sign-in/")
        self.page.fill("input[name=username]", username)
        self.page.fill("input[name=password]", self.portal.people[username]["password"])
        self.press("form.body button.main")

    def press(self, selector):
        """Click the first such thing and wait for the page it leads to."""
        led_on(self.page, self.page.locator(selector).first.click)

    def open(self, path):
        return self.page.goto(self.portal.url + path)

    def status(self, path):
        return self.context.request.get(self.portal.url + path, max_redirects=0).status

    def number(self, name):
        """The number a dashboard shows under an id; a cell that is not shown counts nothing."""
        found = self.page.locator(f"#{name}")
        return int(found.inner_text().replace(".", "")) if found.count() else 0

    def picture(self, name):
        """Keep a picture of the whole page where SCREENS points, and say how far it runs out of its window."""
        folder = os.environ.get("SCREENS")
        if folder:
            Path(folder).mkdir(parents=True, exist_ok=True)
            self.page.screenshot(path=f"{folder}/{name}-{self.size}.png", full_page=True)
        return self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")


@pytest.fixture
def visit(browser, portal):
    visitors = []

    def open_window(username=None, **how):
        visitors.append(Visitor(browser, portal, username, **how))
        return visitors[-1]

    yield open_window
    for visitor in visitors:
        visitor.context.close()
