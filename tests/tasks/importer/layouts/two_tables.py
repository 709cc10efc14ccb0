"""One annex, two tables: other columns in another order each, the second under a head of two lines with a start and an end."""

from .papers import Word

FILE = "73-kh-snv.docx"

FIRST = (
    ("Thời hạn", "Sản phẩm đầu ra", "Nội dung công việc", "Người phụ trách", "Đơn vị chủ trì", "STT"),
    ("Trước 28/02/2026", "Đề cương", "Xây dựng đề cương khảo sát vị trí việc làm", "Trưởng phòng", "Phòng Tổ chức, biên chế", "1"),
    ("Tháng 3/2026", "Biểu mẫu", "Thiết kế biểu mẫu thu thập số liệu", "Phó Trưởng phòng", "Phòng Tổ chức, biên chế", "2"),
    (
        "10/4/2026; bổ sung 30/4/2026",
        "Bộ dữ liệu",
        "Thu thập số liệu từ các sở và cấp xã",
        "Chuyên viên",
        "Phòng Công chức, viên chức",
        "3",
    ),
    ("Quý II/2026", "Báo cáo", "Phân tích cơ cấu tuổi, trình độ, ngạch công chức", "Trưởng phòng", "Phòng Công chức, viên chức", "4"),
    ("nt", "Tọa đàm", "Lấy ý kiến chuyên gia về khung năng lực", "Chánh Văn phòng", "Văn phòng Sở", "5"),
    ("Không quá 15 ngày kể từ ngày họp thẩm định", "Hồ sơ trình", "Hoàn thiện Đề án vị trí việc làm", "Phó Giám đốc", "nt", "6"),
    ("Sau khi Đề án được duyệt", "Quyết định", "Điều động, bố trí công chức theo vị trí", "Giám đốc Sở", "Phòng Công chức, viên chức", "7"),
)
SECOND = (
    ("TT", "Cơ quan thực hiện", "Hoạt động", "Thời gian thực hiện", "", "Ghi chú"),
    ("", "", "", "Bắt đầu", "Kết thúc", ""),
    ("1", "Trường Chính trị tỉnh", "Mở lớp bồi dưỡng lãnh đạo phòng cấp xã", "01/3/2026", "30/6/2026", "02 lớp"),
    ("2", "Trường Chính trị tỉnh", "Biên soạn tài liệu tình huống hành chính", "15/3/2026", "15/5/2026", ""),
    ("3", "Sở Nội vụ", "Thi nâng ngạch lên chuyên viên chính", "Tháng 8/2026", "Tháng 10/2026", "Sau khi có chỉ tiêu"),
    (
        "4",
        "Sở Nội vụ",
        "Tuyển dụng viên chức y tế, giáo dục",
        "Tháng 4/2026",
        "Tháng 12/2026",
        "Theo Nghị định 115/2020/NĐ-CP ngày 25/9/2020",
    ),
    ("5", "UBND các xã, phường", "Đánh giá, xếp loại người hoạt động không chuyên trách", "01/11/2026", "05/12/2026", ""),
    ("6", "UBND các xã, phường", "Cập nhật hồ sơ công chức điện tử", "Ngay từ đầu năm", "Thường xuyên", ""),
)
FIRST_MERGED = ()
SECOND_MERGED = ((0, 3, 0, 4), (0, 0, 1, 0), (0, 1, 1, 1), (0, 2, 1, 2), (0, 5, 1, 5))


def content():
    word = Word().head(issuer="UBND TỈNH NINH BÌNH\nSỞ NỘI VỤ", number="Số: 73/KH-SNV", dated="Ninh Bình, ngày 22 tháng 01 năm 2026")
    word.title("KẾ HOẠCH", "Xây dựng đội ngũ công chức theo vị trí việc làm")
    word.bases("Căn cứ Luật Cán bộ, công chức ngày 24 tháng 6 năm 2025;", "Căn cứ Kế hoạch số 09/KH-UBND ngày 15/01/2026 của UBND tỉnh,")
    word.says("Sở Nội vụ ban hành Kế hoạch như sau:")
    word.says("I. YÊU CẦU", bold=True).says("Bám sát hướng dẫn của Bộ Nội vụ; công khai, đúng tiến độ.")
    word.says("II. PHÂN CÔNG", bold=True).says("Công việc của Sở và của các cơ quan phối hợp nêu tại Phụ lục.")
    word.says("III. KINH PHÍ", bold=True).says("Từ nguồn chi thường xuyên và nguồn đào tạo, bồi dưỡng năm 2026.")
    word.ends("UBND tỉnh", "Các phòng thuộc Sở", "Lưu: VT", post="GIÁM ĐỐC", signer="Bùi Thị Lan Anh")
    word.page().title("PHỤ LỤC", "(Kèm theo Kế hoạch số 73/KH-SNV ngày 22/01/2026)")
    word.says("A. Công việc của các phòng thuộc Sở", bold=True).table(FIRST, merge=FIRST_MERGED)
    word.says("B. Công việc của các cơ quan khác", bold=True).table(SECOND, merge=SECOND_MERGED)
    return word.bytes()
