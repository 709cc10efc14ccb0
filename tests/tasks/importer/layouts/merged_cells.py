"""A provincial plan whose duties stand in an annex: group rows over all columns, leads and deadlines merged downwards, «nt»."""

from .papers import Word

FILE = "156-kh-ubnd.docx"

HEAD = ("TT", "Nội dung công việc", "Cơ quan chủ trì", "Cơ quan phối hợp", "Thời gian hoàn thành", "Sản phẩm")
ROWS = (
    ("I", "CẢI CÁCH THỂ CHẾ", "", "", "", ""),
    (
        "1",
        "Rà soát văn bản quy phạm pháp luật của tỉnh không còn phù hợp với mô hình chính quyền hai cấp",
        "Sở Tư pháp",
        "Các sở, ban, ngành",
        "Quý II/2026",
        "Báo cáo kết quả rà soát",
    ),
    ("2", "Lập danh mục văn bản cần sửa đổi, thay thế, bãi bỏ", "", "Văn phòng UBND tỉnh", "", "Quyết định của Chủ tịch UBND tỉnh"),
    ("3", "Theo dõi tình hình thi hành pháp luật trong lĩnh vực đất đai, xây dựng", "", "nt", "Tháng 11/2026", "Báo cáo"),
    ("II", "CẢI CÁCH THỦ TỤC HÀNH CHÍNH", "", "", "", ""),
    (
        "4",
        "Công bố, cập nhật thủ tục hành chính nội bộ giữa các cơ quan trong tỉnh",
        "Văn phòng UBND tỉnh",
        "Các sở, ban, ngành",
        "Thường xuyên",
        "Quyết định công bố",
    ),
    (
        "5",
        "Cắt giảm ít nhất 30% thời gian giải quyết đối với thủ tục đầu tư, đất đai",
        "nt",
        "Sở Tài chính, Sở Nông nghiệp và Môi trường",
        "Chậm nhất ngày 30/5/2026",
        "Phương án được phê duyệt",
    ),
    (
        "6",
        "Khảo sát mức độ hài lòng của người dân tại Trung tâm Phục vụ hành chính công cấp xã",
        "Trung tâm Phục vụ hành chính công tỉnh",
        "UBND các xã, phường, đặc khu",
        "Hằng quý",
        "Bảng xếp hạng công khai",
    ),
    (
        "7",
        "Thí điểm trả kết quả tại nhà cho người cao tuổi, người khuyết tật",
        "nt",
        "Bưu điện tỉnh",
        "Từ tháng 3 đến tháng 9/2026",
        "Báo cáo đánh giá mô hình",
    ),
    ("III", "CẢI CÁCH TỔ CHỨC BỘ MÁY", "", "", "", ""),
    ("8", "Sắp xếp, tinh gọn đơn vị sự nghiệp công lập trực thuộc các sở", "Sở Nội vụ", "Các sở có liên quan", "Theo lộ trình", "Đề án"),
    ("9", "Ban hành định mức cấp phó của phòng chuyên môn cấp xã", "", "", "31/3/2026", "Quyết định"),
    (
        "10",
        "Bồi dưỡng kỹ năng số cho công chức cấp xã theo Chương trình giai đoạn 2026-2030 đã được phê duyệt",
        "",
        "Trường Chính trị tỉnh",
        "6 tháng cuối năm 2026",
        "Ít nhất 12 lớp",
    ),
    ("IV", "CẢI CÁCH TÀI CHÍNH CÔNG", "", "", "", ""),
    (
        "11",
        "Giao quyền tự chủ tài chính cho đơn vị sự nghiệp có nguồn thu",
        "Sở Tài chính",
        "Kho bạc Nhà nước khu vực XVI",
        "Trước tháng 7/2026",
        "Quyết định giao",
    ),
    (
        "12",
        "Kiểm tra đột xuất việc mua sắm tập trung tài sản công",
        "Sở Tài chính",
        "Thanh tra tỉnh",
        "Khi có yêu cầu",
        "Kết luận kiểm tra",
    ),
    ("V", "XÂY DỰNG CHÍNH QUYỀN SỐ", "", "", "", ""),
    (
        "13",
        "Nâng cấp Hệ thống thông tin giải quyết thủ tục hành chính, có bộ phận trực 24/7 và đạt an toàn cấp độ 3",
        "Sở Khoa học và Công nghệ",
        "VNPT Lâm Đồng, Viettel Lâm Đồng",
        "Khởi động quý I/2026; hoàn thành quý III/2026",
        "Hệ thống được nghiệm thu",
    ),
    ("14", "Số hóa hồ sơ, kết quả giải quyết còn hiệu lực", "", "Công an tỉnh", "Trước ngày 15/12/2026", "Kho dữ liệu số"),
    ("15", "Kết nối dữ liệu hộ tịch với Cơ sở dữ liệu quốc gia về dân cư", "", "Sở Tư pháp\nCông an tỉnh", "Năm 2026", "Biên bản kết nối"),
    ("16", "Xây dựng bản đồ số các điểm phục vụ hành chính công", "", "", "", ""),
)
GROUPS = (1, 5, 10, 14, 17)  # rows of the whole table, the head is row 0
MERGED = (*((row, 1, row, 5) for row in GROUPS), (2, 2, 4, 2), (2, 4, 3, 4), (11, 2, 13, 2), (18, 2, 20, 2))


def content():
    word = Word().head(issuer="ỦY BAN NHÂN DÂN\nTỈNH LÂM ĐỒNG", number="Số: 156/KH-UBND", dated="Lâm Đồng, ngày 12 tháng 02 năm 2026")
    word.title("KẾ HOẠCH", "Cải cách hành chính và nâng cao chất lượng dịch vụ công trên địa bàn tỉnh")
    word.bases(
        "Căn cứ Nghị quyết số 76/NQ-CP ngày 15/7/2021 của Chính phủ về Chương trình tổng thể cải cách hành chính giai đoạn 2021 - 2030;",
        "Căn cứ Nghị định số 118/2025/NĐ-CP ngày 09/6/2025 của Chính phủ;",
        "Xét đề nghị của Giám đốc Sở Nội vụ tại Tờ trình số 88/TTr-SNV ngày 05/02/2026,",
    )
    word.says("Ủy ban nhân dân tỉnh ban hành Kế hoạch với các nội dung sau:")
    word.says("I. MỤC ĐÍCH, YÊU CẦU", bold=True)
    word.says("1. Mục đích: Tạo chuyển biến rõ nét trong phục vụ người dân và doanh nghiệp.")
    word.says("2. Yêu cầu: Xác định rõ trách nhiệm người đứng đầu; kết quả đo đếm được.")
    word.says("II. MỤC TIÊU", bold=True)
    word.says("- 100% thủ tục hành chính đủ điều kiện được cung cấp trực tuyến toàn trình trước ngày 31/12/2026.")
    word.says("- Tỷ lệ hồ sơ giải quyết đúng hạn đạt từ 98% trở lên.")
    word.says("III. NHIỆM VỤ", bold=True)
    word.says("Nhiệm vụ cụ thể, cơ quan thực hiện và thời hạn nêu tại Phụ lục kèm theo.")
    word.says("IV. KINH PHÍ THỰC HIỆN", bold=True)
    word.says("Kinh phí thực hiện do ngân sách nhà nước bảo đảm theo phân cấp và các nguồn hợp pháp khác.")
    word.says("V. TỔ CHỨC THỰC HIỆN", bold=True)
    word.says("1. Sở Nội vụ theo dõi, đôn đốc việc thực hiện Kế hoạch; tổng hợp báo cáo Ủy ban nhân dân tỉnh trước ngày 20 tháng cuối quý.")
    word.says(
        "2. Các sở, ban, ngành, UBND các xã, phường, đặc khu căn cứ nhiệm vụ được giao tại Phụ lục xây dựng kế hoạch chi tiết "
        "của cơ quan mình, hoàn thành trước ngày 10/3/2026."
    )
    word.says("Trong quá trình thực hiện, nếu có vướng mắc, các cơ quan phản ánh về Sở Nội vụ để được hướng dẫn./.")
    word.ends("Chính phủ (để báo cáo)", "Các sở, ban, ngành", "Lưu: VT, NC", post="TM. ỦY BAN NHÂN DÂN\nCHỦ TỊCH", signer="Trần Hữu Khoa")
    word.page().title("PHỤ LỤC", "Phân công nhiệm vụ cải cách hành chính")
    word.says("(Kèm theo Kế hoạch số 156/KH-UBND ngày 12/02/2026 của Ủy ban nhân dân tỉnh Lâm Đồng)", centred=True)
    return word.table([HEAD, *ROWS], merge=MERGED).bytes()
