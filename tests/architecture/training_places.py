"""What training adds to the world of the URL table: to each province a call and a contest that its communes share, to
each commune its replies, a plan of its own, classes to come and one that is over."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.core.files.base import ContentFile
from django.utils import timezone

from cdt_portal.accounts.models import User
from cdt_portal.lib.periods import due_after
from teams.enums import MemberRole
from teams.models import Commune, Member, Province
from teams.services.members import save_member
from tests.training.after.makers import complete
from tests.training.makers import MONDAY, at, make_people
from training.enums import ClassState
from training.models import (
    Certificate,
    Contest,
    Enrolment,
    ExternalTraining,
    Material,
    NeedReply,
    Topic,
    TrainingCall,
    TrainingClass,
    Venue,
)
from training.services import calls, certificates, classes, contests, external, materials, needs, plans, venues
from training.services.certificate_files import store_pdf
from training.services.check_in import token_of

TODAY = timezone.localdate()
DUE = due_after(TODAY + timedelta(days=30))
LET_GO = "10729"  # code of the commune for which planned classes keep a seat
ADDRESS = "http://testserver/tap-huan/tra-cuu/"


@dataclass(frozen=True, slots=True)
class ProvinceTraining:
    """What all communes of a province share: a call that is open, one to which all have answered, one that nobody was
    asked yet; a contest that runs; a topic of its own with a file."""

    topic: Topic
    open: TrainingCall
    answered: TrainingCall
    unopened: TrainingCall
    contest: Contest
    own_topic: Topic
    material: Material


@dataclass(frozen=True, slots=True)
class CommuneTraining:
    """What of training is one commune's: a reply that is still to be written, one that was sent; a call whose plan
    holds a class that was proposed and one that stands, with `place`, the seat of its only learner; a class that is
    over, one that was finished, and one that is held now, with the codes that their people scan. Only its people are in
    these classes, two completed the one that is over: one has a certificate, under a name that was corrected since, one
    waits for it."""

    writing: NeedReply
    sent: NeedReply
    venue: Venue
    planned_call: TrainingCall
    proposed: TrainingClass
    planned: TrainingClass
    place: Enrolment
    finished: TrainingClass
    roomy: TrainingClass
    over: TrainingClass
    certificate: Certificate
    external: ExternalTraining
    external_by_link: ExternalTraining
    token: str
    token_of_over: str
    phone: str
    unknown_code: str = "KHONGCO"
    xlsx: str = "xlsx"
    docx: str = "docx"


def make_province_training(province: Province, topic: Topic, staff: User) -> ProvinceTraining:
    own_topic = Topic.objects.create(province=province, code="rieng", name="Chuyên đề của tỉnh", hours=4)
    file = ContentFile(b"%PDF-1.7", "a.pdf")
    days = {"starts_on": TODAY - timedelta(days=10), "ends_on": TODAY + timedelta(days=10)}
    return ProvinceTraining(
        topic=topic,
        open=open_call(province, "Đợt đang mở", topic, staff),
        answered=open_call(province, "Đợt đã trả lời", topic, staff),
        unopened=make_call(province, "Đợt đang soạn", topic, staff),
        contest=contests.create_contest(province=province, fields={"name": "Công dân số", **days}, by=staff),
        own_topic=own_topic,
        material=materials.add_material(
            topic=own_topic, province=province, title="Bài giảng", url="", file=file, by=staff
        ),
    )


def make_call(province: Province, title: str, topic: Topic, staff: User) -> TrainingCall:
    fields = {"title": title, "topics": [topic], "due_at": DUE}
    return calls.create_call(by=staff, province=province, fields=fields)


def open_call(province: Province, title: str, topic: Topic, staff: User) -> TrainingCall:
    return calls.open_call(call=make_call(province, title, topic, staff), by=staff)


def make_commune_training(commune: Commune, shared: ProvinceTraining, *, officer: User, staff: User) -> CommuneTraining:
    writing, sent = (NeedReply.objects.get(call=call, commune=commune) for call in (shared.open, shared.answered))
    nothing = {"entries": [], "wish": needs.Wish(), "nothing_needed": True}
    sent = needs.save_needs(reply=sent, version=sent.version, by=officer, **nothing)
    hall = Venue(commune=commune, name="Hội trường", capacity=40)
    makers = Makers(shared.topic, venues.save_venue(venue=hall, by=staff), officer, staff)
    learner, seated, first, second, third = make_people(commune, 5, team="Tổ học", role=MemberRole.DEPUTY_LEADER)
    call = open_call(commune.province, f"Đợt của {commune.name}", shared.topic, staff)
    over = makers.class_on(TODAY - timedelta(days=1), first, second)
    courses = [
        makers.course(first, evidence=ContentFile(b"%PDF-1.7", "a.pdf")),
        makers.course(second, url="https://a.vn"),
    ]
    planned = makers.class_on(MONDAY + timedelta(days=1), seated, call=call)
    planned.kept = {LET_GO: 1}
    planned.save(update_fields=["kept"])
    before = makers.class_on(TODAY - timedelta(days=2))
    return CommuneTraining(
        writing=writing,
        sent=needs.submit(reply=sent, by=officer),
        venue=makers.venue,
        planned_call=call,
        proposed=makers.proposal(call, learner),
        planned=planned,
        place=planned.enrolments.get(),
        finished=classes.finish(training_class=before, by=staff),
        roomy=makers.class_on(MONDAY + timedelta(days=2)),
        over=over,
        certificate=makers.certificate(over, first, second),
        external=courses[0],
        external_by_link=courses[1],
        token=token_of(makers.class_now(third).sessions.get()),
        token_of_over=token_of(over.sessions.get()),
        phone=third.phone,
    )


@dataclass(frozen=True, slots=True)
class Makers:
    """Makes what one commune learns, in its own room."""

    topic: Topic
    venue: Venue
    officer: User
    staff: User

    def class_on(self, day: date, *people: Member, call: TrainingCall | None = None) -> TrainingClass:
        about = {"topic": self.topic, "title": f"Lớp ngày {day:%d/%m}", "venue": self.venue, "call": call}
        made = classes.create_class(
            by=self.staff,
            province=self.venue.province,
            fields=about | {"hours": self.topic.hours, "capacity": 40},
            sessions=[(at(day, 7, 30), at(day, 11, 30))],
        )
        for member in people:
            classes.enrol(training_class=made, member=member, by=self.staff)
        return TrainingClass.objects.get(pk=made.pk)

    def class_now(self, *people: Member) -> TrainingClass:
        made = self.class_on(TODAY + timedelta(days=60), *people)
        now = timezone.now()
        made.sessions.update(starts_at=now, ends_at=now + timedelta(hours=4))
        return made

    def proposal(self, call: TrainingCall, learner: Member) -> TrainingClass:
        """What the planner makes of the one need that the call brought."""
        code = self.venue.commune_id
        reply = NeedReply.objects.get(call=call, commune=code)
        wanted = {"entries": [needs.Entry(self.topic.pk, learner.pk)], "wish": needs.Wish(), "nothing_needed": False}
        reply = needs.save_needs(reply=reply, version=reply.version, by=self.officer, **wanted)
        reply = needs.submit(reply=reply, by=self.officer)
        needs.accept(reply=reply, version=reply.version, by=self.staff)
        day = MONDAY.isoformat()
        order = plans.PlanOrder(day, day, weekdays=(0,), parts=("morning",), places={code: code}, least=1)
        plans.propose(call=call, order=order, by=self.staff)
        return call.classes.get(state=ClassState.PROPOSED)

    def certificate(self, over: TrainingClass, first: Member, second: Member) -> Certificate:
        complete(over, [first], self.staff)
        [made] = certificates.issue(training_class=over, address=ADDRESS, by=self.staff)
        complete(over, [second], self.staff)
        renamed = {"full_name": f"{first.full_name} A"}
        save_member(member=first, version=first.version, values=renamed, by=self.officer)
        return store_pdf(made, address=ADDRESS)

    def course(self, member: Member, *, evidence: ContentFile | None = None, url: str = "") -> ExternalTraining:
        about = {"title": "Kỹ năng số", "provider": "onetouch", "topic": None, "finished_on": TODAY, "hours": None}
        fields = about | {"evidence_url": url}
        [made] = external.add_external(members=[member], fields=fields, evidence=evidence, by=self.officer)
        return made
