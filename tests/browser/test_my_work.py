"""The official's days before the 25th: at a desk, on a phone, with a browser that is killed, with two tabs, and without scripts."""

import os
import re
import signal
import uuid
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.browser.conftest import FLAGS, Visitor, chromium, led_on
from tests.config.processes import until

AN, LAN = "an.bangoi", "lan.bangoi"
FILE = {"name": "biên bản.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.4\n%%EOF\n"}
SEND, KEEP, DISCARD = "#log button.main", "button[formaction*='/draft/#']", "button[data-discards]"
SMALLEST = 44  # px of what a finger must hit


def row(page, ref):
    """The row of a duty of UBND phường Ba Ngòi on my work."""
    cell = page.locator("td.ref", has_text=re.compile(rf"^{ref}(?=\d\d-KH)"))  # the plan's number follows at once
    return page.locator("tr", has=cell).filter(has_text="Ủy ban nhân dân phường Ba Ngòi")


def address(visitor, ref):
    visitor.open("/")
    return row(visitor.page, ref).locator("a[href*='/assignments/']").first.get_attribute("href").partition("#")[0]


def line(page, ref):
    """The row of a duty on the page on which several are logged."""
    return page.locator(".log-line", has=page.locator("b.ref", has_text=re.compile(rf"^{ref}$")))


def history(page):
    return page.locator("ol.line").inner_text()


def kept(page):
    """Wait until the page says that the server has the draft."""
    until(lambda: page.locator("[name=draft]").input_value() and not page.locator("[data-draft-state].err").count())


class Finger:
    """A person with a phone, from the moment the password was sent. Counts taps; typing is typing."""

    def __init__(self, visitor):
        self.page, self.taps = visitor.page, 0

    def tap(self, place):
        """Tap what leads to a page."""
        led_on(self.page, lambda: self._touch(place.first))

    def write(self, place, words):
        self._touch(place.first)
        self.page.keyboard.type(words)

    def _touch(self, place):
        place.scroll_into_view_if_needed()
        place.click()
        self.taps += 1


def too_small(page):
    """What a finger would miss."""
    return page.evaluate(
        """least => [...document.querySelectorAll("main :is(.btn, .pick, .seg label, summary, .tick)")].filter(e => e.checkVisibility())
        .filter(e => e.getBoundingClientRect().height < least - 0.5).map(e => e.outerHTML.slice(0, 120))""",
        SMALLEST,
    )


def test_several_duties_from_one_screen_without_scripts(visit):
    an = visit(AN, scripts=False, size="phone")
    an.open("/log/")
    assert an.picture("log-many") <= 0
    line(an.page, "PL/11").locator("textarea[name$=words]").fill("Đã tập huấn 36 cán bộ")
    line(an.page, "PL/12").locator("input[value=nothing] + label").click()
    wrong = line(an.page, "PL/13")
    wrong.locator("summary").click()
    wrong.locator("textarea[name$=difficulties]").fill("Trường chưa có phòng máy")
    an.press(".sticky button.main")
    assert an.picture("log-many-wrong") <= 0
    assert line(an.page, "PL/13").locator(".err").count() == 1
    assert line(an.page, "PL/13").locator("textarea[name$=difficulties]").input_value() == "Trường chưa có phòng máy"
    assert [an.page.locator(".flash.success", has_text=ref).count() for ref in ("PL/11", "PL/12", "PL/13")] == [1, 1, 0]
    assert [line(an.page, ref).count() for ref in ("PL/11", "PL/12")] == [0, 0]
    an.open(address(an, "PL/11"))
    assert "Đã tập huấn 36 cán bộ" in history(an.page)


def test_rows_of_several_duties_keep_their_drafts(visit):
    an, words = visit(AN), "Đang lập danh mục"
    an.picture("my-work")
    an.open("/log/")
    place = line(an.page, "PL/14")
    place.locator("textarea[name$=words]").fill(words)
    until(lambda: place.locator("[data-draft-state]").inner_text())
    assert an.page.evaluate("localStorage.length") == 0  # one truth, and it is the server's
    an.open("/")
    assert row(an.page, "PL/14").locator("form[action*='/nothing/']").count() == 0
    an.open(address(an, "PL/14"))
    assert an.page.input_value("textarea[name=words]") == words
    an.press(DISCARD)
    assert an.page.input_value("textarea[name=words]") == ""
    assert an.said == []


def test_three_taps_from_signing_in_to_an_entry(visit):
    taps = {}
    for way in ("nothing", "words", "several"):
        an = visit(AN, size="phone")
        finger = Finger(an)
        assert (an.picture(f"my-work-{way}") <= 0, too_small(an.page)) == (True, [])
        if way == "nothing":
            finger.tap(row(an.page, "PL/4").locator("form[action*='/nothing/'] button"))
        elif way == "words":
            finger.tap(row(an.page, "PL/8").locator("a.btn"))
            finger.write(an.page.locator("textarea[name=words]"), "Đã cử 2 cán bộ đi học")
            assert too_small(an.page) == []
            finger.tap(an.page.locator(SEND))
        else:
            finger.tap(an.page.locator("a[href='/log/']"))
            finger.write(line(an.page, "PL/14").locator("textarea[name$=words]"), "Đã dự toán 120 triệu đồng")
            assert too_small(an.page) == []
            finger.tap(an.page.locator(".sticky button.main"))
        assert an.page.locator(".flash.success").count() == 1
        assert an.said == []
        taps[way] = finger.taps
    print(f"\ntaps from the password to the entry: {taps}")
    assert taps == {"nothing": 1, "words": 3, "several": 3}


@pytest.fixture
def frail(browser, portal):
    """A browser of its own for one window, and the processes it lives in."""
    mark = f"--thongsuot-frail={uuid.uuid4().hex}"
    own = browser.browser_type.launch(executable_path=chromium(), args=[*FLAGS, mark])
    yield Visitor(own, portal, AN, size="phone"), lambda: [pid for pid in Path("/proc").iterdir() if _has(pid, mark)]
    own.close()


def _has(process, mark):
    try:
        return process.name.isdecimal() and mark in (process / "cmdline").read_text()
    except OSError:
        return False


def test_words_survive_a_killed_browser_and_move_from_the_phone_to_the_desk(frail, visit):
    phone, processes = frail
    place = address(phone, "PL/11")
    phone.open(place)
    phone.page.fill("textarea[name=words]", "Đã rà soát 14 máy chủ")
    phone.page.fill("textarea[name=difficulties]", "Thiếu kinh phí thay thiết bị")
    kept(phone.page)
    for process in processes():
        os.kill(int(process.name), signal.SIGKILL)
    until(lambda: not processes())
    desk = visit(AN)
    assert row(desk.page, "PL/11").locator("form[action*='/nothing/']").count() == 0
    desk.open(place)
    assert desk.page.input_value("textarea[name=words]") == "Đã rà soát 14 máy chủ"
    assert desk.page.input_value("textarea[name=difficulties]") == "Thiếu kinh phí thay thiết bị"
    desk.picture("draft")
    desk.page.set_input_files("input[type=file]", FILE)
    desk.press(SEND)
    assert "Đã rà soát 14 máy chủ" in history(desk.page)
    assert desk.page.input_value("textarea[name=words]") == ""
    assert not desk.page.locator(DISCARD).is_visible()
    assert desk.said == []


def test_words_typed_in_the_last_moment_are_kept_when_the_page_is_left(visit):
    an = visit(AN)
    place = address(an, "PL/12")
    an.open(place)
    an.page.fill("textarea[name=proposals]", "Cấp thêm 2 máy trạm")
    an.open("/dashboard/")

    def is_there():
        an.open(place)
        return an.page.input_value("textarea[name=proposals]") == "Cấp thêm 2 máy trạm"

    until(is_there)  # the last save may still be on its way when the next page is asked for
    an.page.fill("textarea[name=proposals]", "Cấp thêm 3 máy trạm")
    an.press(DISCARD)  # at once, while the newest words are not kept yet
    assert an.page.input_value("textarea[name=proposals]") == ""


def test_two_windows_of_one_person_do_not_overwrite_each_other(visit):
    phone, desk = visit(AN, size="phone"), visit(AN)
    place = address(desk, "PL/12")
    for window, words in ((phone, "viết ở điện thoại"), (desk, "viết ở máy bàn")):
        window.open(place)
        if window is desk:
            window.page.locator("[name=draft]").evaluate("e => { e.value = ''; }")  # as if opened before the phone wrote
        window.page.fill("textarea[name=words]", words)
        until(lambda window=window: window.page.locator("[data-draft-state]").inner_text())
    desk.page.locator("[data-draft-state].err").wait_for()
    desk.press(KEEP)
    assert "viết ở điện thoại" in desk.page.locator("#log .since").inner_text()
    assert desk.page.input_value("textarea[name=words]") == "viết ở máy bàn"
    desk.picture("two-windows")
    desk.press(KEEP)
    phone.open(place)
    assert phone.page.input_value("textarea[name=words]") == "viết ở máy bàn"
    phone.press(DISCARD)


@pytest.mark.parametrize("scripts", [True, False])
def test_a_double_click_makes_one_entry(visit, scripts):
    an = visit(AN, scripts=scripts)
    words = f"Đã phổ biến tới 7 trường, bấm hai lần {scripts}"
    an.open(address(an, "PL/12"))
    an.page.fill("textarea[name=words]", words)
    an.page.locator(SEND).dblclick()
    an.page.locator("ol.line li", has_text=words).first.wait_for()
    an.page.wait_for_load_state("networkidle")
    an.page.reload()
    assert history(an.page).count(words) == 1


def test_a_stale_tab_shows_what_the_other_wrote_and_keeps_the_words(visit):
    an, lan = visit(AN), visit(LAN, size="phone")
    place = address(an, "PL/13")
    for window in (an, lan):
        window.open(place)
    lan.page.fill("input[name=spoken_for]", "Tổ công nghệ số")
    lan.page.fill("textarea[name=words]", "Văn thư ghi thay: đã gửi công văn")
    lan.press(SEND)
    an.page.fill("textarea[name=words]", "An viết: đã họp với 3 trường")
    an.page.set_input_files("input[type=file]", FILE)
    an.press(SEND)
    above = an.page.locator("#since").inner_text()
    assert "Văn thư ghi thay: đã gửi công văn" in above
    assert lan.portal.people[LAN]["full_name"] in above
    assert an.page.input_value("textarea[name=words]") == "An viết: đã họp với 3 trường"
    assert FILE["name"] in an.page.locator("#log").inner_text()  # it has to be chosen again, and is named
    an.picture("stale")
    an.press(SEND)
    told = history(an.page)
    assert ("An viết: đã họp với 3 trường" in told, "Văn thư ghi thay" in told) == (True, True)
    assert [said for said in an.said if "409" not in said] == []


def test_a_draft_is_kept_sent_and_thrown_away_without_scripts(visit):
    an = visit(AN, scripts=False, size="phone")
    place = address(an, "PL/8")
    an.open(place)
    an.page.fill("textarea[name=words]", "Viết dở lúc nghỉ trưa")
    an.press(KEEP)
    an.open("/")
    assert row(an.page, "PL/8").locator("form[action*='/nothing/']").count() == 0
    an.open(place)
    assert an.page.input_value("textarea[name=words]") == "Viết dở lúc nghỉ trưa"
    an.press(DISCARD)
    assert an.page.input_value("textarea[name=words]") == ""
    an.page.fill("textarea[name=words]", "Viết xong buổi chiều")
    an.press(SEND)
    assert "Viết xong buổi chiều" in history(an.page)


@pytest.mark.parametrize("scripts", [True, False])
def test_nothing_to_report_for_many(visit, scripts):
    lan = visit(LAN, scripts=scripts)
    heap = next(name for name in ("#silent", "#quiet") if free(lan.page, name).count() > 1)
    chosen = [free(lan.page, heap).nth(n).locator("input[type=checkbox]").get_attribute("value").partition(":")[0] for n in range(2)]
    if not lan.page.locator(heap).evaluate("e => e.open"):
        lan.page.locator(f"{heap} > summary").click()
    for pk in chosen:
        lan.page.check(f"input[type=checkbox][value^='{pk}:']")
    lan.picture(f"nothing-for-many-{scripts}")
    lan.press(f"{heap} .many button")
    assert lan.page.locator(".flash.success").count() == 1
    assert [lan.page.locator(f"input[type=checkbox][value^='{pk}:']").count() for pk in chosen] == [0, 0]
    for pk in chosen:  # the list of what was reported shows its first rows only, and earlier stories may have filled it
        lan.open(f"/assignments/{pk}/")
        assert "không phát sinh" in lan.page.locator("ol.line > li").first.inner_text().lower()


def free(page, heap):
    """Rows of a heap that no other story needs, and that «không phát sinh» settles: an occurrence of a month stays owed."""
    return page.locator(f"{heap} tbody tr").filter(has_not=page.locator("td.ref", has_text=re.compile(r"^(PL/(17|4|14)|IV\.3)(?=\d\d-KH)")))


def test_the_pages_are_accessible_with_a_draft(visit):
    an = visit(AN)
    place = address(an, "PL/13")
    an.open(place)
    an.page.fill("textarea[name=words]", "đang viết")
    kept(an.page)
    for path in ("/", "/log/", place):
        an.open(path)
        found = Axe().run(an.page)
        assert [(rule["id"], [node["html"][:120] for node in rule["nodes"]][:3]) for rule in found.response["violations"]] == [], path
