"""A class on paper: the list of its people as a workbook or PDF, and the letter that invites them."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from operator import attrgetter

from cdt_portal.lib.documents.parts import (
    Appendix,
    Block,
    Cell,
    Document,
    Heading,
    Issuer,
    Paragraph,
    Run,
    Signature,
    Table,
)
from cdt_portal.lib.numbers import format_int
from cdt_portal.lib.sheets import CENTER, PHONE, Column, Sheet
from teams.figures import PaperHead

MOST_NAMED = 12  # communes named in "Kính gửi"; more stand in the appendix


@dataclass(frozen=True, slots=True)
class Learner:
    """One person; `phone` is masked already where it has to be. `waits` says their place on the waiting list."""

    full_name: str
    role: str
    team: str
    commune: str
    phone: str
    waits: str = ""


@dataclass(frozen=True, slots=True)
class ClassPaper:
    """A class as papers name it. `sessions` are "7 giờ 30 đến 11 giờ 30 ngày 05/12/2026"; `kept` is commune -> seats
    for people that it has not named yet."""

    title: str
    topic: str
    hours: str
    sessions: tuple[str, ...]
    venue: str
    teacher: str
    learners: tuple[Learner, ...]
    kept: tuple[tuple[str, int], ...] = ()

    @property
    def people(self) -> int:
        return len(self.learners) + sum(seats for _, seats in self.kept)


# The list -------------------------------------------------------------------------------------------------------------


COLUMNS = (
    Column("TT", 6, None, CENTER),
    Column("Họ và tên", 28, attrgetter("full_name")),
    Column("Chức vụ", 16, attrgetter("role")),
    Column("Tổ", 30, attrgetter("team")),
    Column("Phường/xã", 26, attrgetter("commune")),
    Column("Số điện thoại", 18, attrgetter("phone"), PHONE),
    Column("Ghi chú", 26, attrgetter("waits")),
)
HEAD = ("TT", "Họ và tên", "Chức vụ", "Tổ", "Phường/xã")
WEIGHTS = (0.8, 2.8, 1.6, 2.6, 2.4)


def class_sheet(paper: ClassPaper) -> Sheet:
    titles = (f"Danh sách học viên lớp “{paper.title}”", f"{'; '.join(paper.sessions)}. {paper.venue}")
    return Sheet("Danh sách", COLUMNS, titles)


def class_list(paper: ClassPaper) -> Appendix:
    """With phones, as they are shown to whoever takes it."""
    rows = tuple(
        (str(number), each.full_name, each.role, each.team, each.commune, each.phone)
        for number, each in enumerate(paper.learners, start=1)
    )
    head = tuple(Cell(text) for text in (*HEAD, "Số điện thoại"))
    return Appendix(
        label="DANH SÁCH HỌC VIÊN",
        title=paper.title if paper.title.casefold().startswith("lớp ") else f"Lớp {paper.title}",
        reference=f"({'; '.join(paper.sessions)}. {paper.venue})",
        blocks=(Table((head,), rows, _shares((*WEIGHTS, 1.9)), "clllll"),),
    )


def _shares(weights: Sequence[float]) -> tuple[float, ...]:
    return tuple(weight / sum(weights) for weight in weights)


# The letter -----------------------------------------------------------------------------------------------------------


def invitation(head: PaperHead, department: str, papers: Sequence[ClassPaper]) -> Document:
    """To the communes of one class or of several; number and day stay blank: the clerk fills them in. `department` is
    the sender's name as a sentence has it."""
    communes = _communes(papers)
    label = "Phụ lục" if len(papers) == 1 else "Phụ lục II"
    many = f"Ủy ban nhân dân các xã, phường, đặc khu có tên tại {label} kèm theo"
    return Document(
        issuer=Issuer(name=head.name, parent=head.parent),
        symbol=f"GM-{head.symbol}",
        place=head.place,
        title="GIẤY MỜI",
        subject=_subject(papers),
        addressees=tuple(f"Ủy ban nhân dân {_lower(name)}" for name in communes)
        if len(communes) <= MOST_NAMED
        else (many,),
        blocks=tuple(_one(department, papers[0]) if len(papers) == 1 else _many(department, papers)),
        signature=Signature(titles=head.signer_titles, name=head.signer_name),
        recipients=("Như trên", *head.recipients),
        appendices=tuple(_appendices(head.symbol, department, papers)),
    )


def _subject(papers: Sequence[ClassPaper]) -> str:
    if len(papers) == 1:
        return f"Tham dự lớp tập huấn “{papers[0].topic}”"
    return "Tham dự các lớp tập huấn, bồi dưỡng Tổ công nghệ số cộng đồng"


def _communes(papers: Sequence[ClassPaper]) -> list[str]:
    named = (each.commune for paper in papers for each in paper.learners)
    return list(dict.fromkeys([*named, *(name for paper in papers for name, _ in paper.kept)]))


def _one(department: str, paper: ClassPaper) -> Iterator[Block]:
    yield _text(
        f"{department} trân trọng kính mời các ông, bà có tên tại Phụ lục kèm theo tham dự lớp tập huấn, "
        f"cụ thể như sau:"
    )
    facts = (
        ("Nội dung", f"{paper.topic} ({paper.hours} giờ)"),
        ("Thời gian", "; ".join(paper.sessions)),
        ("Địa điểm", paper.venue),
        ("Giảng viên", paper.teacher),
        ("Số lượng", f"{paper.people} người"),
    )
    told = [(name, value) for name, value in facts if value]
    for number, (name, value) in enumerate(told, start=1):
        yield Paragraph((Run(f"{number}. {name}: ", bold=True), Run(f"{value}.")))
    yield from _kept((paper,))
    yield _text(_request())


def _many(department: str, papers: Sequence[ClassPaper]) -> Iterator[Block]:
    people = sum(paper.people for paper in papers)
    yield _text(
        f"{department} tổ chức {len(papers)} lớp tập huấn cho {format_int(people)} thành viên "
        "Tổ công nghệ số cộng đồng. Nội dung, thời gian, địa điểm các lớp tại Phụ lục I; "
        "người tham dự tại Phụ lục II kèm theo."
    )
    yield _text(f"{department} trân trọng kính mời các ông, bà có tên tham dự đúng thành phần, thời gian.")
    yield from _kept(papers)
    yield _text(_request())


def _kept(papers: Sequence[ClassPaper]) -> Iterator[Block]:
    seats: Counter[str] = Counter()
    for paper in papers:
        seats.update(dict(paper.kept))
    if seats:
        named = ", ".join(f"{_lower(name)} {people} người" for name, people in seats.items())
        yield _text(f"Các đơn vị đã đăng ký theo số lượng cử người tham dự và gửi danh sách: {named}.")


def _request() -> str:
    return (
        "Đề nghị Ủy ban nhân dân các đơn vị thông báo và tạo điều kiện để người có tên tham dự đầy đủ, đúng giờ. "
        "Trường hợp không tham dự được, đề nghị cử người khác cùng tổ và cập nhật danh sách trước khi khai giảng"
    )


def _appendices(symbol: str, department: str, papers: Sequence[ClassPaper]) -> Iterator[Appendix]:
    reference = f"(Kèm theo Giấy mời số …/GM-{symbol} ngày … tháng … năm … của {department})"
    if len(papers) == 1:
        yield Appendix("Phụ lục", "Danh sách tham dự lớp tập huấn", reference, (_people(papers[0]),))
        return
    yield Appendix("Phụ lục I", "Lịch các lớp tập huấn", reference, (_schedule(papers),))
    blocks = [
        block
        for number, paper in enumerate(papers, start=1)
        for block in (Heading(2, f"{number}. {paper.title}"), _people(paper))
    ]
    yield Appendix("Phụ lục II", "Danh sách tham dự các lớp tập huấn", reference, tuple(blocks))


def _schedule(papers: Sequence[ClassPaper]) -> Table:
    head = tuple(Cell(text) for text in ("TT", "Lớp", "Thời gian", "Địa điểm", "Số người"))
    rows = tuple(
        (str(number), paper.title, "\n".join(paper.sessions), paper.venue, str(paper.people))
        for number, paper in enumerate(papers, start=1)
    )
    return Table((head,), rows, _shares((0.8, 3, 2.6, 2.8, 1)), "clllr")


def _people(paper: ClassPaper) -> Table:
    """By commune; phones stay out of a letter that many read."""
    rows = tuple(
        (str(number), each.full_name, each.role, each.team, each.commune)
        for number, each in enumerate(paper.learners, start=1)
    )
    return Table((tuple(Cell(text) for text in HEAD),), rows, _shares(WEIGHTS), "cllll")


def _text(text: str) -> Paragraph:
    return Paragraph((Run(text),))


def _lower(name: str) -> str:
    return name[:1].lower() + name[1:]
