from reports.wording import said_by

TOLD = [("Công an phường", "Đã cập nhật."), ("tỉnh Khánh Hòa", "Quét 9 hệ thống"), ("Đảng ủy phường", " Đã cập nhật")]


def test_what_several_say_in_the_same_words_is_said_once():
    assert said_by(TOLD) == ["Công an phường, Đảng ủy phường: Đã cập nhật.", "Tỉnh Khánh Hòa: Quét 9 hệ thống."]


def test_units_beyond_the_names_and_beyond_the_lines_are_counted():
    many = [(f"xã {n}", "Đã họp") for n in range(5)]
    assert said_by(many, names=3) == ["Xã 0, xã 1, xã 2 và 2 đơn vị khác: Đã họp."]
    assert said_by([*TOLD, *many], most=1) == ["Công an phường, Đảng ủy phường: Đã cập nhật.", "(và 6 đơn vị khác)"]
    assert said_by([]) == []
