"""An official letter: no headings at all, «yêu cầu» before the numbers, deadlines in the middle of sentences."""

from .papers import Word

FILE = "1189-ubnd-kgvx.docx"

BODY = """
Theo báo cáo của Sở Y tế tại Công văn số 905/SYT-NVY ngày 20/5/2026, từ đầu năm đến ngày 17/5/2026 thành phố ghi nhận 1.240 \
ca sốt xuất huyết, \
tăng 35% so với cùng kỳ năm 2025. Để chủ động phòng, chống dịch trong mùa mưa, Chủ tịch Ủy ban nhân dân thành phố yêu cầu:
1. Sở Y tế
a) Trước ngày 05/6/2026, cấp đủ hóa chất diệt muỗi cho trạm y tế các phường có ổ dịch.
b) Chủ trì, phối hợp với Sở Giáo dục và Đào tạo tổ chức diệt lăng quăng tại trường học, xong trước ngày 15/8/2026 để kịp đón học sinh.
c) Tổng hợp tình hình dịch, báo cáo Ủy ban nhân dân thành phố vào thứ Sáu hằng tuần.
2. Sở Xây dựng chỉ đạo các chủ đầu tư dọn vật chứa nước đọng tại công trường; kết quả gửi về Sở Y tế chậm nhất ngày 10 tháng 6 năm 2026.
3. Sở Tài chính trong 05 ngày làm việc kể từ ngày nhận được đề xuất của Sở Y tế trình phương án bổ sung kinh phí.
4. Công ty Cổ phần Môi trường Đô thị thu gom vỏ xe, chai lọ tại bãi tập kết, bắt đầu từ ngày 01/6/2026 đến hết ngày 30/9/2026.
5. Công an thành phố phối hợp với ngành y tế vận động chủ nhà vắng chủ mở cửa cho đội phun hóa chất. Thực hiện thường xuyên trong mùa dịch.
6. Ủy ban nhân dân các xã, phường
- Ra quân vệ sinh môi trường mỗi tháng một lần, bắt đầu từ tháng 6/2026.
- Lập danh sách điểm nguy cơ gửi Sở Y tế trong tháng 6/2026.
- Xử phạt cơ sở để phát sinh lăng quăng theo Nghị định số 90/2026/NĐ-CP ngày 30/3/2026 của Chính phủ.
7. Đề nghị Ủy ban Mặt trận Tổ quốc Việt Nam thành phố vận động Nhân dân hưởng ứng ngày ASEAN phòng, chống sốt xuất huyết 15/6.
8. Giao Sở Y tế theo dõi, đôn đốc việc thực hiện Công văn này; báo cáo Chủ tịch Ủy ban nhân dân thành phố trước ngày 20/12/2026.
Nhận được Công văn này, các đơn vị khẩn trương triển khai thực hiện./.
"""


def content():
    word = Word().head(
        issuer="ỦY BAN NHÂN DÂN\nTHÀNH PHỐ ĐÀ NẴNG",
        number="Số: 1189/UBND-KGVX\nV/v tăng cường phòng, chống sốt xuất huyết",
        dated="Đà Nẵng, ngày 25 tháng 5 năm 2026",
    )
    word.says("Kính gửi:", centred=True)
    word.says("- Các sở, ban, ngành;").says("- Ủy ban nhân dân các xã, phường, đặc khu.")
    word.lines(BODY)
    word.ends("Như trên", "Bộ Y tế (b/c)", "Lưu: VT, KGVX", post="KT. CHỦ TỊCH\nPHÓ CHỦ TỊCH", signer="Hồ Quang Bửu")
    return word.bytes()
