"""Whether the parts of a form fit together. Sources are judged where they are known: `services/forms.py`."""

from collections.abc import Callable, Iterator

from reporting.definition.shapes import CODE, FORM_WORDS, Check, Definition, Indicator, Kind, Problem, Section
from reporting.definition.templates import codes_in

IN_COLUMNS = (Kind.NUMBER, Kind.TEXT, Kind.DATE)
NOT_IN_SENTENCES = (Kind.TEXT, Kind.FILE, Kind.TABLE)
RESERVED = FORM_WORDS | {"value"}
Tell = Callable[[str], None]


def judge(definition: Definition) -> list[Problem]:
    found: list[Problem] = []

    def at(place: str, name: str) -> Tell:
        return lambda what: found.append(Problem(place, f"{name}: {what}."))

    for template, what in ((definition.subject, "trích yếu"), (definition.opening, "đoạn mở đầu")):
        _template(template, what, definition.by_code, at("", "Mẫu"))
    if not definition.by_code and not any(section.indicators for section in definition.sections):
        at("", "Mẫu")("chưa có chỉ tiêu nào")
    section_codes: set[str] = set()
    codes: set[str] = set()
    for number, section in enumerate(definition.sections):
        place = f"sections.{number}"
        _section(section, section_codes, at(place, f"Mục “{section.heading or number + 1}”"))
        for index, each in enumerate(section.indicators):
            tell = at(f"{place}.indicators.{index}", f"Chỉ tiêu “{each.label or each.code or index + 1}”")
            _code(each, codes, tell)
            _own_parts(each, tell)
            _derived(each, definition.by_code, tell)
            _template(each.line, "câu in ra", definition.by_code, tell, "value", own=each.code)
            _template(each.draft, "câu gợi ý", definition.by_code, tell, own=each.code)
    for index, check in enumerate(definition.checks):
        _check(check, definition.by_code, at(f"checks.{index}", f"Quy tắc kiểm tra {index + 1}"))
    return found


def _section(section: Section, codes: set[str], tell: Tell) -> None:
    if not CODE.fullmatch(section.code):
        tell(f"mã mục “{section.code}” phải là chữ thường không dấu, số và dấu gạch dưới")
    elif section.code in codes:
        tell(f"mã mục “{section.code}” dùng hai lần")
    codes.add(section.code)


def _code(indicator: Indicator, codes: set[str], tell: Tell) -> None:
    code = indicator.code
    if not CODE.fullmatch(code):
        tell(f"mã “{code}” phải là chữ thường không dấu, số và dấu gạch dưới" if code else "chưa có mã")
    elif code in RESERVED:
        tell(f"mã “{code}” đã dành cho câu mẫu, hãy đặt mã khác")
    elif code in codes:
        tell(f"mã “{code}” dùng hai lần")
    codes.add(code)


def _own_parts(indicator: Indicator, tell: Tell) -> None:
    kind, columns = indicator.kind, indicator.columns
    if kind == Kind.CHOICE and len(set(indicator.choices)) < 2:
        tell("cần ít nhất hai lựa chọn")
    if len(set(indicator.choices)) < len(indicator.choices):
        tell("có lựa chọn ghi hai lần")
    if kind == Kind.TABLE and not columns:
        tell("bảng chưa có cột")
    for column in columns:
        if not CODE.fullmatch(column.code) or not column.label:
            tell(f"cột “{column.label or column.code}” cần có tên và mã (chữ thường không dấu, số, gạch dưới)")
        if column.kind not in IN_COLUMNS:
            tell(f"cột “{column.label or column.code}” chỉ có thể là chữ, số hoặc ngày")
    if len({column.code for column in columns}) < len(columns):
        tell("có hai cột cùng mã")
    if indicator.target is not None and not indicator.is_numeric:
        tell("chỉ số và tỷ lệ mới có mục tiêu")
    if indicator.draft and kind != Kind.TEXT:
        tell("chỉ đoạn văn mới có câu gợi ý")


def _derived(indicator: Indicator, by_code: dict[str, Indicator], tell: Tell) -> None:
    """A rate needs both its parts, numbers; a sum is a number, of numbers; neither is typed or taken elsewhere."""
    if bool(indicator.rate_of) != bool(indicator.rate_over):
        tell("tỷ lệ tự tính cần cả tử số và mẫu số")
    if indicator.rate_of and indicator.sum_of:
        tell("không thể vừa là tỷ lệ tự tính vừa là tổng")
    for parts, kind, what in (
        ([indicator.rate_of, indicator.rate_over], Kind.RATE, "tỷ lệ tự tính"),
        (indicator.sum_of, Kind.NUMBER, "tổng"),
    ):
        named = [code for code in parts if code]
        if named and indicator.kind != kind:
            tell(f"{what} phải có kiểu “{'tỷ lệ' if kind == Kind.RATE else 'số'}”")
        for code in named:
            if code not in by_code:
                tell(f"nhắc tới mã “{code}” không có")
            elif by_code[code].kind != Kind.NUMBER:
                tell(f"{what} chỉ tính được từ các số; “{by_code[code].label}” không phải là số")
        if len(set(named)) < len(named):
            tell(f"{what} nhắc tới một mã hai lần")
    if not (indicator.is_derived or indicator.rate_over):
        return
    if indicator.source:
        tell("đã tự tính từ chỉ tiêu khác thì không lấy nguồn số liệu")
    if indicator.required:
        tell("đã tự tính từ chỉ tiêu khác thì không đặt bắt buộc")
    if _leads_to_itself(indicator, by_code):
        tell("tính vòng tròn: chỉ tiêu này được tính từ chính nó")


def _leads_to_itself(indicator: Indicator, by_code: dict[str, Indicator]) -> bool:
    """Only sums are numbers and derived, so only they can lead on."""
    waiting, seen = list(_parts(indicator)), set()
    while waiting:
        code = waiting.pop()
        if code == indicator.code:
            return True
        if code not in seen and code in by_code:
            seen.add(code)
            waiting += _parts(by_code[code])
    return False


def _parts(indicator: Indicator) -> Iterator[str]:
    return filter(None, (indicator.rate_of, indicator.rate_over, *indicator.sum_of))


def _template(
    template: str, what: str, by_code: dict[str, Indicator], tell: Tell, *more: str, own: str | None = None
) -> None:
    try:
        codes = codes_in(template)
    except ValueError as error:
        tell(f"{what}: {error}")
        return
    for code in dict.fromkeys(codes):
        if code in FORM_WORDS or code in more:
            continue
        if code not in by_code:
            tell(f"{what} nhắc tới mã “{code}” không có")
        elif code == own:
            tell(f"{what} nhắc tới chính chỉ tiêu này")
        elif by_code[code].kind in NOT_IN_SENTENCES:
            tell(f"{what} nhắc tới “{by_code[code].label}”, là đoạn văn, tệp hoặc bảng nên không đặt được vào câu")


def _check(check: Check, by_code: dict[str, Indicator], tell: Tell) -> None:
    named = [check.left] + ([check.right] if isinstance(check.right, str) else [])
    for code in named:
        if not code:
            tell("chưa chọn chỉ tiêu")
        elif code not in by_code:
            tell(f"nhắc tới mã “{code}” không có")
        elif not by_code[code].is_numeric:
            tell(f"chỉ so sánh được số và tỷ lệ; “{by_code[code].label}” không phải")
    kinds = {by_code[code].kind for code in named if code in by_code}
    if len(kinds) == 2 and kinds == {Kind.NUMBER, Kind.RATE}:
        tell("không so được số với tỷ lệ")
    if len(set(named)) < len(named):
        tell("so một chỉ tiêu với chính nó")
    if (check.right is None) == (check.jump is None):
        tell("cần đúng một trong hai: vế phải để so sánh, hoặc mức tăng giảm so với kỳ trước")
    if check.jump is not None and check.jump <= 0:
        tell("mức tăng giảm phải lớn hơn 0")
