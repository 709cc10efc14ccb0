"""A printed plan without any table: lines wrapped and justified, pages turned in the middle of a duty."""

from .papers import printed

FILE = "22-ctr-tu.pdf"

BODY = """
I- QUAN ĐIỂM, MỤC TIÊU
1- Gìn giữ di sản tư liệu là trách nhiệm của cả hệ thống chính trị; số hóa đi đôi với bảo quản bản gốc.
2- Đến năm 2030, 70% tài liệu lưu trữ lịch sử của tỉnh được số hóa, 100% phông lưu trữ có công cụ tra cứu điện tử.
II- NHIỆM VỤ, GIẢI PHÁP CHỦ YẾU
1- Rà soát, thống kê tài liệu quý hiếm đang do dòng họ, đình chùa, nhà thờ và cá nhân lưu giữ; lập danh mục, chụp ảnh, đánh giá tình \
trạng vật lý của từng đơn vị tài liệu; hoàn thành trong tháng 10/2026.
2- Xây dựng quy chế khai thác, sử dụng tài liệu số phục vụ nghiên cứu, giáo dục truyền thống; hoàn thành trước ngày 30/11/2026.
3- Nâng cấp kho lưu trữ chuyên dụng theo TCVN 9252:2012, lắp hệ thống chữa cháy khí sạch, kiểm soát nhiệt độ, độ ẩm tự động; hoàn thành \
trước năm 2028.
4- Tăng cường kiểm tra việc nộp lưu hồ sơ của cơ quan, tổ chức thuộc nguồn nộp lưu.
III- TỔ CHỨC THỰC HIỆN
1- Văn phòng Tỉnh ủy
- Chủ trì, phối hợp với Sở Nội vụ xây dựng phần mềm lưu trữ dùng chung cho khối Đảng và khối chính quyền, kết nối với Kho lưu trữ \
Trung ương Đảng. Hoàn thành trước tháng 12/2026.
- Hướng dẫn các cấp ủy chỉnh lý tài liệu tồn đọng của huyện ủy, thị ủy, thành ủy cũ trước khi bàn giao. Hoàn thành trong quý IV/2026.
2- Đảng ủy Ủy ban nhân dân tỉnh
Lãnh đạo, chỉ đạo Ủy ban nhân dân tỉnh:
- Bố trí vốn đầu tư công trung hạn giai đoạn 2026 - 2030 để cải tạo Trung tâm Lưu trữ lịch sử.
- Ban hành đơn giá số hóa tài liệu áp dụng trên địa bàn tỉnh. Hoàn thành trong tháng 9/2026.
3- Ban Tuyên giáo và Dân vận Tỉnh ủy
- Tổ chức triển lãm tài liệu lưu trữ nhân các ngày lễ lớn của tỉnh. Hằng năm.
- Định hướng báo chí tuyên truyền về giá trị của di sản tư liệu. Nhiệm vụ thường xuyên.
4- Các cấp ủy trực thuộc
- Phân công người làm công tác văn thư, lưu trữ; không để kiêm nhiệm quá hai việc.
- Giao nộp tài liệu đến hạn vào lưu trữ lịch sử chậm nhất ngày 31 tháng 3 hằng năm.
5- Chế độ thông tin, báo cáo
Các cấp ủy, cơ quan, đơn vị báo cáo kết quả về Văn phòng Tỉnh ủy định kỳ 6 tháng (trước ngày 15/6), năm (trước ngày 15/12).
Chương trình hành động này được phổ biến đến chi bộ.
"""
FRONT = """
<table class='head'><tr><td><b>TỈNH ỦY HƯNG YÊN</b><br>*<br>Số 22-CTr/TU</td>
<td><b>ĐẢNG CỘNG SẢN VIỆT NAM</b><br><i>Hưng Yên, ngày 17 tháng 8 năm 2026</i></td></tr></table>
<p class='c'><b>CHƯƠNG TRÌNH HÀNH ĐỘNG</b></p><p class='c'><b>bảo tồn, số hóa và phát huy giá trị tài liệu lưu trữ</b></p>
<p>Thực hiện Luật Lưu trữ ngày 21/6/2024 và Quy định số 270-QĐ/TW, ngày 06/12/2014 của Ban Bí thư về Phông lưu trữ Đảng Cộng sản Việt Nam,
Ban Thường vụ Tỉnh ủy ban hành Chương trình hành động như sau:</p>
"""
BACK = """
<table class='head'><tr><td style='text-align:left'><u>Nơi nhận:</u><br>- Ban Bí thư (để báo cáo),<br>- Các cấp ủy trực thuộc Tỉnh ủy,<br>
- Lưu Văn phòng Tỉnh ủy.</td><td><b>T/M BAN THƯỜNG VỤ<br>BÍ THƯ</b><br><br><br><b>Đặng Quốc Tuấn</b></td></tr></table>
"""


def content():
    lines = filter(None, BODY.splitlines())
    body = "".join(f"<p>{f'<b>{line}</b>' if line.split('-')[0].isalpha() else line}</p>" for line in lines)
    return printed(FRONT + body + BACK, style="p { text-indent: 1cm; font-size: 14pt; line-height: 1.4; }")
