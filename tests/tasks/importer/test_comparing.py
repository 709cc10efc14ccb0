"""Two versions of a plan side by side. Pure."""

from tasks.importer.comparing import Line, compare

OLD = [
    Line("1", "Lập danh mục hệ thống thông tin của các cơ quan", deadline="Tháng 6/2026", lead="UBND phường"),
    Line("2", "Mở lớp tập huấn kỹ năng số cho cán bộ", deadline="Quý III/2026", lead="Văn phòng Đảng ủy"),
    Line("3", "Trang bị phần mềm diệt mã độc cho máy trạm", deadline="Tháng 9/2026", lead="UBND phường"),
]


def kinds(old, new):
    return [(pair.kind, (pair.old or pair.new).ref, (pair.new or pair.old).ref) for pair in compare(old, new)]


def test_the_same_lines_are_the_same_however_they_were_printed():
    new = [Line(line.ref, line.text.upper() + " .", deadline=line.deadline, lead=f" {line.lead}") for line in OLD]
    assert kinds(OLD, new) == [("same", ref, ref) for ref in ("1", "2", "3")]


def test_a_line_taken_out_shifts_numbers_not_partners():
    new = [
        Line("1", OLD[1].text, deadline=OLD[1].deadline, lead=OLD[1].lead),
        Line("2", OLD[2].text, deadline="Tháng 10/2026", lead=OLD[2].lead),
    ]
    pairs = compare(OLD, new)
    assert [(pair.kind, pair.old.ref, pair.new and pair.new.ref) for pair in pairs] == [
        ("withdrawn", "1", None),
        ("changed", "2", "1"),
        ("changed", "3", "2"),
    ]
    assert [(str(name), old, new) for name, old, new in pairs[2].differs][1][1:] == ("Tháng 9/2026", "Tháng 10/2026")


def test_new_words_under_the_same_number_are_a_change_and_a_stranger_is_not():
    new = [
        Line("1", "Lập và công bố danh mục hệ thống thông tin", deadline="Tháng 6/2026", lead="UBND phường"),
        Line("2", "Khen thưởng tập thể có thành tích", deadline="Quý III/2026"),
        OLD[2],
    ]
    assert kinds(OLD, new) == [("changed", "1", "1"), ("withdrawn", "2", "2"), ("added", "2", "2"), ("same", "3", "3")]


def test_a_title_helps_to_find_the_partner_of_shortened_words():
    old = [Line("III.6.2", "Bổ sung người làm công tác này.", title="Bố trí thêm người làm an ninh mạng, bảo mật và an ninh dữ liệu")]
    new = [Line("III.6.2", "Bố trí thêm người làm an ninh mạng, bảo mật và an ninh dữ liệu cho phường.")]
    assert kinds(old, new) == [("changed", "III.6.2", "III.6.2")]


def test_nothing_against_something():
    assert kinds([], OLD) == [("added", ref, ref) for ref in ("1", "2", "3")]
    assert kinds(OLD, []) == [("withdrawn", ref, ref) for ref in ("1", "2", "3")]
    assert compare([], []) == []


def test_doubled_lines_pair_off_one_by_one():
    twice = [Line("1", "Báo cáo định kỳ"), Line("2", "Báo cáo định kỳ")]
    assert kinds(twice, twice) == [("same", "1", "1"), ("same", "2", "2")]
    assert kinds(twice, twice[1:]) == [("withdrawn", "1", "1"), ("same", "2", "2")]


def test_long_plans_are_compared_with_few_looks(monkeypatch):
    looks = []
    monkeypatch.setattr("tasks.importer.comparing.likeness", lambda one, other: looks.append(1) or 0)
    old = [Line(f"a{n}", f"việc cũ số {n} về hệ thống") for n in range(1500)]
    new = [Line(f"b{n}", f"việc mới số {n} về hệ thống") for n in range(1500)]
    assert len(compare(old, new)) == 3000
    assert len(looks) <= 1500 * 12
