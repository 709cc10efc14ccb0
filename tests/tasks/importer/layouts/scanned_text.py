"""What a scanner's reader leaves: hard line ends, page numbers, letters misread, no bold, a table of tabs with rows broken over pages."""

FILE = "64-kh-ubnd.txt"

TEXT = """\
UỶ BAN NHÂN DÂN
ĐẶC KHU VÂN ĐỒN

CỘNG HOÀ XÃ HỘI CHỦ NGHĨA VIỆT NAM
Độc lập - Tự do - Hạnh phúc

Số: 64/KH-UBND

Vân Đồn, ngày 24 tháng 02 năm 2026

KẾ HOẠCH
Phòng cháy, chữa cháy rừng và khu dân cư trên các đảo

Căn cứ Luật Phòng cháy, chữa cháy và cứu nạn, cứu hộ ngày 29 tháng 11
năm 2024;

Căn cứ Kế hoạch số 33/KH-UBND ngày 30/01/2026 của Uỷ ban nhân dân tỉnh
Quảng Ninh,

Uỷ ban nhân dân đặc khu xây dựng Kế hoạch như sau:

I. MỤC TIÊU

Không để xảy ra cháy lớn; 100% cơ sở thuộc diện quản lý được kiểm tra trước
ngày 31/12/2026.

II. NHIỆM VỤ, GIẢI PHÁP

1. Tuyên truyền, xây dựng lực lượng

a) Văn phòng HĐND và Uỷ ban nhân dân đặc khu soạn tài liệu hướng dẫn xử lý
cháy trên tàu cá, bè nuôi; hoàn thánh trước ngày 30/6.

b) Đoàn Thanh niên đặc khu thành lập đội xung kích chữa cháy tại từng đảo,
ra mắt trước ngày 15/01.

- 2 -

c) Phòng Văn hoá - Xã hội đưa kỹ năng thoát nạn vào sinh hoạt của các trường
học. Thuờng xuyên.

2. Phòng ngừa

a) Hạt Kiểm lâm Vân Đồn phát dọn 18 km đường băng cản lửa trên núi Vạn Hoa,
chậm nhất l5/4/2026.

b) Công an đặc khu kiểm tra cơ sở kinh doanh xăng dầu, khí hoá lỏng theo Nghị
định số 105/2025/NĐ-CP ngày 15/5/2025 của Chính phủ; xong trong thang 5/2026.

c) Ban Chỉ huy Quân sự đặc khu bổ sung máy bơm, vòi chữa cháy cho các trạm
đảo, hoàn thành trong tháng 01/2026.

3. Ứng cứu

a) Hạt Kiểm lâm Vân Đồn bố trí trực 24/24 giờ trong mùa hanh khô; báo cáo vụ
cháy trong vòng 2 giờ kể từ khi phát hiện.

3

b) Trung tâm Y tế Vân Đồn chuẩn bị xuồng cấp cứu và thuốc chữa bỏng. Hoàn
thành truớc ngày 01/5/2026.

III. PHÂN CÔNG CỤ THỂ

STT	Nội dung	Đơn vị chủ trì	Thời gian	Phối hợp
1	Rà soát hồ sơ quản lý cơ sở, phân loại theo mức nguy hiểm cháy	Công an đặc khu	Tháng 3/2026	Phòng Kinh tế
2	Lắp trụ nước chữa cháy tại cảng Cái Rồng và khu phố cũ, đấu nối với mạng	Ban Quản lý dự án đặc khu	Quý III/2026	Công ty cấp nước
	cấp nước hiện có; lập sơ đồ trụ nước giao cho lực lượng tại chỗ
3	Diễn tập phương án chữa cháy chợ Cái Rồng	Công an đặc khu	20/11/2026	Ban Quản lý chợ

4

STT	Nội dung	Đơn vị chủ trì	Thời gian	Phối hợp
4	Vận động hộ dân mở lối thoát nạn thứ hai, trang bị bình chữa cháy xách	Các khu phố, thôn	Thường xuyên	Đoàn Thanh niên
	tay và dụng cụ phá dỡ thô sơ
5	Tháo dỡ mái che, vật cản trên đường dành cho xe chữa cháy	Phòng Kinh tế	Truớc 30/9/2026	nt
6	Cung cấp bản đồ tuyến đường thuỷ cho đội cứu nạn	Cảng vụ đường thuỷ	Khi có yêu cầu
7	Tổng hợp, báo cáo kết quả	Công an đặc khu	Truớc ngày 05 hằng tháng

IV. KINH PHÍ

Kinh phí bảo đảm từ ngân sách đặc khu và đóng góp tự nguyện của tổ chức, cá
nhân.

Yêu cầu các đơn vị nghiêm túc thực hiện Kế hoạch này./.

Nơi nhận:
- UBND tỉnh (b/c);
- Các đơn vị có tên tại mục II, III;
- Lưu: VT.

TM. UỶ BAN NHÂN DÂN
CHỦ TỊCH
(Đã ký)
Vũ Đức Hưởng
"""


def content():
    return TEXT.encode()
