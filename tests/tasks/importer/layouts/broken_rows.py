"""A commune's plan, printed: the annex lies across, its rows break over the pages wherever a page ends."""

from .papers import printed

FILE = "18-kh-ubnd-xa.pdf"

ROWS = (
    (
        "Tuyên truyền phân loại rác tại nguồn bằng nhiều hình thức: phát tờ rơi đến từng hộ, sinh hoạt chi hội, loa truyền thanh, "
        "trang mạng xã hội của xã; hướng dẫn người dân ủ phân hữu cơ và thu gom riêng vỏ bao thuốc bảo vệ thực vật",
        "Phòng Văn hóa - Xã hội",
        "Thường xuyên",
        "Hội Liên hiệp Phụ nữ xã",
        "Bài viết, tờ rơi",
    ),
    (
        "Ký cam kết bảo vệ môi trường với cơ sở sản xuất, chế biến, chăn nuôi tập trung; lập sổ theo dõi từng cơ sở, ghi rõ lượng thải, "
        "cách xử lý, người chịu trách nhiệm và kết quả kiểm tra của từng lần",
        "Phòng Kinh tế",
        "Trước ngày 31/3/2026",
        "Các thôn",
        "Bản cam kết",
    ),
    (
        "Khảo sát, chọn vị trí đặt 06 điểm tập kết rác bảo đảm khoảng cách đến khu dân cư theo QCVN 01:2021/BXD",
        "Phòng Kinh tế",
        "Tháng 4/2026",
        "Sở Nông nghiệp và Môi trường",
        "Biên bản chọn điểm",
    ),
    (
        "Đầu tư xe thu gom và thùng chứa cho các tổ tự quản; xe phải đăng ký, đăng kiểm, có bạt che, thùng ghi rõ loại rác; "
        "giao cho tổ tự quản quản lý, sử dụng, bảo dưỡng và chịu trách nhiệm khi hư hỏng do lỗi chủ quan",
        "Văn phòng HĐND và UBND",
        "Quý III/2026",
        "Phòng Kinh tế",
        "10 xe, 120 thùng",
    ),
    ("Nạo vét kênh mương nội đồng trước vụ Hè Thu", "Các thôn", "15/5/2026", "Hội Nông dân xã", "12 km kênh"),
    (
        "Xóa bỏ bãi rác tự phát ven kênh Ba Tầng; trồng cây, lắp camera giám sát, gắn biển cấm và xử phạt nghiêm hành vi vi phạm",
        "Công an xã",
        "Chậm nhất ngày 30/6/2026",
        "Đoàn Thanh niên xã",
        "Bãi rác được xóa",
    ),
    (
        "Quan trắc chất lượng nước giếng khoan ở ba ấp bị nhiễm phèn; công khai kết quả để người dân biết và lựa chọn nguồn nước sinh hoạt",
        "Trạm Y tế xã",
        "Tháng 3 và tháng 9 hằng năm",
        "Phòng Kinh tế",
        "Phiếu kết quả",
    ),
    (
        "Vận động hộ chăn nuôi nhỏ lẻ trong khu dân cư di dời hoặc làm hầm biogas; ưu tiên vay vốn tín dụng chính sách cho hộ nghèo, "
        "hộ cận nghèo; lập danh sách hộ chưa thực hiện gửi Phòng Kinh tế theo dõi",
        "Hội Nông dân xã",
        "Hết quý IV/2026",
        "Phòng giao dịch Ngân hàng Chính sách xã hội",
        "Danh sách hộ",
    ),
    ("Tổ chức ngày Chủ nhật xanh", "Đoàn Thanh niên xã", "Hằng tháng", "Các thôn", "Tuyến đường sạch"),
    (
        "Thu phí dịch vụ thu gom rác theo mức do HĐND tỉnh quy định, công khai thu chi tại nhà văn hóa thôn",
        "Các thôn",
        "Từ ngày 01/7/2026",
        "Phòng Kinh tế",
        "Sổ thu chi",
    ),
    (
        "Tiếp nhận, xử lý phản ánh của người dân về ô nhiễm qua đường dây nóng 24/7; phản hồi người phản ánh bằng văn bản hoặc tin nhắn",
        "Văn phòng HĐND và UBND",
        "Trong vòng 05 ngày làm việc kể từ ngày nhận phản ánh",
        "Công an xã",
        "Văn bản phản hồi",
    ),
    (
        "Kiểm tra, đánh giá tiêu chí môi trường trong xây dựng nông thôn mới; lập hồ sơ đề nghị công nhận xã nông thôn mới nâng cao",
        "Phòng Kinh tế",
        "Theo hướng dẫn của tỉnh",
        "Ủy ban MTTQ Việt Nam xã",
        "Hồ sơ đề nghị",
    ),
    (
        "Sơ kết việc thực hiện Kế hoạch, nhân rộng cách làm hay của các thôn",
        "Văn phòng HĐND và UBND",
        "Trước ngày 10/12/2026",
        "Các đơn vị liên quan",
        "Báo cáo",
    ),
)
FRONT = """
<table class='head'><tr><td><b>ỦY BAN NHÂN DÂN<br>XÃ THẠNH PHÚ TÂY</b></td>
<td><b>CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM<br>Độc lập - Tự do - Hạnh phúc</b></td></tr>
<tr><td>Số: 18/KH-UBND</td><td><i>Thạnh Phú Tây, ngày 09 tháng 01 năm 2026</i></td></tr></table>
<p class='c'><b>KẾ HOẠCH</b></p><p class='c'><b>Bảo vệ môi trường, thu gom và xử lý rác thải sinh hoạt</b></p>
<p><i>Căn cứ Luật Bảo vệ môi trường ngày 17/11/2020;</i></p>
<p>Ủy ban nhân dân xã ban hành Kế hoạch như sau:</p>
<p><b>I. MỤC ĐÍCH, YÊU CẦU</b></p><p>Nâng cao ý thức của người dân; việc làm cụ thể, có người chịu trách nhiệm.</p>
<p><b>II. NỘI DUNG</b></p><p>Theo Phụ lục đính kèm.</p>
<p><b>III. KINH PHÍ</b></p><p>Từ nguồn sự nghiệp môi trường và nguồn xã hội hóa.</p>
<table class='head'><tr><td style='text-align:left'><b><i>Nơi nhận:</i></b><br>- Đảng ủy xã;<br>- Các thôn;<br>- Lưu: VT.</td>
<td><b>CHỦ TỊCH</b><br><br><br><b>Phạm Văn Lợi</b></td></tr></table>
"""
STYLE = """
@page lying { size: 210mm 120mm; margin: 18mm; @bottom-right { content: 'Trang ' counter(page); font: 10pt 'Liberation Serif'; } }
table.ruled { border-collapse: separate; border-spacing: 0; } .ruled td, .ruled th { margin: 0; }
.ruled td { box-decoration-break: clone; orphans: 1; widows: 1; }
.annex { page: lying; break-before: page; font-size: 13pt; } .annex th:nth-child(2) { width: 40%; }
"""


def content():
    cells = [(str(number), *row) for number, row in enumerate(ROWS, 1)]
    rows = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in cells)
    head = "".join(f"<th>{name}</th>" for name in ("STT", "Nhiệm vụ", "Chủ trì", "Thời hạn", "Phối hợp", "Kết quả"))
    annex = f"<p class='c'><b>PHỤ LỤC</b></p><table class='ruled'><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"
    return printed(f"{FRONT}<div class='annex'>{annex}</div>", style=STYLE)
