"""A chairman's directive as clean text: roles lead («Giám đốc Sở …»), letters below numbers, one unbroken line a paragraph."""

FILE = "05-ct-ubnd.txt"

TEXT = """\
ỦY BAN NHÂN DÂN
TỈNH ĐỒNG THÁP

CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
Độc lập - Tự do - Hạnh phúc

Số: 05/CT-UBND

Đồng Tháp, ngày 04 tháng 3 năm 2026

CHỈ THỊ
Về tăng cường phòng, chống đuối nước trẻ em

Thời gian qua, tình hình trẻ em đuối nước trên địa bàn tỉnh còn diễn biến phức tạp; riêng năm 2025 xảy ra 27 vụ. Nguyên nhân \
chủ yếu do thiếu người trông giữ, trẻ chưa biết bơi, nhiều bến bãi không có biển cảnh báo.

Thực hiện Công điện số 71/CĐ-TTg ngày 05/6/2025 của Thủ tướng Chính phủ, Chủ tịch Ủy ban nhân dân tỉnh chỉ thị:

1. Giám đốc Sở Giáo dục và Đào tạo:

a) Tổ chức dạy bơi an toàn cho học sinh tiểu học, trung học cơ sở; đến ngày 31/8/2026 có ít nhất 60% học sinh lớp 5 biết bơi.

b) Yêu cầu các trường ký cam kết với cha mẹ học sinh về quản lý trẻ trong dịp hè, xong trước ngày 25/5/2026.

2. Giám đốc Sở Y tế:

a) Mở lớp sơ cấp cứu đuối nước cho cộng tác viên khóm, ấp trong 6 tháng đầu năm 2026.

b) Thống kê, báo cáo trường hợp tử vong do đuối nước về Ủy ban nhân dân tỉnh định kỳ hằng quý, trước ngày 10 của tháng đầu quý sau.

3. Giám đốc Sở Xây dựng: Rà soát, lắp đặt biển cảnh báo, phao cứu sinh tại bến khách ngang sông; hoàn thành chậm nhất vào \
ngày 30 tháng 4 năm 2026.

4. Giám đốc Công an tỉnh chỉ đạo lực lượng cảnh sát đường thủy kiểm tra, xử lý phương tiện không trang bị áo phao. Thường xuyên.

5. Giám đốc Sở Tài chính tham mưu bố trí kinh phí lắp đặt bể bơi di động trong dự toán năm 2027, trình Ủy ban nhân dân tỉnh \
trước ngày 30 tháng 9 năm 2026.

6. Đề nghị Ban Thường vụ Tỉnh đoàn, Hội Liên hiệp Phụ nữ tỉnh tổ chức điểm giữ trẻ mùa nước nổi, từ tháng 8 đến tháng 11/2026.

7. Chủ tịch Ủy ban nhân dân các xã, phường:

a) Thành lập tổ xung kích cứu nạn tại ấp có kênh rạch sâu, hoàn thành trong Quý II năm 2026.

b) Rào chắn hố công trình, ao sâu ngay sau khi nhận được Chỉ thị này.

c) Chịu trách nhiệm trước Chủ tịch Ủy ban nhân dân tỉnh nếu để xảy ra đuối nước do buông lỏng quản lý.

8. Văn phòng Ủy ban nhân dân tỉnh theo dõi, đôn đốc việc thực hiện Chỉ thị; hằng năm tổng hợp báo cáo Ủy ban nhân dân tỉnh trước ngày 15/12.

Yêu cầu Giám đốc các sở, Thủ trưởng các cơ quan, Chủ tịch Ủy ban nhân dân các xã, phường nghiêm túc thực hiện Chỉ thị này; \
Chỉ thị có hiệu lực kể từ ngày ký./.

Nơi nhận:
- TT. Tỉnh ủy, HĐND tỉnh;
- Như các điểm 1 đến 8;
- Lưu: VT, KGVX.

CHỦ TỊCH

Phan Trọng Nghĩa
"""


def content():
    return TEXT.encode()
