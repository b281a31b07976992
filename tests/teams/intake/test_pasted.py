from teams.intake.pasted import read_block


def test_a_pasted_cell_loses_the_apostrophe_that_disarmed_it_and_no_other():
    block = read_block([["Họ tên", "Ghi chú"], ["Lê Văn An", "'- Đảng viên"], ["Trần Thị Bình", "'Tổ 1'"]], "full_name")
    assert [row.values["note"] for row in block.rows] == ["- Đảng viên", "'Tổ 1'"]


def test_a_blank_line_moves_no_number_to_the_next_person():
    block = read_block([["0914994121"], [""], ["0914994123"]], "phone")
    assert [(row.place, row.values["phone"]) for row in block.rows] == [(0, "0914 994 121"), (2, "0914 994 123")]
    block = read_block([["Họ tên", "Ghi chú"], ["Lê Văn An", ""], ["", ""], ["Trần Thị Bình", ""]], "full_name")
    assert [row.place for row in block.rows] == [0, 2]
