"""Certificates: issued to all who completed a class, issued anew when a name was corrected, taken back."""

from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.db.models import F
from django.urls import reverse
from django.utils import timezone

from cdt_portal.accounts.models import User
from cdt_portal.notices.services import notify
from teams.access import Can
from teams.queries.people import people_of_communes
from teams.services.actions import action
from training.enums import ClassState, FileShape, Outcome
from training.keys import make_code
from training.models import Certificate, Enrolment, Result, TrainingClass
from training.queries.certificates import CertificateLine, certificate_lines, completed
from training.services.certificate_files import ask_class_files
from training.services.seats import hold


@action
def issue(*, training_class: TrainingClass, address: str, by: User) -> list[Certificate]:
    """A certificate for each who completed the class and has none; gives the new ones, none when called again. A job
    draws them, with `address` as in `certificate_files.store_pdf`.

    Raises ValidationError before the class is over.
    """
    held = hold(training_class)
    if refusal := why_not_yet(held):
        raise ValidationError(refusal)
    lines = certificate_lines(completed(held))
    return _create(held, [line for line in lines if line.certificate is None], address, by)


@action
def reissue(*, training_class: TrainingClass, address: str, by: User) -> list[Certificate]:
    """A new certificate for each whose name was corrected since; the old one loses its worth today. Gives the new."""
    held = hold(training_class)
    renamed = [line for line in certificate_lines(completed(held)) if line.is_renamed]
    _void(line.certificate for line in renamed)
    return _create(held, renamed, address, by)


@action
def revoke(*, certificate: Certificate, by: User) -> None:
    """It was issued by mistake: worth nothing from today, and its holder has not completed the class.

    Raises ValidationError when it is not worth anything already.
    """
    hold(certificate.enrolment.training_class)
    certificate.refresh_from_db(fields=["voided_on"])
    if certificate.voided_on:
        raise ValidationError("Giấy này đã hết giá trị.")
    _void([certificate])
    result = Result.objects.filter(enrolment=certificate.enrolment_id)
    result.update(outcome=Outcome.NOT_COMPLETED, version=F("version") + 1)


def why_not_yet(training_class: TrainingClass) -> str:
    """The sentence for who comes too early, or ""."""
    if training_class.state == ClassState.CANCELLED:
        return "Lớp đã hủy, không cấp giấy chứng nhận."
    return "Lớp chưa kết thúc, chưa cấp giấy chứng nhận được." if timezone.now() < training_class.ends_at else ""


def _void(certificates: Iterable[Certificate]) -> None:
    Certificate.objects.filter(pk__in=[each.pk for each in certificates]).update(voided_on=timezone.localdate())


def _create(training_class: TrainingClass, lines: list[CertificateLine], address: str, by: User) -> list[Certificate]:
    made = Certificate.objects.bulk_create(
        Certificate(
            enrolment=line.enrolment,
            province_id=line.enrolment.province_id,
            commune_id=line.enrolment.commune_id,
            code=make_code(),
            full_name=line.name,
            title=training_class.title,
            hours=training_class.hours,
            issued_on=timezone.localdate(),
            made_by=by,
            replaces=line.certificate,
        )
        for line in lines
    )
    if made:
        ask_class_files(training_class=training_class, shape=FileShape.PDF, address=address, by=by)
        _tell(training_class, [line.enrolment for line in lines], by)
    return made


def _tell(training_class: TrainingClass, enrolments: list[Enrolment], by: User) -> None:
    """The officers of the communes whose people got one."""
    told = people_of_communes(Can.REGISTER_NEEDS, {each.commune_id for each in enrolments})
    users = User.objects.filter(pk__in={pk for ids in told.values() for pk in ids} - {by.pk})
    text = f"Sở đã cấp giấy chứng nhận “{training_class.title}” cho học viên của xã."
    notify(users=users, text=text, url=reverse("training:certificates", args=[training_class.pk]))
