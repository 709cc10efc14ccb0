"""A printed plan with a table of two columns over several pages: the work on the left, who and when together on the right."""

from .papers import printed

FILE = "41-kh-bcd.pdf"

ROWS = (
    (
        "1. Rà soát phương án ứng phó bão mạnh, siêu bão cho từng xã ven biển; xác định rõ số hộ phải sơ tán, nơi đến, đường đi, "
        "phương tiện và người phụ trách từng cụm dân cư",
        "Sở Nông nghiệp và Môi trường chủ trì, phối hợp với Bộ Chỉ huy Quân sự tỉnh. Hoàn thành trước ngày 30/4/2026.",
    ),
    (
        "2. Kiểm tra an toàn các hồ chứa nước, đập dâng xây dựng trước năm 2000, ưu tiên công trình đã có dấu hiệu thấm, sạt mái; "
        "đề xuất hồ phải hạn chế tích nước trong mùa lũ",
        "Sở Nông nghiệp và Môi trường chủ trì, phối hợp với UBND các xã có hồ chứa. Xong trong tháng 5/2026.",
    ),
    (
        "3. Bổ sung trạm đo mưa tự động tại vùng thượng nguồn, truyền số liệu về trung tâm điều hành theo thời gian thực",
        "Đài Khí tượng Thủy văn tỉnh. Quý II năm 2026.",
    ),
    (
        "4. Lập danh sách tàu cá và thuyền viên, tập huấn sử dụng thiết bị thông tin; tổ chức trực 24/7 khi có bão trên Biển Đông",
        "Chi cục Thủy sản chủ trì, phối hợp với Ban Chỉ huy Bộ đội Biên phòng. Chậm nhất ngày 15 tháng 6 năm 2026.",
    ),
    (
        "5. Dự trữ lương thực, nước uống, thuốc chữa bệnh đủ dùng 07 ngày tại các xã có nguy cơ bị chia cắt",
        "Sở Công Thương chủ trì, phối hợp với Sở Y tế. Trước ngày 31/8 hằng năm.",
    ),
    (
        "6. Diễn tập cứu hộ, cứu nạn trên sông với quy mô cấp tỉnh, có sự tham gia của lực lượng tại chỗ và Nhân dân hai bên bờ",
        "Bộ Chỉ huy Quân sự tỉnh chủ trì, phối hợp với Công an tỉnh. Tháng 7/2026.",
    ),
    (
        "7. Đưa tin cảnh báo sớm đến người dân qua tin nhắn, loa truyền thanh cơ sở và mạng xã hội",
        "Báo và Phát thanh, Truyền hình tỉnh. Thường xuyên.",
    ),
    (
        "8. Báo cáo nhanh thiệt hại về người, nhà ở, mùa màng và nhu cầu cứu trợ",
        "UBND các xã, phường. Trong vòng 24 giờ kể từ khi thiên tai xảy ra.",
    ),
    (
        "9. Khôi phục lưới điện, thông tin liên lạc phục vụ bệnh viện, trạm bơm và trụ sở chỉ huy",
        "Công ty Điện lực Quảng Trị. Ngay sau khi bão tan.",
    ),
    (
        "10. Cắt tỉa cây xanh, gia cố biển quảng cáo, giàn giáo công trình trong khu vực đô thị",
        "UBND các phường. Trước mùa mưa bão.",
    ),
    (
        "11. Trồng bổ sung rừng phòng hộ chắn cát ven biển còn thiếu theo Đề án trồng rừng giai đoạn 2021 - 2025",
        "Chi cục Kiểm lâm. Đến hết năm 2027.",
    ),
    (
        "12. Đầu tư khu neo đậu tránh trú bão Cửa Việt, gồm nạo vét luồng, xây bờ kè và hệ thống phao tiêu",
        "Ban Quản lý dự án đầu tư xây dựng tỉnh. 2026 - 2028.",
    ),
    (
        "13. Khắc phục các đoạn sạt lở trên đường tỉnh, lắp biển báo ngầm tràn và cọc thủy chí ở chỗ thường ngập",
        "Sở Xây dựng chủ trì, phối hợp với UBND các xã. Trước 15/9/2026.",
    ),
    (
        "14. Tổng kết công tác phòng thủ dân sự, biểu dương tập thể, cá nhân có thành tích và rút kinh nghiệm cho năm sau",
        "Văn phòng Ban Chỉ đạo Phòng thủ dân sự tỉnh. Trước ngày 15/12 hằng năm.",
    ),
)
FRONT = """
<table class='head'><tr><td>UBND TỈNH QUẢNG TRỊ<br><b>BAN CHỈ ĐẠO<br>PHÒNG THỦ DÂN SỰ</b></td>
<td><b>CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM<br>Độc lập - Tự do - Hạnh phúc</b></td></tr>
<tr><td>Số: 41/KH-BCĐ</td><td><i>Quảng Trị, ngày 20 tháng 3 năm 2026</i></td></tr></table>
<p class='c'><b>KẾ HOẠCH</b></p><p class='c'><b>Phòng thủ dân sự và ứng phó thiên tai trên địa bàn tỉnh</b></p>
<p><i>Căn cứ Luật Phòng thủ dân sự ngày 20/6/2023;</i></p>
<p><i>Căn cứ Quyết định số 379/QĐ-TTg ngày 17/3/2021 của Thủ tướng Chính phủ về Chiến lược quốc gia phòng, chống thiên tai đến năm 2030,
tầm nhìn đến năm 2050,</i></p>
<p>Ban Chỉ đạo Phòng thủ dân sự tỉnh ban hành Kế hoạch như sau:</p>
<p><b>I. MỤC TIÊU</b></p>
<p>- Giảm ít nhất 20% thiệt hại về kinh tế so với bình quân giai đoạn 2016 - 2020.</p>
<p>- 100% hộ dân vùng ngập sâu biết nơi sơ tán trước ngày 01/9/2026.</p>
<p><b>II. NHIỆM VỤ</b></p>
"""
BACK = """
<p><b>III. KINH PHÍ</b></p><p>Sử dụng Quỹ Phòng, chống thiên tai và dự phòng ngân sách các cấp theo quy định.</p>
<p>Các cơ quan, đơn vị nghiêm túc triển khai thực hiện Kế hoạch này./.</p>
<table class='head'><tr><td style='text-align:left'><b><i>Nơi nhận:</i></b><br>- Thường trực Tỉnh ủy (để báo cáo);<br>- Các \
thành viên BCĐ;<br>
- Lưu: VT.</td><td><b>TRƯỞNG BAN</b><br><br><br><b>Lê Thanh Bình</b></td></tr></table>
"""
STYLE = """
@page { @bottom-left { content: 'Kế hoạch phòng thủ dân sự tỉnh Quảng Trị'; font: 9pt 'Liberation Serif'; } }
body { font-size: 14pt; line-height: 1.5; } td { orphans: 1; widows: 1; } .ruled td { padding: 6pt; }
"""


def content():
    rows = "".join(f"<tr><td>{left}</td><td>{right}</td></tr>" for left, right in ROWS)
    head = "<thead><tr><th style='width:58%'>Nội dung nhiệm vụ</th><th>Cơ quan thực hiện, thời hạn</th></tr></thead>"
    return printed(f"{FRONT}<table class='ruled'>{head}<tbody>{rows}</tbody></table>{BACK}", style=STYLE)
