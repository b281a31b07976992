"""The grid of team figures under the fingers: it saves itself, adds up, and loses nothing that was typed."""

import io

import pytest
from playwright.sync_api import expect
from pypdf import PdfReader

from reporting.models import TeamFigures, TeamLink
from reporting.services.team_links import make_links, send
from tests.browser.figures.sheet import cell, opened, row, says, total, url, violations
from tests.browser.roster.grid import paste
from tests.conftest import client_of, make_user
from tests.reporting.team_figures.makers import make_figures, make_period
from tests.teams.makers import make_team, make_units

pytestmark = pytest.mark.browser


def stored(team) -> dict:
    return TeamFigures.objects.filter(team=team).latest("period__ends_on").values


def test_a_row_saves_itself_and_the_sums_follow(sheet, teams):
    cell(sheet, 1).fill("1440")
    cell(sheet, 1, "households_guided").fill("1.300")
    sheet.locator("h1").click()
    says(sheet, 1, "đã lưu ")
    expect(cell(sheet, 1)).to_have_value("1.440")
    expect(row(sheet, 1).locator("[data-derived=guided_rate]")).to_have_text("90,28%")
    expect(total(sheet, "households").locator("[data-sum]")).to_have_text("1.440")
    expect(total(sheet, "households").locator("[data-note]")).to_have_text("1/3 tổ")
    expect(total(sheet, "guided_rate")).to_contain_text("mục tiêu 80%")
    expect(total(sheet, "guided_rate").locator(".tag-good")).to_have_count(1)
    expect(sheet.locator("[data-reported]")).to_have_text("1/3")
    assert stored(teams[0]) == {"households": 1440, "households_guided": 1300}


def test_an_empty_cell_is_silence_and_a_zero_is_a_figure(sheet, teams):
    cell(sheet, 1, "vneid").fill("0")
    says(sheet, 1, "đã lưu")
    expect(total(sheet, "vneid").locator("[data-sum]")).to_have_text("0")
    cell(sheet, 1, "vneid").fill("")
    sheet.locator("h1").click()
    expect(total(sheet, "vneid").locator("[data-sum]")).to_have_text("")
    expect(sheet.locator("[data-reported]")).to_have_text("0/3")
    assert stored(teams[0]) == {}


def test_a_wrong_number_is_told_beside_its_cell_and_stays_on_screen(sheet):
    cell(sheet, 2, "vneid").fill("-5")
    cell(sheet, 2).fill("10")
    sheet.locator("h1").click()
    says(sheet, 2, "lỗi, chưa lưu")
    expect(row(sheet, 2).locator(".cell-error")).to_have_text("Số không được âm.")
    expect(cell(sheet, 2, "vneid")).to_have_value("-5")
    assert not TeamFigures.objects.exists()
    cell(sheet, 2, "vneid").fill("5")
    says(sheet, 2, "đã lưu")
    expect(sheet.locator("[data-unsent]")).to_be_hidden()


def test_keys_go_as_in_excel(sheet):
    cell(sheet, 1).click()
    for key in ("1", "2", "Enter", "3", "Tab", "4", "Enter"):
        sheet.keyboard.press(key)
    assert sheet.evaluate("document.activeElement.closest('tr').rowIndex") == 4  # below two rows of headings
    assert sheet.evaluate("document.activeElement.name") == "f-households"
    expect(cell(sheet, 1)).to_have_value("12")
    expect(cell(sheet, 2, "households_guided")).to_have_value("4")


def test_words_composed_by_an_input_method_arrive_whole(sheet, teams):
    cell(sheet, 1, "remarks").click()
    keyboard = sheet.context.new_cdp_session(sheet)
    for text in ("B", "Ba", "Bà"):
        keyboard.send("Input.imeSetComposition", {"text": text, "selectionStart": len(text), "selectionEnd": len(text)})
    keyboard.send("Input.insertText", {"text": "Bà"})
    keyboard.send("Input.insertText", {"text": " con"})
    sheet.locator("h1").click()
    says(sheet, 1, "đã lưu")
    expect(cell(sheet, 1, "remarks")).to_have_value("Bà con")
    assert stored(teams[0]) == {"remarks": "<p>Bà con</p>"}


def test_a_block_from_excel_goes_to_the_teams_that_it_names_and_is_undone_in_one_step(sheet, teams):
    paste(
        cell(sheet, 1), "Tổ\tSố hộ trên địa bàn\tVNeID\r\nThôn Tây\t1440\t7\r\nThôn Đông\t120\t\r\nThôn Bắc\t1\t1\r\n"
    )
    says(sheet, 3, "đã lưu")
    says(sheet, 1, "đã lưu")
    expect(sheet.locator("[data-said]")).to_have_text(
        "Đã dán: sửa 2, bỏ 1 dòng tiêu đề, bỏ 1 dòng không rõ tổ “Thôn Bắc”."
    )
    expect(cell(sheet, 3)).to_have_value("1.440")
    assert stored(teams[1]) == {"households": 1440, "vneid": 7}
    sheet.get_by_role("button", name="Hoàn tác").click()
    expect(cell(sheet, 3)).to_have_value("")
    expect(sheet.locator("[data-reported]")).to_have_text("0/3")


def test_a_line_left_blank_in_a_column_leaves_out_its_team_and_moves_no_figure(sheet, teams):
    paste(cell(sheet, 1), "11\r\n\r\n33\r\n")
    says(sheet, 3, "đã lưu")
    says(sheet, 1, "đã lưu")
    expect(cell(sheet, 2)).to_have_value("")
    expect(cell(sheet, 3)).to_have_value("33")
    expect(sheet.locator("[data-said]")).to_have_text("Đã dán: sửa 2, bỏ 1 dòng trống.")
    assert stored(teams[1]) == {"households": 33}


def test_a_doubtful_block_is_shown_first(sheet, teams):
    paste(cell(sheet, 1), "100\t90\t90%\t4\r\n200\t50\t25%\t6\r\n")
    expect(sheet.locator("[data-paste-notes]")).to_contain_text("cổng tự tính cột này, không dán")
    expect(sheet.locator("[data-paste-rows]")).to_contain_text("Mua sắm trực tuyến: 6")
    sheet.get_by_role("button", name="Bỏ, không dán").click()
    expect(cell(sheet, 1)).to_have_value("")
    paste(cell(sheet, 1), "100\t90\t90%\t4\r\n200\t50\t25%\t6\r\n")
    sheet.get_by_role("button", name="Dán vào bảng").click()
    says(sheet, 2, "đã lưu")
    expect(cell(sheet, 2, "people_shopping")).to_have_value("6")


def test_rows_beyond_the_last_team_are_told(sheet):
    paste(cell(sheet, 3), "1\r\n2\r\n3\r\n")
    says(sheet, 3, "đã lưu")
    expect(sheet.locator("[data-said]")).to_have_text("Đã dán: sửa 1, bỏ 2 dòng thừa ở cuối.")


def test_households_of_the_register_are_a_suggestion_until_they_are_taken(sheet, teams):
    expect(cell(sheet, 1)).to_have_attribute("placeholder", "gợi ý 120")
    expect(cell(sheet, 1)).to_have_value("")
    sheet.get_by_role("button", name="Lấy số hộ từ danh mục thôn (2 tổ)").click()
    says(sheet, 1, "đã lưu")
    says(sheet, 2, "đã lưu")
    expect(sheet.locator("[data-suggest]")).to_be_hidden()
    assert (stored(teams[0]), stored(teams[2])) == ({"households": 120}, {"households": 1440})
    assert TeamFigures.objects.count() == 2


def test_as_last_period_fills_what_is_empty_and_is_undone_in_one_step(sheet, period, teams, hai_phong):
    before = make_period(hai_phong, name="Quý IV/2025", ends_on=period.starts_on, team_form=period.team_form)
    make_figures(before, teams[0], households=100, vneid=7)
    make_figures(before, teams[1], households=200)
    sheet.reload()
    cell(sheet, 1).fill("130")
    sheet.get_by_role("button", name="Như kỳ trước (Quý IV/2025)").click()
    expect(sheet.locator("[data-said]")).to_contain_text("Đã điền 2 ô của 2 tổ theo Quý IV/2025")
    expect(cell(sheet, 1)).to_have_value("130")
    expect(cell(sheet, 1, "vneid")).to_have_value("7")
    expect(cell(sheet, 3)).to_have_value("200")
    sheet.get_by_role("button", name="Hoàn tác").click()
    expect(cell(sheet, 3)).to_have_value("")
    expect(cell(sheet, 1, "vneid")).to_have_value("")
    says(sheet, 3, "đã lưu")
    says(sheet, 1, "đã lưu")
    assert stored(teams[0]) == {"households": 130}


def test_as_last_period_does_not_call_saved_what_was_refused(sheet, period, teams, hai_phong):
    before = make_period(hai_phong, name="Quý IV/2025", ends_on=period.starts_on, team_form=period.team_form)
    make_figures(before, teams[0], households=100)
    make_figures(before, teams[1], households=200)
    sheet.reload()
    cell(sheet, 1, "vneid").fill("-5")
    sheet.locator("h1").click()
    says(sheet, 1, "lỗi, chưa lưu")
    sheet.get_by_role("button", name="Như kỳ trước (Quý IV/2025)").click()
    says(sheet, 3, "đã lưu")
    expect(cell(sheet, 1)).to_have_value("100")
    expect(cell(sheet, 1, "vneid")).to_have_value("-5")
    says(sheet, 1, "lỗi, chưa lưu")
    expect(sheet.locator("[data-unsent]")).to_have_text("1 dòng chưa gửi")
    cell(sheet, 1, "vneid").fill("5")
    says(sheet, 1, "đã lưu")
    assert stored(teams[0]) == {"households": 100, "vneid": 5}


def test_rows_of_a_closed_tab_are_put_back_and_sent(sheet, period, teams):
    sheet.context.set_offline(True)
    cell(sheet, 2, "vneid").fill("9")
    sheet.locator("h1").click()
    says(sheet, 2, "đang chờ kết nối")
    expect(sheet.locator("[data-unsent]")).to_have_text("1 dòng chưa gửi")
    window = sheet.context
    sheet.close()
    window.set_offline(False)
    again = opened(window.new_page(), period)
    says(again, 2, "đã lưu")
    assert stored(teams[2]) == {"vneid": 9}


def test_figures_typed_before_the_scripts_have_come_are_saved_too(window_of, officer, period, teams):
    page = window_of(officer).new_page()
    late = []
    page.route("**/js/figures/page.js", lambda route: late.append(route))
    with page.expect_request("**/js/figures/page.js"):
        page.goto(url(period), wait_until="commit")
    cell(page, 2, "vneid").fill("9")
    late[0].continue_()
    says(page, 2, "đã lưu")
    assert stored(teams[2]) == {"vneid": 9}


def test_a_session_that_ended_costs_no_typed_figure(sheet, officer, teams):
    sheet.context.clear_cookies(name="sessionid")
    cell(sheet, 1, "vneid").fill("9")
    expect(sheet.get_by_role("heading", name="Phiên làm việc đã hết")).to_be_visible()
    session = client_of(officer).cookies["sessionid"].value
    sheet.context.add_cookies([{"name": "sessionid", "value": session, "url": sheet.evaluate("location.origin")}])
    sheet.evaluate("window.dispatchEvent(new Event('focus'))")
    says(sheet, 1, "đã lưu")
    assert stored(teams[0]) == {"vneid": 9}


@pytest.mark.parametrize(("way", "kept"), [("Giữ của tôi", 2), ("Lấy của họ", 1)])
def test_of_two_officers_the_slower_sees_both_figures_and_chooses(sheet, window_of, cat_hai, period, teams, way, kept):
    other = make_user("canbo.hai", "commune_officer", commune=cat_hai)
    quick = opened(window_of(other).new_page(), period)
    cell(quick, 1, "vneid").fill("1")
    says(quick, 1, "đã lưu")
    cell(sheet, 1, "vneid").fill("2")
    told = sheet.locator(".row-conflict")
    expect(told).to_contain_text(other.full_name)
    expect(told).to_contain_text("của bạn: “2”, của họ: “1”")
    told.get_by_role("button", name=way).click()
    says(sheet, 1, "đã lưu")
    expect(cell(sheet, 1, "vneid")).to_have_value(str(kept))
    assert stored(teams[0]) == {"vneid": kept}


def test_a_conflict_stays_in_sight_however_far_the_grid_is_scrolled(sheet, window_of, cat_hai, period, teams):
    other = make_user("canbo.hai", "commune_officer", commune=cat_hai)
    quick = opened(window_of(other).new_page(), period)
    cell(quick, 1, "remarks").fill("một")
    says(quick, 1, "đã lưu")
    frame = sheet.locator(".figures-scroll")
    frame.evaluate("frame => { frame.style.width = '46rem' }")
    cell(sheet, 1, "remarks").fill("hai")
    frame.evaluate("frame => { frame.scrollLeft = frame.scrollWidth }")
    told = sheet.locator(".row-conflict")
    expect(told).to_contain_text("của họ: “một”")
    frame.evaluate("frame => { frame.scrollLeft = frame.scrollWidth }")
    assert frame.evaluate("frame => frame.scrollLeft") > 200
    around, way = frame.bounding_box(), told.get_by_role("button", name="Giữ của tôi").bounding_box()
    assert around["x"] <= way["x"]
    assert way["x"] + way["width"] <= around["x"] + around["width"]
    assert told.locator("strong").bounding_box()["x"] >= around["x"]


@pytest.fixture
def sent(sheet, cat_hai, period, teams, officer):
    """What two leaders sent."""
    make_links(commune=cat_hai, period=period, by=officer)
    rows = []
    for team, vneid in zip(teams[:2], ("25", "30"), strict=True):
        link = TeamLink.objects.select_related("period__team_form").get(team=team)
        rows.append(send(link=link, raw={"vneid": vneid}, sender="Nguyễn Văn An"))
    sheet.goto(url(period))
    return rows


def test_what_a_leader_sent_stands_below_the_row_and_is_taken_after_own_typing(sheet, sent, teams):
    below = sheet.locator(".row-sent").first
    expect(below).to_contain_text("Nguyễn Văn An gửi")
    expect(below.locator("mark")).to_have_text("25")
    cell(sheet, 1).fill("120")  # its save changes the version that "Nhận" names
    below.get_by_role("button", name="Nhận", exact=True).click()
    expect(sheet.get_by_text("Đã nhận số liệu của 1 tổ: Tổ Thôn Đông.")).to_be_visible()
    expect(row(sheet, 1)).to_contain_text("Đã nhận của Nguyễn Văn An")
    assert stored(teams[0]) == {"households": 120, "vneid": 25}


def test_all_are_taken_with_one_click(sheet, sent, teams):
    sheet.get_by_role("button", name="Nhận tất cả").click()
    expect(sheet.get_by_text("Đã nhận số liệu của 2 tổ")).to_be_visible()
    assert (stored(teams[0]), stored(teams[1])) == ({"vneid": 25}, {"vneid": 30})


def test_one_is_refused_with_a_reason(sheet, sent):
    below = sheet.locator(".row-sent").first
    below.get_by_text("Không nhận").click()
    below.get_by_label("Lý do").fill("Thiếu thôn 2")
    below.get_by_role("button", name="Gửi lại cho tổ").click()
    expect(row(sheet, 1)).to_contain_text("Không nhận của Nguyễn Văn An")
    expect(row(sheet, 1)).to_contain_text("Thiếu thôn 2")
    sent[0].refresh_from_db()
    assert (sent[0].state, sent[0].reason) == ("refused", "Thiếu thôn 2")


@pytest.mark.parametrize(("width", "height"), [(1366, 768), (390, 844)])
def test_pages_fit_the_screen_speak_to_everybody_and_keep_their_content_rules(
    window_of, officer, sent, period, width, height
):
    page = window_of(officer, width, height).new_page()
    wrong = []
    page.on("console", lambda message: wrong.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    for path in ("", "lien-ket/", "lien-ket/in/"):
        page.goto(url(period, path))
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
        assert violations(page) == [], path
    opened(page, period)
    assert cell(page, 1, "vneid").bounding_box()["height"] >= (44 if width < 768 else 38)
    cell(page, 1, "vneid").fill("3")
    says(page, 1, "đã lưu")
    assert wrong == []


@pytest.mark.parametrize(
    "name", ["Tổ công nghệ số cộng đồng thôn Đông", f"Tổ công nghệ số cộng đồng {'thôn Đông ' * 9}"]
)
def test_six_slips_go_on_a_page_however_long_the_names_are(sheet, officer, cat_hai, period, teams, name):
    for number, village in enumerate(make_units(cat_hai, *(f"Xóm {n}" for n in range(11)), by=officer)):
        make_team(cat_hai, f"{name.strip()} {number}", village, by=officer)
    make_links(commune=cat_hai, period=period, by=officer)
    sheet.goto(url(period, "lien-ket/in/"))
    expect(sheet.locator(".slip")).to_have_count(14)
    sheet.emulate_media(media="print")
    cut = "slips => slips.filter(slip => slip.scrollHeight > slip.clientHeight).length"
    sheet.set_viewport_size({"width": 718, "height": 1000})  # 190 mm, what the margins leave of A4
    assert sheet.locator(".slip").evaluate_all(cut) == 0
    pages = PdfReader(io.BytesIO(sheet.pdf(prefer_css_page_size=True))).pages
    assert [page.extract_text().count("Zalo") for page in pages] == [6, 6, 2]


def test_teams_stay_in_sight_and_never_over_the_cell_in_hand(sheet):
    frame = sheet.locator(".figures-scroll")
    frame.evaluate("frame => { frame.style.width = '46rem' }")
    covered = """() => {
        const box = document.activeElement.getBoundingClientRect()
        const over = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2)
        return over !== document.activeElement
    }"""
    cell(sheet, 1).click()
    for key in ["Tab"] * 5 + ["Shift+Tab"] * 5:
        assert not sheet.evaluate(covered), sheet.evaluate("document.activeElement.name")
        sheet.keyboard.press(key)
    frame.evaluate("frame => { frame.scrollLeft = 300 }")
    assert abs(row(sheet, 1).locator(".c-team").bounding_box()["x"] - frame.bounding_box()["x"]) < 3
