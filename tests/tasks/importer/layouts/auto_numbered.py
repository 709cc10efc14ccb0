"""A Word file whose numbers are Word's own: no figure is typed, «I.», «1.», «a)» and «-» come from a list of four levels."""

from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from .papers import MOTTO_PARTY, Word

FILE = "15-kh-bcd.docx"

LEVELS = (("upperRoman", "%1."), ("decimal", "%2."), ("lowerLetter", "%3)"), ("bullet", "-"))
PARTS = (
    (0, "Mục tiêu"),
    (3, "80% người dân từ 15 tuổi trở lên có kỹ năng số cơ bản trước ngày 31/12/2026."),
    (3, "Mỗi thôn, tổ dân phố có ít nhất 03 người hướng dẫn."),
    (0, "Nhiệm vụ trọng tâm 6 tháng cuối năm 2026"),
    (1, "Ra mắt nền tảng học trực tuyến mở của tỉnh, tích hợp với VNeID."),
    (1, "Vận động doanh nghiệp tặng 2.000 điện thoại thông minh cho hộ nghèo; hoàn thành trước ngày 10/10/2026."),
    (1, "Đưa tiêu chí kỹ năng số vào bình xét gia đình văn hóa."),
    (0, "Phân công trách nhiệm"),
    (1, "Sở Giáo dục và Đào tạo"),
    (2, "Chủ trì, phối hợp với Sở Khoa học và Công nghệ biên soạn bộ học liệu số. Hoàn thành trong tháng 7/2026."),
    (2, "Phát động mỗi học sinh dạy một người thân biết dùng dịch vụ công. Nhiệm vụ thường xuyên."),
    (1, "Công an tỉnh"),
    (2, "Hỗ trợ kích hoạt định danh điện tử mức độ 2 cho người cao tuổi tại nhà. Chậm nhất ngày 30/9/2026."),
    (2, "Tuyên truyền phòng, chống lừa đảo trên mạng, cập nhật thủ đoạn mới hằng tuần."),
    (1, "Đảng ủy Ủy ban nhân dân tỉnh"),
    (2, "Chỉ đạo Ủy ban nhân dân tỉnh thực hiện các nhiệm vụ sau:"),
    (3, "Ban hành bộ tiêu chí đánh giá xã, phường học tập số. Hoàn thành trong quý III/2026."),
    (3, "Bố trí kinh phí cho Tổ công nghệ số cộng đồng từ năm 2027."),
    (1, "Ủy ban Mặt trận Tổ quốc Việt Nam tỉnh và các tổ chức chính trị - xã hội"),
    (2, "Vận động hội viên đăng ký học, mỗi tổ chức ít nhất 5.000 người trong năm 2026."),
    (2, "Giám sát, phản biện việc thực hiện Kế hoạch."),
    (1, "Báo và Phát thanh, Truyền hình tỉnh"),
    (2, "Mở chuyên mục hướng dẫn kỹ năng số, phát sóng vào ngày 05 và ngày 20 hằng tháng."),
    (0, "Chế độ báo cáo"),
    (1, "Các cơ quan, đơn vị báo cáo kết quả về Cơ quan Thường trực Ban Chỉ đạo trước ngày 20 hằng tháng."),
)


def content():
    word = Word().head(
        issuer="TỈNH ỦY AN GIANG\nBAN CHỈ ĐẠO PHÁT TRIỂN KHOA HỌC, CÔNG NGHỆ, ĐỔI MỚI SÁNG TẠO VÀ CHUYỂN ĐỔI SỐ",
        number="Số 15-KH/BCĐ",
        dated="An Giang, ngày 10 tháng 6 năm 2026",
        motto=MOTTO_PARTY,
    )
    word.title("KẾ HOẠCH", "phổ cập kỹ năng số cho người dân")
    word.says("Căn cứ Nghị quyết số 57-NQ/TW, ngày 22/12/2024 của Bộ Chính trị; Kế hoạch số 01-KH/BCĐTW, ngày 21/3/2025,")
    word.says("Ban Chỉ đạo tỉnh ban hành Kế hoạch như sau:")
    _add_levels(word.document)
    for level, text in PARTS:
        word.says(text, bold=level == 0)
        word.document.paragraphs[-1]._p.get_or_add_pPr().append(
            parse_xml(f'<w:numPr {nsdecls("w")}><w:ilvl w:val="{level}"/><w:numId w:val="77"/></w:numPr>')
        )
    word.ends("Tỉnh ủy (để báo cáo)", "Các thành viên Ban Chỉ đạo", "Lưu Ban Chỉ đạo", post="TRƯỞNG BAN", signer="Huỳnh Công Lực")
    return word.bytes()


def _add_levels(document):
    numbering = document.part.numbering_part.element
    levels = "".join(
        f'<w:lvl w:ilvl="{place}"><w:start w:val="1"/><w:numFmt w:val="{format_}"/><w:lvlText w:val="{text}"/></w:lvl>'
        for place, (format_, text) in enumerate(LEVELS)
    )
    kind = '<w:multiLevelType w:val="multilevel"/>'
    abstract = parse_xml(f'<w:abstractNum {nsdecls("w")} w:abstractNumId="77">{kind}{levels}</w:abstractNum>')
    numbering.insert(0, abstract)
    numbering.append(parse_xml(f'<w:num {nsdecls("w")} w:numId="77"><w:abstractNumId w:val="77"/></w:num>'))
