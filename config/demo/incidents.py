"""Two incidents of phường Ba Ngòi: one reported in time and closed, one noted yesterday whose first report is still owed."""

from datetime import date, timedelta

from config.demo.story import workday
from orgunits.models import OrgUnit
from plans import period
from tasks import incidents
from tasks.models import Incident

FIRST_DAY = date(2026, 6, 15)
PHISHING = {
    "what": "Một cán bộ bấm vào đường dẫn trong thư giả mạo; hộp thư công vụ gửi thư rác ra ngoài.",
    "system": "Hộp thư công vụ của bộ phận một cửa",
    "effect": "Một hộp thư; chưa thấy lộ dữ liệu người dân.",
    "measures": "Đã đổi mật khẩu, ngắt phiên, báo người nhận; đề nghị tỉnh rà soát nhật ký máy chủ thư.",
}
DEFACED = "Trang thông tin điện tử của phường hiển thị quảng cáo lạ khi mở bằng điện thoại."


def tell(story, cast):
    if story.today < FIRST_DAY:
        return
    unit = OrgUnit.objects.select_related("area__parent").get(code="22423.UBND")
    first = period.moment(workday(story.today - timedelta(days=24)))
    at = [first + timedelta(hours=hours) for hours in (9, 11, 14, 34, 57)]
    by = cast.official(unit)

    def last():
        return Incident.objects.get(unit=unit, discovered_at=at[0])

    def close(moment):
        incidents.close(last(), by=by, at=moment, text="Do thiếu xác thực hai lớp; đã bật cho mọi hộp thư.", version=None, token=None)

    story.plan(at[1], lambda moment: incidents.note(unit, by=by, at=moment, discovered_at=at[0], send=True, **PHISHING))
    story.plan(at[2], lambda moment: incidents.acknowledge(last(), by=cast.head(unit.area), at=moment, token=None))
    words = "Cử tổ ứng cứu của tỉnh kiểm tra máy chủ thư."
    story.plan(at[3], lambda moment: incidents.acknowledge(last(), by=cast.head(unit.area.parent), at=moment, text=words, token=None))
    story.plan(at[4], close)
    yesterday = period.moment(story.today - timedelta(days=1)) + timedelta(hours=15, minutes=40)
    story.plan(yesterday, lambda moment: incidents.note(unit, by=by, at=moment, discovered_at=moment, send=False, what=DEFACED))
