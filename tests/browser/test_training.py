"""A whole training: 20 communes name 300 people, who are planned into classes; one class is run to its certificates,
and what came of it stands in a commune's report. The portal's clock stands on the day of each act."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from cdt_portal.lib.clock import at
from cdt_portal.lib.periods import due_after
from reporting.models import FormVersion
from reporting.services import forms
from reporting.services.campaigns import create_campaign, open_campaign
from teams.enums import MemberRole
from teams.models import Commune, Member
from teams.services.members import save_member
from tests.browser import training_steps as steps
from tests.browser.desk import PHONE, WIDE, Desk
from tests.reporting.campaigns.makers import ad_hoc, make_letter
from tests.reporting.province.makers import make_communes, officer_of
from tests.teams.makers import JULY, make_member, make_team, make_units
from training.models import Enrolment, NeedReply, Topic, TrainingCall, TrainingClass, Venue
from training.services import needs, topics
from training.services.needs import Entry, Wish
from training.services.venues import save_venue

pytestmark = pytest.mark.browser

OPENED, ANSWERED, REMINDED = date(2026, 3, 2), date(2026, 3, 4), date(2026, 3, 12)
CLOSED, INVITED = date(2026, 3, 17), date(2026, 3, 20)
FIRST_DAY = date(2026, 4, 1)  # on which people wish to learn
NAMES = (
    *("An", "Bình", "Cường", "Dũng", "Giang", "Hà", "Hải", "Hùng", "Khánh", "Lan"),
    *("Liên", "Mai", "Minh", "Nam", "Nga", "Phúc", "Quân", "Sơn", "Tâm", "Yên"),
)
FAMILIES = (
    *("Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Vũ", "Đặng", "Bùi"),
    *("Đỗ", "Ngô", "Dương", "Lý", "Phan", "Võ", "Mai"),
)


@pytest.fixture
def desk(window_of, settings, tmp_path) -> Desk:
    settings.MEDIA_ROOT = tmp_path / "media"
    return Desk(window_of, tmp_path, WIDE, PHONE)


@pytest.fixture
def communes(live_server, hai_phong) -> list[Commune]:
    """Twenty, each with five teams of a leader, a deputy and a member."""
    communes = make_communes(hai_phong, *(f"Xã {name}" for name in NAMES))
    for commune in communes:
        officer = officer_of(commune)
        for number, village in enumerate(
            make_units(commune, *(f"Thôn {number}" for number in range(1, 6)), by=officer, since=JULY)
        ):
            team = make_team(commune, village.name, village, by=officer, founded_on=JULY)
            for place, role in enumerate((MemberRole.LEADER, MemberRole.DEPUTY_LEADER, MemberRole.MEMBER)):
                serial = number * 3 + place
                name = f"{FAMILIES[serial]} {commune.name[3:]} {NAMES[serial]}"
                make_member(team, name, role, joined_on=JULY, phone=f"09{commune.pk}{serial:03}")
    return communes


@pytest.fixture
def halls(communes, staff) -> list[Venue]:
    """In three of the communes, of 40 seats each."""
    topics.load_shipped()
    return [
        save_venue(venue=Venue(commune=commune, name="Hội trường UBND xã", capacity=40), by=staff)
        for commune in (communes[3], communes[10], communes[16])
    ]


def test_a_training_from_its_call_to_the_report(desk, communes, halls, hai_phong, staff, tmp_path):
    here = communes[0]
    with at(OPENED, 9):
        call = steps.open_call(desk, staff, "trước ngày 17/3/2026")
    with at(ANSWERED, 9):
        for commune, size in zip(communes, (WIDE, PHONE), strict=False):
            steps.answer(desk.only(size), commune, FIRST_DAY, f"Hội trường UBND xã, {communes[3].name}")
        for commune in communes[2:-2]:
            answer(call, commune)
    with at(REMINDED, 9):
        steps.remind(desk, call, staff, communes[-2:])
        for commune in communes[-2:]:
            answer(call, commune)
        steps.read_reply(desk, call.replies.get(commune=here), staff)
    with at(CLOSED, 9):
        steps.close_call(desk, call, staff)
        steps.plan(desk, call, staff)
        leaders = Topic.objects.get(name=steps.TOPICS[MemberRole.LEADER])
        assert Enrolment.objects.count() == 300
        first, second, *_ = call.classes.filter(topic=leaders).order_by("starts_at")
        steps.move(desk, people_of(second)[0], first, staff)
        steps.accept(desk, call, staff, call.classes.count())
    with at(INVITED, 9):
        held = Enrolment.objects.filter(commune=here, training_class__topic=leaders).earliest("pk").training_class
        steps.invite(desk, held, staff, tmp_path)
        gone = held.enrolments.filter(commune=here).latest("pk")
        steps.replace(desk, gone, gone.member.team.members.get(role=MemberRole.DEPUTY_LEADER))
    hold(desk, held, here, staff, tmp_path)
    learner = certify(desk, held, here, staff, tmp_path)
    day = timezone.localdate(held.starts_at)
    with at(day + timedelta(days=5), 9):
        steps.look_back(desk, learner, staff)
        steps.hold_contest(desk, here, staff, (FIRST_DAY, day + timedelta(days=60)), "1.440")
        ask_report(hai_phong, staff, day)
        steps.read_report(desk, here, classes=1, people=4)
    assert desk.wrong == []


def answer(call: TrainingCall, commune: Commune) -> None:
    """Everybody of its roster, for one topic each."""
    officer, reply = officer_of(commune), NeedReply.objects.get(call=call, commune=commune)
    asked = {topic.name: topic.pk for topic in call.topics.all()}
    wish = Wish(from_day=FIRST_DAY)
    entries = [
        Entry(asked[steps.TOPICS[member.role]], member.pk, wish=wish)
        for member in Member.objects.filter(commune=commune)
    ]
    saved = needs.save_needs(
        reply=reply, version=reply.version, entries=entries, wish=wish, nothing_needed=False, by=officer
    )
    needs.submit(reply=saved, by=officer)


def people_of(row: TrainingClass) -> list[Enrolment]:
    return list(row.enrolments.filter(state="seated").select_related("member__team", "commune").order_by("pk"))


def hold(desk: Desk, held: TrainingClass, here: Commune, staff, folder) -> None:
    """One marks themselves by the code, one of `here` does not come."""
    day = timezone.localdate(held.starts_at)
    mine = [each for each in people_of(held) if each.commune == here]
    with at(day, timezone.localtime(held.starts_at).hour):
        steps.check_in(desk.only(PHONE), held, mine[0])
    with at(day, 18):
        steps.mark(desk, held, mine[1], staff, folder)
        steps.finish(desk, held, staff)


def certify(desk: Desk, held: TrainingClass, here: Commune, staff, folder) -> Member:
    """Certificates; whose name was misspelt gets another. Gives that person."""
    with at(timezone.localdate(held.starts_at) + timedelta(days=1), 9):
        steps.issue(desk, held, staff, len(people_of(held)) - 1, folder)
        member = next(each.member for each in people_of(held) if each.commune == here)
        old = member.enrolments.get(training_class=held).certificates.get()
        steps.look_up(desk, old, is_valid=True)
        name = f"{member.full_name} Anh"
        saved = save_member(member=member, version=member.version, values={"full_name": name}, by=officer_of(here))
        steps.reissue(desk, held, staff, name)
        steps.look_up(desk, old, is_valid=False)
        return saved


def ask_report(province, staff, day: date) -> None:
    forms.load_shipped()
    form = FormVersion.objects.get(form__slug="ket-qua-to-cong-nghe-so")
    fields = ad_hoc(make_letter(province), form, starts_on=OPENED, ends_on=day + timedelta(days=5))
    fields |= {"cumulative_from": OPENED}
    fields |= {"commune_due_at": due_after(day + timedelta(days=20))}
    fields |= {"department_due_at": due_after(day + timedelta(days=30))}
    open_campaign(campaign=create_campaign(by=staff, province=province, fields=fields), by=staff)
