"""What hangs on to a file or its name is refused in words or passed over: nothing is fetched, run or used as a path."""

import socket
import zipfile
from io import BytesIO
from pathlib import Path
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl.comments import Comment
from openpyxl.drawing.image import Image

from cdt_portal.jobs.models import Job
from teams.enums import ImportState
from teams.models import Member, RosterImport
from teams.services.imports.marking import marked_file
from tests.conftest import client_of
from tests.teams.imports.conftest import rehearse, row
from tests.teams.imports.test_apply import PEOPLE
from tests.teams.imports.test_views import run_jobs, upload, url
from tests.workbooks.builders import grid, repacked, write

WRONG_PHONE = row("Hồ Sai Số", "Thành viên", "123", team="Thôn 2")


def post_as(client, filename: str, data: bytes, unit: str):
    """The request as a browser or a script sends it: the test client would shorten the name first."""
    boundary = uuid4().hex
    parts = [
        f'--{boundary}\r\nContent-Disposition: form-data; name="unit"\r\n\r\n{unit}\r\n'.encode(),
        f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="{filename}"\r\n\r\n'.encode(),
        data,
        f"\r\n--{boundary}--\r\n".encode(),
    ]
    return client.post(
        reverse("teams:imports"), b"".join(parts), content_type=f"multipart/form-data; boundary={boundary}"
    )


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        pytest.param("danh sách xã Đồng Tiến.xlsx", "danh sách xã Đồng Tiến.xlsx", id="Vietnamese"),
        pytest.param("a%22b'c.xlsx", "a%22b'c.xlsx", id="quotes as browsers send them"),
        pytest.param("a\\\"b'c.xlsx", "a\"b'c.xlsx", id="quotes"),
        pytest.param("<script>alert(1)</script>.xlsx", "script>.xlsx", id="<script>"),
        pytest.param("../../etc/x.xlsx", "x.xlsx", id="../"),
        pytest.param("..\\..\\etc\\x.xlsx", "x.xlsx", id="..\\"),
        pytest.param("d" * 295 + ".xlsx", "d" * 250 + ".xlsx", id="300 characters"),
        pytest.param("ộ" * 295 + ".xlsx", "ộ" * 250 + ".xlsx", id="300 Vietnamese characters"),
    ],
)
def test_any_file_name_is_accepted_to_show_and_never_used_as_a_path(
    sent, shown, villages, cat_hai, officer, workbook, settings
):
    client, data = client_of(officer), workbook(PEOPLE).read_bytes()
    assert post_as(client, sent, data, cat_hai.pk).status_code == 302
    roster_import = RosterImport.objects.get()
    assert roster_import.filename == shown
    kept = Path(roster_import.file.path)
    assert kept.name == f"{roster_import.pk}.xlsx" and kept.is_relative_to(settings.MEDIA_ROOT)
    run_jobs()
    roster_import.refresh_from_db()
    assert (roster_import.state, roster_import.counts["rows"]["new"]) == (ImportState.REHEARSED, 4)
    assert "<script>alert" not in client.get(url("import", roster_import)).text
    assert b"".join(client.get(url("import_original", roster_import))) == data


def test_forty_megabytes_of_photos_are_refused_naming_the_limit(cat_hai, officer):
    file = SimpleUploadedFile("anh.xlsx", b"PK\x03\x04" + bytes(40 << 20))
    response = client_of(officer).post(reverse("teams:imports"), {"unit": cat_hai.pk, "file": file})
    assert "Tệp nặng 40,0 MB, vượt giới hạn 10 MB" in response.text
    assert not RosterImport.objects.exists() and not Job.objects.exists()


def test_what_just_fits_is_taken(cat_hai, officer, tmp_path):
    path = tmp_path / "anh.xlsx"
    path.write_bytes(b"PK\x03\x04" + bytes((10 << 20) - 4))
    assert upload(client_of(officer), path, cat_hai.pk).status_code == 302


def test_an_empty_file_is_refused_with_its_own_words(cat_hai, officer):
    file = SimpleUploadedFile("rong.xlsx", b"")
    response = client_of(officer).post(reverse("teams:imports"), {"unit": cat_hai.pk, "file": file})
    assert "rỗng (0 byte)" in response.text


def test_a_full_disk_is_told_and_nothing_is_stored(villages, cat_hai, officer, workbook, monkeypatch):
    def refuse(*args, **kwargs):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("django.core.files.storage.FileSystemStorage._save", refuse)
    response = upload(client_of(officer), workbook(PEOPLE), cat_hai.pk)
    assert "không còn chỗ lưu tệp" in response.text
    assert not RosterImport.objects.exists() and not Job.objects.exists()


def test_macros_are_neither_run_nor_handed_on(villages, cat_hai, tmp_path):
    plain = write(tmp_path / "plain.xlsx", grid([*PEOPLE, WRONG_PHONE]))
    path = repacked(plain, tmp_path / "a.xlsm", lambda name, data: data, **{"xl/vbaProject.bin": b"macro"})
    waiting = rehearse(path, cat_hai)
    assert (waiting.counts["rows"]["new"], waiting.counts["rows"]["rejected"]) == (4, 1)
    with zipfile.ZipFile(marked_file(waiting)) as marked:
        assert not [name for name in marked.namelist() if "vba" in name.lower()]


@pytest.fixture
def bait():
    """A server that must never hear anything; `touch()` says whether it did."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)

        def touched() -> bool:
            try:
                server.accept()[0].close()
            except BlockingIOError:
                return False
            return True

        yield f"http://127.0.0.1:{server.getsockname()[1]}", touched


def with_links(folder: Path, address: str) -> Path:
    """A roster with a picture, a comment, a link and a formula that all lead to `address`."""

    def decorate(sheet) -> None:
        sheet.add_image(Image(BytesIO(PNG)), "K2")
        sheet["E3"].comment = Comment(f"Xem {address}/comment", "ai đó")
        sheet["H3"].hyperlink = f"{address}/link"
        sheet["K3"] = f"='{address}/[so.xlsx]Trang'!A1"
        sheet["K4"] = f'=WEBSERVICE("{address}/service")'

    plain = write(folder / "plain.xlsx", grid([*PEOPLE, WRONG_PHONE]), decorate)
    space = "http://schemas.openxmlformats.org"
    link = (
        f'<externalLink xmlns="{space}/spreadsheetml/2006/main"><externalBook r:id="rId1" '
        f'xmlns:r="{space}/officeDocument/2006/relationships"><sheetNames><sheetName val="Trang"/></sheetNames>'
        "</externalBook></externalLink>"
    )
    target = (
        f'<Relationships xmlns="{space}/package/2006/relationships"><Relationship Id="rId1" TargetMode="External" '
        f'Type="{space}/officeDocument/2006/relationships/externalLinkPath" Target="{address}/so.xlsx"/>'
        "</Relationships>"
    )
    added = (
        f'<Relationship Id="outside" Type="{space}/officeDocument/2006/relationships/externalLink" '
        'Target="externalLinks/externalLink1.xml"/></Relationships>'
    )
    reference = b'<externalReferences><externalReference xmlns:r="%s" r:id="outside"/></externalReferences><calcPr'

    def refer(name: str, data: bytes) -> bytes:
        if name == "xl/_rels/workbook.xml.rels":
            return data.replace(b"</Relationships>", added.encode())
        if name == "xl/workbook.xml":
            return data.replace(b"<calcPr", reference % f"{space}/officeDocument/2006/relationships".encode())
        return data

    parts = {"xl/externalLinks/externalLink1.xml": link, "xl/externalLinks/_rels/externalLink1.xml.rels": target}
    return repacked(plain, folder / "a.xlsx", refer, **{name: text.encode() for name, text in parts.items()})


# One white point.
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c4944415478da63f8ffff3f0005fe02fe"
    "0def46b80000000049454e44ae426082"
)


def test_links_pictures_and_comments_are_passed_over_and_nothing_is_fetched(villages, cat_hai, tmp_path, bait):
    address, touched = bait
    waiting = rehearse(with_links(tmp_path, address), cat_hai)
    assert (waiting.counts["rows"]["new"], waiting.counts["rows"]["rejected"]) == (4, 1)
    assert marked_file(waiting)
    assert not touched()
    with socket.create_connection(("127.0.0.1", int(address.rpartition(":")[2]))):
        assert touched()


def test_a_formula_in_pasted_text_stays_text(villages, cat_hai, officer):
    pasted = "Tên tổ\tHọ tên\tChức vụ\tGhi chú\nThôn 1\tLê Văn An\tTổ trưởng\t=1+1\n"
    client_of(officer).post(reverse("teams:imports"), {"unit": cat_hai.pk, "pasted": pasted})
    run_jobs()
    client_of(officer).post(url("import_confirm", RosterImport.objects.get()))
    run_jobs()
    assert Member.objects.get().note == "=1+1"
