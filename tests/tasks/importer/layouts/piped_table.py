"""What a converter makes of a file: markdown with stars and signs, a table of pipes, `<br>` inside cells, «nt»."""

FILE = "12-ctr-tdtn.md"

TEXT = """\
**TỈNH ĐOÀN CÀ MAU**
**BAN THƯỜNG VỤ**
\\*\\*\\*

**ĐOÀN TNCS HỒ CHÍ MINH**

Số: 12-CTr/TĐTN-PT

*Cà Mau, ngày 16 tháng 01 năm 2026*

# CHƯƠNG TRÌNH CÔNG TÁC
**Tuổi trẻ tham gia chuyển đổi số và bảo vệ môi trường**

- Căn cứ Nghị quyết Đại hội Đoàn tỉnh nhiệm kỳ 2022 - 2027;
- Căn cứ Kế hoạch số 540-KH/TWĐTN-PT ngày 12/12/2025 của Ban Bí thư Trung ương Đoàn,

Ban Thường vụ Tỉnh đoàn ban hành Chương trình như sau:

## I. MỤC TIÊU

- Mỗi xã, phường có ít nhất **01** công trình số của thanh niên trước ngày 26/3/2027.
- Trồng mới 200.000 cây xanh.

## II. PHÂN CÔNG THỰC HIỆN

| Stt | Nhiệm vụ | Bộ phận chủ trì | Phối hợp | Thời gian hoàn thành | Sản phẩm, kết quả |
|:---:|:---|:---|:---|:---:|:---|
| **A** | **Chuyển đổi số** | | | | |
| 1 | Ra quân Đội hình thanh niên hỗ trợ dịch vụ công trực tuyến | Ban Phong trào | Đoàn các xã, phường | 26/3/2026 | 64 đội hình |
| 2 | Dạy tiểu thương dùng thanh toán không tiền mặt | nt | Ngân hàng Nhà nước Khu vực 15<br>Các chợ | Thường xuyên | Chợ 4.0 |
| 3 | Gắn mã QR giới thiệu di tích | Ban Tuyên giáo | Bảo tàng tỉnh | Tháng 5/2026 | 20 mã |
| 4 | Cuộc thi sáng tạo nội dung số | Ban Tuyên giáo | Báo và Phát thanh, Truyền hình tỉnh | Phát động tháng 3/2026; tổng \
kết tháng 10/2026 | Giải thưởng |
| 5 | Cập nhật phần mềm quản lý đoàn viên | Văn phòng | Đoàn các xã, phường | Trước ngày 05 hằng tháng | Số liệu đúng |
| **B** | **Bảo vệ môi trường** | | | | |
| 6 | Trồng rừng ngập mặn tại Đất Mũi | Ban Phong trào | Vườn Quốc gia Mũi Cà Mau | Tháng 6 - 7/2026 | 30 ha |
| 7 | Vớt rác trên sông, kênh rạch | Đoàn các xã, phường | | Hằng tuần | Tuyến kênh sạch |
| 8 | Đổi rác lấy quà | Hội Đồng đội tỉnh | nt | Dịp hè | 50 điểm đổi |
| **C** | **Tổ chức, kiểm tra** | | | | |
| 9 | Kiểm tra công tác Đoàn | Ban Kiểm tra | | 6 tháng, năm | Kết luận |
| 10 | Sơ kết Chương trình | Văn phòng | Các ban | 30/6 | Báo cáo |
| 11 | Góp ý dự thảo Nghị quyết của Tỉnh ủy | Văn phòng | | Theo yêu cầu | Văn bản góp ý |
| 12 | Nộp hồ sơ thi đua | Văn phòng | Các ban | Trước ngày 10/01 | Hồ sơ |

## III. KINH PHÍ

Kinh phí từ nguồn hoạt động Đoàn và vận động tài trợ.

**Nơi nhận:**
- Ban Bí thư Trung ương Đoàn;
- Lưu: VP.

**TM. BAN THƯỜNG VỤ TỈNH ĐOÀN**
**BÍ THƯ**

**Ngô Hoàng Khải**
"""


def content():
    return TEXT.encode()
