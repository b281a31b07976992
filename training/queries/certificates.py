"""Certificates: who has one, whose name was corrected since, what the public page says of a code."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import QuerySet

from cdt_portal.lib.row_security import EVERYTHING, seeing
from teams.access import Scope
from teams.models import Commune, Member
from training.enums import HOLDS_A_SEAT, Outcome
from training.models import Certificate, Enrolment, TrainingClass


@dataclass(frozen=True, slots=True)
class CertificateLine:
    """One person who completed a class: the certificate that counts, and what the register calls them now."""

    enrolment: Enrolment
    certificate: Certificate | None
    name: str

    @property
    def is_renamed(self) -> bool:
        return self.certificate is not None and self.certificate.full_name != self.name


def completed(training_class: TrainingClass) -> QuerySet[Enrolment]:
    """Those who completed the class, by commune and name."""
    rows = Enrolment.objects.filter(
        training_class=training_class, state__in=HOLDS_A_SEAT, result__outcome=Outcome.COMPLETED
    )
    return rows.select_related("member", "commune").order_by("commune__sort_key", "member__sort_key", "pk")


def certificate_lines(enrolments: Iterable[Enrolment]) -> list[CertificateLine]:
    """The same people with their certificates; three queries for any number of them."""
    enrolments = list(enrolments)
    valid = {row.enrolment_id: row for row in Certificate.objects.filter(voided_on=None, enrolment__in=enrolments)}
    names = names_of(each.member for each in enrolments)
    return [CertificateLine(each, valid.get(each.pk), names[each.member_id]) for each in enrolments]


def names_of(members: Iterable[Member]) -> dict[int, str]:
    """Member id -> their name now. Who left a team may go on in another row, where a correction is made: the newest
    row of the person says it then."""
    members = list(members)
    gone = {member.person for member in members if member.left_on}
    newest = dict(Member.objects.filter(person__in=gone).order_by("pk").values_list("person", "full_name"))
    return {member.pk: newest[member.person] if member.left_on else member.full_name for member in members}


def valid_certificates(scope: Scope, *, commune: Commune | None = None) -> QuerySet[Certificate]:
    """Those in scope that count; of one commune by class, newest first, and name."""
    rows = scope.narrow(Certificate.objects.filter(voided_on=None)).select_related(
        "commune", "enrolment__member", "enrolment__training_class__province"
    )
    if commune:
        rows = rows.filter(commune=commune)
    return rows.order_by(
        "-enrolment__training_class__starts_at", "commune__sort_key", "enrolment__member__sort_key", "pk"
    )


def voided(training_class: TrainingClass, scope: Scope) -> QuerySet[Certificate]:
    """Those of the class that count no longer, the newest first; `successor` is there where one took its place."""
    rows = scope.narrow(Certificate.objects.filter(enrolment__training_class=training_class, voided_on__isnull=False))
    return rows.select_related("successor", "commune").order_by("-voided_on", "-pk")


def by_code(code: str) -> Certificate | None:
    with seeing(EVERYTHING):  # anybody who holds the paper may ask
        return Certificate.objects.select_related("successor").filter(code=code).first()
