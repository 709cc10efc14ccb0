"""One order down three levels and its answer back up, in a real browser, with the demo's people on the two real plans."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.browser.conftest import led_on

WARDS, ADDRESSED = 65, 45  # communes of Khánh Hòa; provinces and central bodies behind «Các bộ, cơ quan, địa phương»
DRILL = "Diễn tập ứng cứu sự cố an ninh mạng"
FOUR = {
    "PL/8": "Cử cán bộ học khóa đào tạo thực tế về an ninh mạng",
    "PL/11": "Tập huấn, tuyên truyền bảo vệ bí mật nhà nước trên mạng",
    "PL/12": "Đào tạo kiến thức an ninh mạng trên nền tảng «Bình dân học vụ số»",
    "PL/13": "Triển khai «Khung Năng lực số và An toàn mạng Toàn diện» tại nhà trường",
}


class Desk:
    """A person at a window, and the few things everybody does there."""

    def __init__(self, visit, username, **how):
        self.window = visit(username, **how)
        self.page = self.window.page

    def open(self, path):
        self.window.open(path)
        return self

    def press(self, name):
        led_on(self.page, self.page.get_by_role("button", name=name, exact=True).first.click)
        return self

    def follow(self, name):
        led_on(self.page, self.page.get_by_role("link", name=name).first.click)
        return self

    def write(self, **fields):
        for name, words in fields.items():
            self.page.fill(f"main [name={name}]", words)
        return self

    def add_duty(self, title, words, group):
        """Add a duty to the draft that is open, give it a deadline and a collective addressee, come back to the draft."""
        self.page.fill("#new-duty", title)
        self.press("Thêm")
        self.write(deadline_words=words)
        self.page.select_option("select[name=group]", label=group)
        return self.press("Lưu")

    def issue(self, symbol, day, issuer, subject):
        self.write(symbol=symbol, type_name="Kế hoạch", type="KH", signed_on=day, subject=subject)
        if issuer:
            self.page.select_option("select[name=issuer]", label=issuer)
        return self.press("Ban hành")

    def plan(self):
        """The number of the plan whose page is open."""
        return int(re.search(r"/plans/(\d+)/", self.page.url).group(1))

    def duty(self, plan, title):
        """The address of a duty of a plan by its title."""
        self.open(f"/plans/{plan}/")
        return self.page.get_by_role("link", name=title).first.get_attribute("href")

    def shares(self, address):
        """(said, confirmed) as the duty's page shows them beside their rule."""
        self.open(address)
        tiles = self.page.locator(".sums .tile b")
        return tiles.nth(0).inner_text(), tiles.nth(1).inner_text()


@pytest.fixture
def desk(visit):
    return lambda username, **how: Desk(visit, username, **how)


def the_centre_issues(desk):
    clerk, head = desk("mai.tw"), desk("phuc.tw")
    clerk.open("/plans/").press("Soạn dự thảo mới")
    plan = clerk.plan()
    group = "Các bộ, cơ quan, địa phương"
    clerk.add_duty(DRILL, "Hoàn thành trong tháng 12/2031.", group)
    clerk.add_duty("Lập danh mục thiết bị mạng phải thay thế", "Hoàn thành trong tháng 12/2031.", group)
    clerk.window.picture("cascade-draft")
    head.open(f"/plans/{plan}/issue/").issue("15-KH/BCĐTW", "02/03/2026", "", "Diễn tập an ninh mạng")
    assert head.page.locator("table.rows td.ref").count() == 2
    return head.plan()


def khanh_hoa_carries_down(desk, central):
    clerk, head = desk("nga.khanhhoa"), desk("thinh.khanhhoa", size="phone")
    clerk.open("/groups/new/").write(words="Các xã, phường, đặc khu của tỉnh")
    clerk.page.check("input[name=levels][value=ward]")
    clerk.press("Lưu dự thảo")
    clerk.open(f"/plans/{central}/").press("Xác nhận tiếp nhận")
    clerk.press("Soạn kế hoạch triển khai của đơn vị")
    clerk.page.get_by_role("row", name=DRILL).get_by_role("checkbox").check()
    clerk.press("Nhận các nhiệm vụ đã đánh dấu")
    plan = clerk.plan()
    clerk.follow(DRILL).write(title="Diễn tập ứng cứu sự cố cấp xã")
    clerk.page.select_option("select[name=group]", label="Các xã, phường, đặc khu của tỉnh")
    clerk.press("Lưu")
    for title in FOUR.values():
        clerk.add_duty(title, "Hoàn thành trong tháng 11/2031.", "Các xã, phường, đặc khu của tỉnh")
    assert clerk.page.locator("table.drafting td.ref").count() == 5
    head.open(f"/plans/{plan}/issue/")
    assert head.window.picture("cascade-issue") <= 0  # nothing runs out of a phone's window
    issuer = head.page.locator("select[name=issuer] option", has_text="Ban Chỉ đạo").first.inner_text()
    head.issue("07-KH/BCĐ", "16/03/2026", issuer, "về bảo đảm an ninh mạng trong hệ thống chính trị tỉnh Khánh Hòa")
    return head.plan()


def ba_ngois_rows_get_their_dates(desk):
    clerk = desk("lan.bangoi").open("/waiting/")
    for ref, title in FOUR.items():
        choice = clerk.page.locator("tr", has=clerk.page.locator("td.ref", has_text=re.compile(rf"^{ref}02-KH"))).locator("select")
        found = choice.locator("option", has_text=title[:60]).first.get_attribute("value")
        choice.select_option(found)
    clerk.window.picture("cascade-waiting")
    clerk.press("Liên kết các mục đã chọn")
    assert clerk.page.locator("td.ref").count() == 0
    return clerk


def ba_ngoi_carries_down(desk, clerk, province):
    head = desk("binh.bangoi")
    clerk.open(f"/plans/{province}/").press("Soạn kế hoạch triển khai của đơn vị")
    row = clerk.page.get_by_role("row", name="Diễn tập ứng cứu sự cố cấp xã")
    row.get_by_role("checkbox").check()
    row.locator("select").select_option("wait")
    clerk.press("Nhận các nhiệm vụ đã đánh dấu")
    plan = clerk.plan()
    clerk.follow("Diễn tập ứng cứu sự cố cấp xã").write(title="Diễn tập ứng cứu sự cố tại phường")
    clerk.page.get_by_label("Ủy ban nhân dân phường Ba Ngòi").first.check()
    clerk.press("Lưu")
    head.open(f"/plans/{plan}/issue/").issue("05-KH/BCĐ", "07/05/2026", "", "Diễn tập an ninh mạng tại phường")
    return head


def percent(part):
    """As the page writes it: whole percents, two places below one."""
    return f"{part * 100:.2f} %".replace(".", ",") if part < 0.01 else f"{int(part * 100 + 0.5)} %"


def test_an_order_goes_down_three_levels_and_its_answer_comes_back(desk):
    central = the_centre_issues(desk)
    province = khanh_hoa_carries_down(desk, central)
    clerk = ba_ngois_rows_get_their_dates(desk)
    head = ba_ngoi_carries_down(desk, clerk, province)
    ward = head.plan()

    nation, middle = desk("phuc.tw"), desk("thinh.khanhhoa")
    duties = [
        (head, head.duty(ward, "Diễn tập ứng cứu sự cố tại phường")),
        (middle, middle.duty(province, "Diễn tập ứng cứu sự cố cấp xã")),
        (nation, nation.duty(central, DRILL)),
    ]
    assert [each.shares(address)[0] for each, address in duties] == ["0 %"] * 3

    # An official logs it done from the phone; the numbers of all three levels hold one ward's part at once.
    official = desk("an.bangoi", size="phone").open(duties[0][1])
    official.window.press("#leads a[href^='/assignments/']")
    official.page.locator("input[name=says][value=done] + label").click()
    official.write(words="Đã diễn tập ngày 18/8, 42 người dự")
    official.press("Gửi tiến độ")
    parts = [1, 1 / WARDS, 1 / WARDS / ADDRESSED]
    assert [each.shares(address)[0] for each, address in duties] == [percent(part) for part in parts]
    assert nation.open(duties[2][1]).page.locator(".sums .rule").inner_text().startswith(f"Trung bình của {ADDRESSED} đơn vị")

    # Coverage shows what is missing: one commune has taken the drill up, nobody the list of devices.
    nation.open(f"/plans/{central}/coverage/")
    drill = nation.page.locator("table.by-duty tr", has_text=DRILL)
    assert [cell.strip() for cell in drill.locator("td.n a").all_inner_texts()] == ["1", "3.320"]
    other = nation.page.locator("table.by-duty tr", has_text="Lập danh mục thiết bị")
    assert other.locator("td.n b").inner_text() == "0 %"
    assert nation.window.picture("cascade-coverage") <= 0
    led_on(nation.page, drill.locator("td.n a").first.click)
    assert nation.page.get_by_text("phường Ba Ngòi").count() >= 1
    for path in (f"/plans/{central}/coverage/", f"/plans/{central}/cascade/", f"/plans/{ward}/lint/", duties[2][1], f"/plans/{central}/"):
        nation.open(path)
        found = Axe().run(nation.page).response["violations"]
        assert [(row["id"], row["nodes"][0]["html"][:120]) for row in found] == [], path
