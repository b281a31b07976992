"""Certificates as files: each drawn once, many together to be printed, or in a ZIP with a folder for each commune."""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

from django.core.files.base import ContentFile
from django.db.models import QuerySet
from django.utils import timezone

from cdt_portal.accounts.models import User
from cdt_portal.jobs.models import Job
from cdt_portal.jobs.services import enqueue
from cdt_portal.lib.sheets import write_zip
from teams.access import Scope
from teams.models import Commune
from teams.queries.letterheads import PaperHead, letterhead_of
from training.enums import FileShape
from training.keys import spell_code
from training.layouts.certificates import certificate_paper
from training.models import Certificate, TrainingClass
from training.queries.certificates import valid_certificates

KIND = "training.certificates"
NOT_IN_A_FILE_NAME = re.compile(r'[\x00-\x1f\\/:*?"<>|]+')


def store_pdf(certificate: Certificate, *, address: str) -> Certificate:
    """The certificate with its PDF, drawn unless it has one; in the caller's transaction, which then holds the row.

    `address` is the absolute one of the page for a code, ending before the code. From then on the file is what was
    issued: a letterhead or a class that changes later changes nothing in it.
    """
    rows = Certificate.objects.select_related("enrolment__training_class__province").select_for_update(of=["self"])
    current = rows.get(pk=certificate.pk)
    if not current.pdf:
        head = letterhead_of(current.enrolment.training_class.province)
        field = Certificate._meta.get_field("pdf")
        name = field.generate_filename(current, f"{current.pk}.pdf")
        field.storage.delete(name)  # of a run that was rolled back: nobody else has this name
        current.pdf = field.storage.save(name, ContentFile(draw(current, head, address)))
        current.save(update_fields=["pdf"])
    return current


def draw(certificate: Certificate, head: PaperHead, address: str) -> bytes:
    from cdt_portal.lib.documents.pdf import render_certificate

    training_class = certificate.enrolment.training_class
    days = timezone.localdate(training_class.starts_at), timezone.localdate(training_class.ends_at)
    paper = certificate_paper(
        head=head,
        full_name=certificate.full_name,
        title=certificate.title,
        hours=certificate.hours,
        days=days,
        issued_on=certificate.issued_on,
        code=spell_code(certificate.code),
        address=f"{address}{certificate.code}/",
    )
    return render_certificate(paper)


def ask_class_files(*, training_class: TrainingClass, shape: FileShape, address: str, by: User) -> Job:
    """A job for the class's certificates, those of all communes; `address` as in `store_pdf`."""
    return _ask(
        Certificate.objects.filter(enrolment__training_class=training_class, voided_on=None),
        shape,
        args={"class": training_class.pk, "commune": "", "address": address},
        title=f"Giấy chứng nhận: {training_class.title}",
        province=training_class.province_id,
        by=by,
    )


def ask_commune_files(*, commune: Commune, shape: FileShape, address: str, by: User) -> Job:
    """A job for all certificates of a commune's people."""
    return _ask(
        Certificate.objects.filter(commune=commune, voided_on=None),
        shape,
        args={"class": None, "commune": commune.pk, "address": address},
        title=f"Giấy chứng nhận: {commune.name}",
        province=commune.province_id,
        by=by,
    )


def _ask(rows: QuerySet[Certificate], shape: FileShape, *, args: dict, title: str, province: str, by: User) -> Job:
    # Which certificates there are is part of the key: a job that runs already may have missed the newest.
    newest = rows.order_by("-pk").values_list("pk", flat=True).first()
    return enqueue(
        kind=KIND,
        title=title,
        args=args | {"shape": shape},
        by=by,
        province=province,
        commune=args["commune"],
        key=f"{KIND}:{args['class'] or ''}:{args['commune']}:{shape}:{newest}:{rows.count()}",
    )


def ordered(args: dict, scope: Scope) -> list[Certificate]:
    """The certificates that a job is about, as far as its asker may see them now."""
    rows = valid_certificates(scope)
    if args["class"]:
        rows = rows.filter(enrolment__training_class=args["class"])
    return list(rows.filter(commune=args["commune"]) if args["commune"] else rows)


def write_files(certificates: list[Certificate], args: dict, target: Path, progress: Callable[..., None]) -> None:
    """Draw what is not drawn yet, then write the PDF or the ZIP to `target`."""
    # In one order for all jobs: each holds the rows that it draws until its end.
    for done, each in enumerate(sorted(certificates, key=lambda row: row.pk)):
        progress(done, len(certificates), "Đang tạo giấy chứng nhận")
        each.pdf = store_pdf(each, address=args["address"]).pdf
    if args["shape"] == FileShape.PDF:
        from cdt_portal.lib.documents.pdf import merge

        merge(((each.full_name, _bytes(each)) for each in certificates), target)
        return
    with target.open("wb") as file:
        write_zip(file, ((name, _writer(each)) for name, each in _named(certificates, by_class=not args["class"])))


def _named(certificates: list[Certificate], *, by_class: bool) -> Iterator[tuple[str, Certificate]]:
    """Paths inside the ZIP: of a class a folder for each commune, of a commune a folder for each class."""
    numbers = Counter[str]()
    for each in certificates:
        training_class = each.enrolment.training_class
        day = timezone.localdate(training_class.starts_at)
        folder = file_part(f"{day} {each.title}" if by_class else each.commune.name)
        numbers[folder] += 1
        yield f"{folder}/{numbers[folder]:03} {file_part(each.full_name)}.pdf", each


def file_part(text: str) -> str:
    return NOT_IN_A_FILE_NAME.sub("-", text).strip(" .")[:120]


def _bytes(certificate: Certificate) -> bytes:
    with certificate.pdf.open() as file:
        return file.read()


def _writer(certificate: Certificate) -> Callable:
    return lambda part: part.write(_bytes(certificate))


def files_name(certificates: list[Certificate], args: dict) -> str:
    """Such as "Giấy chứng nhận – Lớp An toàn thông tin.zip"."""
    whose = certificates[0].title if args["class"] else certificates[0].commune.name
    return f"Giấy chứng nhận – {file_part(whose)}.{args['shape']}"
