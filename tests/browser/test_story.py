"""The main job, in a real browser, on the two real plans."""

import io
import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from pypdf import PdfReader

from tests.browser.conftest import led_on

WORDS = "Đã rà quét 14 máy chủ và 62 máy trạm, vá 9 lỗ hổng mức cao"
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
WATCHED = [
    "state-todo",
    "state-doing",
    "state-said",
    "state-done",
    "state-returned",
    "cell-with_result",
    "cell-without_result",
    "cell-overdue",
    "cell-waiting",
    "awaiting",
]


def who(portal, unit, role):
    return next(person["username"] for person in portal.people.values() if person["unit"] == unit and person["role"] == role)


@pytest.fixture(scope="module")
def people(portal):
    return {
        "an": who(portal, "Ủy ban nhân dân phường Ba Ngòi", "official"),
        "binh": who(portal, "phường Ba Ngòi", "steering"),
        "mai": who(portal, "phường Ba Ngòi", "clerk"),
        "chi": who(portal, "Ủy ban nhân dân phường Cam Linh", "official"),
    }


def row_17(visitor):
    visitor.open("/duties/?q=lo+hong")
    return visitor.page.locator("tr", has_text="PL/17").locator("a").first.get_attribute("href")


def dashboard(visitor):
    visitor.open("/dashboard/")
    return {name: visitor.number(name) for name in WATCHED}


def write(visitor, address, words, *, file=None):
    visitor.open(address)
    visitor.page.fill("textarea[name=words]", words)
    if file:
        visitor.page.set_input_files("input[type=file]", {"name": "biên bản rà quét.pdf", "mimeType": "application/pdf", "buffer": file})
    visitor.press("#log button.main")


def test_from_a_logged_entry_to_the_months_pdf(portal, people, visit):
    binh, an = visit(people["binh"]), visit(people["an"])
    before = dashboard(binh)

    # The official of UBND phường Ba Ngòi logs progress with evidence on row 17 and sees it in the history.
    address = row_17(an)
    write(an, address, WORDS, file=PDF)
    history = an.page.locator("ol.line")
    assert WORDS in history.inner_text()
    assert history.locator("a", has_text="biên bản rà quét.pdf").count() == 1
    evidence = history.locator("a", has_text="biên bản rà quét.pdf").get_attribute("href")

    # The steering committee sees exactly these numbers move: one ongoing duty has a result now, and waits for a word.
    after = dashboard(binh)
    moved = {name: after[name] - before[name] for name in WATCHED if after[name] != before[name]}
    assert moved == {"cell-with_result": 1, "cell-without_result": -1, "awaiting": 1}

    # It confirms it.
    binh.open(address)
    entry = binh.page.locator("li", has_text=WORDS)
    led_on(binh.page, entry.get_by_role("button", name="Xác nhận").click)
    assert "đã xác nhận" in binh.page.locator("li", has_text=WORDS).inner_text().lower()
    assert dashboard(binh) == {**after, "awaiting": before["awaiting"]}

    # The clerk downloads the current period's report as PDF with that very entry in it.
    mai = visit(people["mai"])
    mai.open("/reports/?status=draft")
    mai.press("tbody a")
    report = re.sub(r"^https?://[^/]+", "", mai.page.url)
    assert WORDS in mai.page.locator("#words").inner_html()
    mai.page.locator("form[action$='/print/'] button[value=pdf]").click()
    link = mai.page.locator("#papers a[download]").first
    link.wait_for(timeout=120_000)
    with mai.page.expect_download() as download:
        link.click()
    text = " ".join(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(download.value.path().read_bytes())).pages).split())
    assert WORDS in text
    assert "ĐẢNG CỘNG SẢN VIỆT NAM" in text
    paper = link.get_attribute("href")

    # The neighbour gets 404 for all of it.
    chi = visit(people["chi"])
    for path in (address, evidence, report, paper, f"{report}papers/"):
        assert chi.status(path) == 404, path
    for visitor in (an, binh, mai):
        assert visitor.said == []


def test_an_entry_without_scripts(portal, people, visit):
    an = visit(people["an"], scripts=False, size="phone")
    address = row_17(an)
    write(an, address, "")
    assert an.page.locator(".err").count() == 1
    write(an, address, "Kiểm tra thêm 3 máy trạm, không phát hiện lỗ hổng")
    assert "Kiểm tra thêm 3 máy trạm" in an.page.locator("ol.line").inner_text()


def test_a_draft_survives_a_closed_window(portal, people, visit):
    an = visit(people["an"])
    address = row_17(an)
    an.open(address)
    an.page.fill("textarea[name=difficulties]", "Chưa có kinh phí thay thiết bị cũ")
    an.page.locator("[data-draft-state]", has_text="bản nháp").wait_for()
    an.page.close()
    an.page = an.context.new_page()
    an.open(address)
    assert an.page.input_value("textarea[name=difficulties]") == "Chưa có kinh phí thay thiết bị cũ"


PAGES = [
    "/",
    "/dashboard/",
    "/duties/",
    "/plans/",
    "/documents/",
    "/reports/",
    "/units/?q=ba+ngoi",
    "/notices/",
    "/account/",
    "/search/?q=an+ninh+mang",
]


@pytest.mark.parametrize("size", ["desktop", "phone"])
@pytest.mark.parametrize("role", ["an", "binh", "mai"])
def test_pages_fit_their_window_and_say_nothing_in_the_console(portal, people, visit, role, size):
    visitor = visit(people[role], size=size)
    address = row_17(visitor)
    visitor.open("/plans/")
    plan = visitor.page.locator("tbody a").first.get_attribute("href")
    visitor.open("/reports/")
    report = visitor.page.locator("tbody a").first.get_attribute("href")
    for path in [*PAGES, address, plan, report]:
        assert visitor.open(path).status == 200
        name = f"{role}-{re.sub(r'[^a-z0-9]+', '-', path.strip('/')) or 'home'}"
        assert visitor.picture(name) == 0, path
    assert visitor.said == []


@pytest.mark.parametrize("path", ["/sign-in/", *PAGES, "row 17"])
def test_pages_are_accessible(portal, people, visit, path):

    visitor = visit(None if path == "/sign-in/" else people["binh"])
    visitor.open(row_17(visitor) if path == "row 17" else path)
    found = Axe().run(visitor.page)
    assert [(rule["id"], [node["html"][:120] for node in rule["nodes"]][:3]) for rule in found.response["violations"]] == []


def test_a_wrong_password_gets_one_sentence(visit, portal, people):
    visitor = visit()
    visitor.open("/sign-in/")
    visitor.page.fill("input[name=username]", people["an"])
    visitor.page.fill("input[name=password]", "sai-mat-khau")
    visitor.press("form.body button.main")
    assert visitor.page.locator("[role=alert]").count() == 1
    assert visitor.page.input_value("input[name=username]") == people["an"]
