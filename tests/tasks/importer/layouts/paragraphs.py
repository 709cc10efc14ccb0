"""Plain paragraphs, several duties in each: sentences that name their own lead and their own deadline, numbered 1., 1.1., a), -."""

from .papers import Word

FILE = "27-kh-ubnd.docx"

DUTIES = """
1. Rà soát, cấp giấy và hậu kiểm
1.1. Sở Y tế chủ trì, phối hợp với Sở Công Thương và Sở Nông nghiệp và Môi trường lập danh sách cơ sở chế biến thực phẩm trên địa bàn; \
hoàn thành trước ngày 30/6/2026. Giao Chi cục An toàn thực phẩm công khai danh sách cơ sở đủ điều kiện trên cổng thông tin; \
hoàn thành trước ngày 15/7/2026.
1.2. Sở Công Thương kiểm tra điều kiện kinh doanh tại các chợ đầu mối, trung tâm thương mại, hoàn thành trong quý III/2026.
1.3. Công an tỉnh chủ trì, phối hợp với Chi cục Quản lý thị trường đấu tranh với đường dây vận chuyển thực phẩm nhập lậu \
(thường xuyên). Giao Đồn Biên phòng Cửa khẩu Bờ Y kiểm soát hàng hóa qua biên giới; báo cáo trước ngày 25 hằng tháng.
2. Bếp ăn tập thể, trường học, khu công nghiệp
a) Sở Giáo dục và Đào tạo chủ trì, phối hợp với Sở Y tế thẩm định bếp ăn bán trú của các trường mầm non, tiểu học; hoàn thành \
trước khai giảng năm học mới.
b) Ban Quản lý các khu công nghiệp yêu cầu doanh nghiệp lắp camera tại khu vực chế biến, chậm nhất ngày 01/10/2026.
c) Bảo hiểm xã hội tỉnh cung cấp dữ liệu ca ngộ độc thực phẩm cho Sở Y tế khi có yêu cầu.
3. Truyền thông, giáo dục
- Báo và Phát thanh, Truyền hình tỉnh mở chuyên mục nhận biết thực phẩm an toàn, phát sóng hằng tuần.
- Sở Văn hóa, Thể thao và Du lịch đưa nội dung an toàn thực phẩm vào tiêu chí chấm điểm lễ hội, hoàn thành trước tháng 5/2026.
- Đề nghị Ủy ban MTTQ Việt Nam tỉnh giám sát việc thực hiện cam kết của hộ kinh doanh thức ăn đường phố năm 2026.
4. Xử lý sự cố
Trung tâm Kiểm soát bệnh tật tỉnh lấy mẫu, khoanh vùng trong vòng 24 giờ kể từ khi nhận tin báo ngộ độc. \
Bệnh viện Đa khoa tỉnh thu dung, điều trị người bệnh ngay sau khi tiếp nhận.
"""


def content():
    word = Word().head(issuer="ỦY BAN NHÂN DÂN\nTỈNH QUẢNG NGÃI", number="Số: 27/KH-UBND", dated="Quảng Ngãi, ngày 26 tháng 01 năm 2026")
    word.title("KẾ HOẠCH", "Bảo đảm an toàn thực phẩm trong tình hình mới")
    word.bases(
        "Căn cứ Luật An toàn thực phẩm ngày 17 tháng 6 năm 2010;",
        "Thực hiện Chỉ thị số 17-CT/TW ngày 21/10/2022 của Ban Bí thư; Công văn số 512/BYT-ATTP ngày 20/01/2026 của Bộ Y tế,",
    )
    word.says("Ủy ban nhân dân tỉnh ban hành Kế hoạch với các nội dung sau đây:")
    word.says("I. MỤC TIÊU", bold=True)
    word.says("Đến hết năm 2026, 90% người tiêu dùng có kiến thức đúng về an toàn thực phẩm; không để xảy ra vụ ngộ độc trên 30 người.")
    word.says("II. NHIỆM VỤ, GIẢI PHÁP", bold=True)
    word.lines(DUTIES)
    word.says("III. KINH PHÍ", bold=True)
    word.says("Các cơ quan sử dụng dự toán được giao năm 2026 và nguồn hợp pháp khác để thực hiện.")
    word.says("Trên đây là Kế hoạch bảo đảm an toàn thực phẩm; yêu cầu các cơ quan, đơn vị nghiêm túc thực hiện./.")
    return word.ends(
        "Bộ Y tế", "TT. Tỉnh ủy", "Như mục II", "Lưu: VT, KGVX", post="KT. CHỦ TỊCH\nPHÓ CHỦ TỊCH", signer="Y Thị Hạnh"
    ).bytes()
