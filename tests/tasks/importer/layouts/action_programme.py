"""A decision with an action programme behind it: articles that are no duties, an annex numbered on two levels."""

from .papers import Word

FILE = "412-qd-ubnd.docx"

ARTICLES = """
Điều 1. Ban hành kèm theo Quyết định này Chương trình hành động phát triển kinh tế biển và nuôi biển công nghệ cao.
Điều 2. Quyết định này có hiệu lực thi hành kể từ ngày ký.
Điều 3. Chánh Văn phòng Ủy ban nhân dân tỉnh, Giám đốc các sở, Chủ tịch Ủy ban nhân dân các xã, phường ven biển và các tổ chức, cá nhân \
có liên quan chịu trách nhiệm thi hành Quyết định này./.
"""
PROGRAMME = """
**I. QUAN ĐIỂM, MỤC TIÊU**
1. Phát triển nuôi biển theo hướng công nghiệp, hài hòa với du lịch và bảo vệ hệ sinh thái.
2. Đến năm 2030: sản lượng nuôi biển đạt 50.000 tấn; 100% lồng bè được đăng ký.
**II. NHIỆM VỤ**
Các nhiệm vụ cụ thể được phân công tại Phụ lục ban hành kèm theo Chương trình này.
**III. NGUỒN LỰC**
Lồng ghép trong các chương trình mục tiêu quốc gia giai đoạn 2026 - 2030 và vốn của doanh nghiệp.
"""
HEAD = ("STT", "Nhiệm vụ", "Đơn vị thực hiện", "Tiến độ", "Kết quả")
ROWS = (
    ("I", "NHIỆM VỤ NĂM 2026", "", "", ""),
    ("1", "Quy hoạch và giao khu vực biển", "", "", ""),
    (
        "1.1",
        "Cắm phao ranh giới vùng nuôi tại vịnh Vân Phong",
        "Sở Nông nghiệp và Môi trường",
        "Trước ngày 30/8/2026",
        "Ranh giới thực địa",
    ),
    ("1.2", "Thẩm định hồ sơ giao khu vực biển cho hộ nuôi", "Sở Nông nghiệp và Môi trường", "Thường xuyên", "Quyết định giao"),
    (
        "1.3",
        "Di dời lồng bè nuôi tự phát ra khỏi luồng hàng hải",
        "UBND phường Ninh Hòa, UBND xã Vạn Thắng",
        "Quý IV/2026",
        "Luồng thông thoáng",
    ),
    ("2", "Giống, thức ăn và kiểm dịch", "", "", ""),
    (
        "2.1",
        "Khảo nghiệm giống cá chim vây vàng, cá giò",
        "Viện Nghiên cứu Nuôi trồng Thủy sản III",
        "Tháng 6 - tháng 11/2026",
        "Báo cáo khảo nghiệm",
    ),
    ("2.2", "Kiểm dịch giống nhập tỉnh tại trạm Đèo Cả", "Chi cục Chăn nuôi và Thú y", "Hằng ngày", "Giấy chứng nhận"),
    ("2.3", "Tổ chức đoàn học tập kinh nghiệm tại Na Uy", "Sở Ngoại vụ", "Dự kiến giữa năm", "Báo cáo chuyến đi"),
    ("3", "Truy xuất nguồn gốc", "", "", ""),
    ("3.1", "Cấp mã số cơ sở nuôi lồng bè", "Chi cục Thủy sản", "Trước tháng 10/2026", "100% lồng bè có mã"),
    ("3.2", "Xây dựng phần mềm nhật ký nuôi điện tử", "Sở Khoa học và Công nghệ", "Trong quý II/2026", "Phần mềm"),
    ("II", "NHIỆM VỤ GIAI ĐOẠN 2026 - 2030", "", "", ""),
    ("1", "Hạ tầng", "", "", ""),
    ("1.1", "Xây dựng cảng dịch vụ hậu cần nuôi biển", "Ban Quản lý Khu kinh tế Vân Phong", "2027 - 2029", "Cảng hoạt động"),
    ("1.2", "Kéo điện ra vùng nuôi ngoài khơi", "Công ty Cổ phần Điện lực Khánh Hòa", "", "Tuyến cáp"),
    ("2", "Nhân lực, hợp tác", "", "", ""),
    ("2.1", "Đào tạo 500 kỹ thuật viên nuôi biển", "Trường Đại học Nha Trang", "Đến năm 2030", "Chứng chỉ"),
    ("2.2", "Hình thành chuỗi liên kết nuôi - chế biến - xuất khẩu", "Các doanh nghiệp, hợp tác xã", "", "Ít nhất 05 chuỗi"),
    ("2.3", "Sơ kết Chương trình", "Sở Nông nghiệp và Môi trường", "Trước ngày 30/11 hằng năm", "Báo cáo"),
)
MERGED = tuple((row, 1, row, 4) for row, cells in enumerate(ROWS, 1) if cells[0] in ("I", "II"))


def content():
    word = Word().head(issuer="ỦY BAN NHÂN DÂN\nTỈNH KHÁNH HÒA", number="Số: 412/QĐ-UBND", dated="Khánh Hòa, ngày 18 tháng 02 năm 2026")
    word.title("QUYẾT ĐỊNH", "Ban hành Chương trình hành động phát triển nuôi biển công nghệ cao", "ỦY BAN NHÂN DÂN TỈNH KHÁNH HÒA")
    word.bases(
        "Căn cứ Luật Thủy sản ngày 21 tháng 11 năm 2017;",
        "Căn cứ Quyết định số 1664/QĐ-TTg ngày 04/10/2021 của Thủ tướng Chính phủ về Đề án nuôi trồng thủy sản trên biển đến năm 2030, "
        "tầm nhìn đến năm 2045;",
        "Theo đề nghị của Giám đốc Sở Nông nghiệp và Môi trường tại Tờ trình số 77/TTr-SNNMT ngày 09/02/2026.",
    )
    word.title("QUYẾT ĐỊNH:").lines(ARTICLES)
    word.ends("Như Điều 3", "Bộ Nông nghiệp và Môi trường (báo cáo)", "Lưu: VT", post="TM. ỦY BAN NHÂN DÂN\nCHỦ TỊCH", signer="Đỗ Minh Hải")
    word.page().title("CHƯƠNG TRÌNH HÀNH ĐỘNG", "Phát triển nuôi biển công nghệ cao")
    word.says("(Ban hành kèm theo Quyết định số 412/QĐ-UBND ngày 18/02/2026 của Ủy ban nhân dân tỉnh)", centred=True)
    word.lines(PROGRAMME)
    return word.page().title("PHỤ LỤC", "Phân công thực hiện Chương trình hành động").table([HEAD, *ROWS], merge=MERGED).bytes()
