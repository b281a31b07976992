from teams.intake.pasted import read_block


def test_a_pasted_cell_loses_the_apostrophe_that_disarmed_it_and_no_other():
    block = read_block([["Họ tên", "Ghi chú"], ["Lê Văn An", "'- Đảng viên"], ["Trần Thị Bình", "'Tổ 1'"]], "full_name")
    assert [row.values["note"] for row in block.rows] == ["- Đảng viên", "'Tổ 1'"]
