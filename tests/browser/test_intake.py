"""A plan from its file to duties, by keyboard alone, in a real browser."""

import io

import pytest
from axe_playwright_python.sync_playwright import Axe
from docx import Document

from tests.browser.test_story import who

HEAD = ["TT", "Nội dung nhiệm vụ", "Cơ quan chủ trì", "Cơ quan phối hợp", "Thời hạn hoàn thành", "Sản phẩm"]
ROWS = [
    ("Lập danh sách cán bộ cần bồi dưỡng kỹ năng số. Gửi danh sách cho lớp học", "UBND phường", "", "Trước ngày 30/7/2026", "Danh sách"),
    ("Mở lớp bồi dưỡng kỹ năng số theo từng nhóm", "UBND phường", "", "Quý III/2026", "Báo cáo kết quả"),
    ("Kiểm tra việc dùng chữ ký số", "Công an phường", "", "Theo lộ trình", "Biên bản"),
    ("Duy trì tổ hỗ trợ người dân dùng dịch vụ công", "UBND phường", "Hội Nghề muối Ba Ngòi", "Thường xuyên", "Sổ theo dõi"),
    ("Thay máy tính quá hạn dùng", "UBND phường", "", "Tháng 3/2026", "Máy tính mới"),
    ("Sơn lại trụ sở", "UBND phường", "", "Tháng 9/2026", "Trụ sở"),
]


def plan_as_docx(symbol):
    """A ward's plan of invented duties as Word would save it."""
    document = Document()
    for line in (
        "ĐẢNG ỦY PHƯỜNG BA NGÒI",
        "BAN CHỈ ĐẠO VỀ PHÁT TRIỂN KHOA HỌC, CÔNG NGHỆ, ĐỔI MỚI SÁNG TẠO VÀ CHUYỂN ĐỔI SỐ",
        f"Số {symbol}",
        "Ba Ngòi, ngày 12 tháng 6 năm 2026",
        "KẾ HOẠCH",
        "Phổ cập kỹ năng số cho cán bộ phường năm 2026",
        "I. NHIỆM VỤ",
    ):
        document.add_paragraph(line)
    table = document.add_table(rows=0, cols=len(HEAD))
    for row in [HEAD, *([str(n), *row] for n, row in enumerate(ROWS, 1))]:
        for cell, words in zip(table.add_row().cells, row, strict=True):
            cell.text = words
    for line in ("Nơi nhận:", "- Ban Thường vụ Đảng ủy (để báo cáo)."):
        document.add_paragraph(line)
    file = io.BytesIO()
    document.save(file)
    return {
        "name": "kế hoạch kỹ năng số.docx",
        "mimeType": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "buffer": file.getvalue(),
    }


@pytest.fixture(scope="module")
def people(portal):
    return {"lan": who(portal, "phường Ba Ngòi", "clerk"), "an": who(portal, "Ủy ban nhân dân phường Ba Ngòi", "official")}


def send(visitor, file):
    """Choose the file and send it with the keyboard."""
    visitor.open("/intakes/")
    visitor.page.set_input_files("input[type=file]", file)
    visitor.page.focus("form.body button.main")
    visitor.page.keyboard.press("Enter")


def take_in(visitor, file):
    """Send the file and wait until it is read."""
    send(visitor, file)
    visitor.page.locator("#desk").wait_for(timeout=120_000)


class Desk:
    """The review by keys. Each press waits for what the page then shows."""

    def __init__(self, visitor):
        self.page = visitor.page

    @property
    def open(self):
        return self.page.locator(".drafts > li.chosen .ref").inner_text()

    def press(self, key, opens=None):
        self.page.keyboard.press(key)
        if opens:
            self.page.locator(".drafts > li.chosen .ref", has_text=opens).wait_for()

    def heap(self, name):
        return self.page.locator(f".heaps a[href$='{name}']").inner_text().split()[-1]

    def refs(self):
        return self.page.locator(".drafts > li .ref").all_inner_texts()


def test_from_the_file_to_duties_by_keyboard(portal, people, visit):
    lan = visit(people["lan"])
    file = plan_as_docx("15-KH/BCĐ")
    take_in(lan, file)
    desk = Desk(lan)
    assert lan.picture("intake") == 0

    # Doubts first: the deadline nobody can read, the unknown name, the day that is past.
    assert desk.refs() == ["I/3", "I/4", "I/5", "I/1", "I/2", "I/6"]
    assert desk.open == "I/3"
    assert desk.heap("doubtful") == "3"
    assert "chữ ký số" in lan.page.locator("#source .hit").inner_text()

    # Help, then up and down.
    desk.press("?")
    assert lan.page.locator("dl.keys").is_visible()
    lan.page.keyboard.press("Escape")
    assert not lan.page.locator("dl.keys").is_visible()
    desk.press("j", opens="I/4")
    desk.press("ArrowDown", opens="I/5")
    desk.press("k", opens="I/4")
    desk.press("ArrowUp", opens="I/3")

    # Words that say a day are read at once; saved with the keyboard, then accepted: the next duty opens.
    desk.press("e")
    assert lan.page.evaluate("document.activeElement.name") == "title"
    lan.page.focus("#id_deadline_words")
    lan.page.keyboard.press("Control+A")
    lan.page.keyboard.type("Trước ngày 01/9/2026")
    lan.page.keyboard.press("Control+Enter")
    lan.page.locator(".drafts > li.chosen", has_text="31/8/2026").first.wait_for()
    desk.press("a", opens="I/4")

    # An unknown name is left as printed; a duty overdue on the day of signing is taken as it is.
    lan.page.focus("#id_unit0")
    lan.page.keyboard.press("ArrowDown")
    lan.page.keyboard.press("Control+Enter")
    lan.page.locator(".drafts > li.chosen .tag.soon").wait_for(state="detached")
    desk.press("a", opens="I/5")
    desk.press("a", opens="I/1")

    # Split, undo, split again; merge and undo; move down and up.
    desk.press("s")
    lan.page.keyboard.press("Enter")
    lan.page.locator(".drafts > li .ref", has_text="I/1/2").wait_for()
    desk.press("u")
    lan.page.locator(".drafts > li .ref", has_text="I/1/2").wait_for(state="detached")
    desk.press("m")
    lan.page.locator(".drafts > li .ref", has_text="I/2").wait_for(state="detached")
    desk.press("u")
    lan.page.locator(".drafts > li .ref", has_text="I/2").wait_for()
    desk.press("Alt+ArrowDown")
    lan.page.locator(".drafts > li:first-child .ref", has_text="I/2").wait_for()
    desk.press("Alt+ArrowUp")
    lan.page.locator(".drafts > li:first-child .ref", has_text="I/1").wait_for()

    # Find a duty by words without accents, drop it, take it back, drop it for good.
    desk.press("/")
    lan.page.keyboard.type("son lai")
    lan.page.keyboard.press("Enter")
    lan.page.locator(".drafts > li").nth(1).wait_for(state="detached")
    desk.press("d")
    lan.page.locator(".drafts > li.dropped").wait_for()
    desk.press("u")
    lan.page.locator(".drafts > li.dropped").wait_for(state="detached")
    desk.press("d")
    lan.page.locator(".drafts > li.dropped").wait_for()

    # Nothing is published yet; then it is confirmed.
    an = visit(people["an"])
    an.open("/duties/?q=dich+vu+cong")
    before = an.page.locator("table.rows tbody tr a").count()
    desk.press("c")
    lan.page.wait_for_url("**/confirm/")
    assert lan.picture("intake-confirm") == 0
    lan.page.keyboard.press("Enter")
    lan.page.wait_for_url("**/plans/*/")
    assert lan.page.locator("td.ref").all_inner_texts() == ["I/1", "I/2", "I/3", "I/4", "I/5"]
    an.open("/duties/?q=dich+vu+cong")
    assert an.page.locator("table.rows tbody tr a").count() == before + 1
    assert (lan.said, an.said) == ([], [])

    # The same file once more adds nothing and leads to what was made of it.
    lan.open("/intakes/")
    held = lan.page.locator("tbody tr").count()
    send(lan, file)
    lan.page.locator(".note.done a").wait_for()
    lan.open("/intakes/")
    assert lan.page.locator("tbody tr").count() == held


def test_the_review_without_scripts(portal, people, visit):
    lan = visit(people["lan"], scripts=False, size="phone")
    take_in(lan, plan_as_docx("16-KH/BCĐ"))
    assert lan.picture("intake-without-scripts") == 0
    first = lan.page.locator(".drafts > li.chosen .ref").inner_text()
    lan.press("button[name=act][value=accept]")
    assert lan.page.locator(".drafts > li.chosen .ref").inner_text() != first
    assert lan.page.locator(".drafts > li.accepted .ref", has_text=first).count() == 1


def test_the_desk_is_accessible(portal, people, visit):
    lan = visit(people["lan"])
    take_in(lan, plan_as_docx("17-KH/BCĐ"))
    found = Axe().run(lan.page)
    assert [(rule["id"], [node["html"][:120] for node in rule["nodes"]][:3]) for rule in found.response["violations"]] == []
