"""A sheet that an office keeps: duties with their state, percent and notes beside them, one finished group and one under way."""

from datetime import date

from .papers import sheet

FILE = "theo-doi-nhiem-vu.xlsx"

HEAD = ("STT", "Nhiệm vụ được giao", "Đơn vị chủ trì", "Đơn vị phối hợp", "Thời hạn", "Trạng thái", "% hoàn thành", "Ghi chú")
DONE, GOING, IDLE, LATE = "Đã hoàn thành", "Đang thực hiện", "Chưa thực hiện", "Quá hạn"
ROWS = (
    ("A", "NHIỆM VỤ VỀ HẠ TẦNG SỐ", None, None, None, None, None, None),
    (1, "Phủ sóng 5G tại trung tâm 38 xã", "Sở Khoa học và Công nghệ", "Viettel, VNPT, MobiFone", date(2026, 6, 30), GOING, 0.45, None),
    (
        2,
        "Xóa vùng lõm sóng tại 12 bản vùng cao",
        "Sở Khoa học và Công nghệ",
        "Công ty Điện lực Điện Biên",
        "Trước ngày 01/9/2026",
        GOING,
        0.2,
        "Vướng nguồn điện tại 04 bản, họp ngày 12/3/2026",
    ),
    (3, "Thuê dịch vụ trung tâm dữ liệu dự phòng", "Văn phòng UBND tỉnh", None, "Tháng 1/2026", DONE, 1, "Xong ngày 28/01/2026"),
    (4, "Bố trí máy tính cho bộ phận một cửa", "UBND các xã, phường", "Sở Tài chính", "Quý I/2026", LATE, 0.8, "16 xã chưa xong"),
    ("B", "NHIỆM VỤ VỀ DỮ LIỆU", None, None, None, None, None, None),
    (
        5,
        "Làm sạch dữ liệu đất đai, ghép với căn cước của chủ sử dụng",
        "Sở Nông nghiệp và Môi trường",
        "Công an tỉnh; Thuế tỉnh Điện Biên",
        "Trong năm 2026",
        GOING,
        0.35,
        None,
    ),
    (6, "Ban hành danh mục dữ liệu mở", "Sở Khoa học và Công nghệ", "Các sở, ban, ngành", date(2026, 4, 15), DONE, 1, "QĐ 311/QĐ-UBND"),
    (7, "Cập nhật dữ liệu mở", "Các sở, ban, ngành", None, "Thường xuyên", GOING, None, None),
    (8, "Số hóa sổ hộ tịch lưu trước năm 1990", "Sở Tư pháp", "UBND các xã, phường", "Tháng 10/2026", IDLE, 0, "Chờ phân bổ kinh phí"),
    (9, "Đánh giá chất lượng dữ liệu", "Văn phòng UBND tỉnh", "Sở Khoa học và Công nghệ", "Trước ngày 20 hằng tháng", GOING, None, None),
    ("C", "NHIỆM VỤ VỀ KỸ NĂNG SỐ", None, None, None, None, None, None),
    (10, "Mở lớp dạy dùng dịch vụ công cho người cao tuổi", "Tỉnh đoàn", "Hội Người cao tuổi tỉnh", "Quý II, III/2026", GOING, 0.5, None),
    (11, "Thi trực tuyến tìm hiểu an toàn mạng", "Công an tỉnh", "Sở Giáo dục và Đào tạo", "11/2026", IDLE, 0, None),
    (12, "Tập huấn Tổ công nghệ số cộng đồng", "UBND các xã, phường", "Tỉnh đoàn", "Theo kế hoạch của Bộ", GOING, 0.1, "Đợt 1: 15/5/2026"),
    (13, "Tổng kết phong trào", "Sở Nội vụ", None, None, IDLE, 0, None),
    (None, "Tổng cộng: 13 nhiệm vụ", None, None, None, "Hoàn thành 02", None, None),
)
FRONT = (
    ("ỦY BAN NHÂN DÂN TỈNH ĐIỆN BIÊN", None, None, None, None, None, None, None),
    ("Điện Biên, ngày 06 tháng 02 năm 2026", None, None, None, None, None, None, None),
    ("BẢNG THEO DÕI TÌNH HÌNH THỰC HIỆN NHIỆM VỤ CHUYỂN ĐỔI SỐ", None, None, None, None, None, None, None),
    ("(Kèm theo Kế hoạch số 305/KH-UBND ngày 06 tháng 02 năm 2026; số liệu đến ngày 31/3/2026)",) + (None,) * 7,
)


def content():
    merged = [f"A{row}:H{row}" for row in (1, 2, 3, 4)] + ["B6:H6", "B11:H11", "B17:H17"]
    summary = (("Trạng thái", "Số lượng"), (DONE, 2), (GOING, 7), (LATE, 1), (IDLE, 3))
    return sheet({"Nhiệm vụ": ((*FRONT, HEAD, *ROWS), merged), "Thống kê": (summary, [])})
