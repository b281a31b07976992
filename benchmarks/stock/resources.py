"""The stock way: django-import-export as set up in a day, and with every documented setting that makes it faster."""

import re
from datetime import date

from import_export.fields import Field
from import_export.instance_loaders import BaseInstanceLoader
from import_export.resources import ModelResource
from import_export.widgets import ForeignKeyWidget, Widget

from stock.models import Commune, Decision, Member, Team, Village

COMMUNE, TEAM, DECISION, NAME = "Tên Phường/xã", "Tên Tổ", "Số Quyết định", "Họ tên thành viên"
ROLE, PHONE, NOTE = "Chức vụ trong tổ", "Số điện thoại liên hệ", "Ghi chú"
DECISION_TEXT = re.compile(r"(\S+) ngày (\d+)/(\d+)/(\d+)")


def read_decision(text: str) -> dict:
    found = DECISION_TEXT.fullmatch(text)
    if found is None:
        return {"number": text, "issued_on": None}
    number, day, month, year = found.groups()
    return {"number": number, "issued_on": date(int(year), int(month), int(day))}


class RoleWidget(Widget):
    def clean(self, value, row=None, **kwargs):
        return {label: role for role, label in Member.Role.choices}[value]

    def render(self, value, obj=None, **kwargs):
        return Member.Role(value).label


class MemberResource(ModelResource):
    """The default settings; the parents of a row are found or made when the row comes."""

    commune = Field("team__village__commune__name", COMMUNE, readonly=True)
    team = Field("team", TEAM, ForeignKeyWidget(Team))
    decision = Field("team__decision", DECISION, readonly=True)
    full_name = Field("full_name", NAME)
    role = Field("role", ROLE, RoleWidget())
    phone = Field("phone", PHONE)
    note = Field("note", NOTE)

    class Meta:
        model = Member
        fields = ["commune", "team", "decision", "full_name", "role", "phone", "note"]
        import_id_fields = ["team", "full_name", "phone"]

    def before_import_row(self, row, **kwargs):
        for column in (DECISION, PHONE, NOTE):
            row[column] = row[column] or ""
        row[TEAM] = self.team_of(row).pk

    def team_of(self, row) -> Team:
        commune = Commune.objects.get(name=row[COMMUNE])
        decision = None
        if row[DECISION]:
            decision, _ = Decision.objects.get_or_create(commune=commune, **read_decision(row[DECISION]))
        village, _ = Village.objects.get_or_create(commune=commune, name=row[TEAM])
        team, _ = Team.objects.get_or_create(village=village, name=row[TEAM], defaults={"decision": decision})
        return team

    def get_export_queryset(self):
        return Member.objects.select_related("team__village__commune", "team__decision").order_by("team", "pk")

    def dehydrate_team(self, member):
        return member.team.name


class UnchangedSkipped(MemberResource):
    class Meta(MemberResource.Meta):
        skip_unchanged = True
        report_skipped = False


class PreparedLoader(BaseInstanceLoader):
    """What CachedInstanceLoader does, for three identifying fields: the stored members in one query."""

    def __init__(self, resource, dataset=None):
        super().__init__(resource, dataset)
        rows = resource.get_export_queryset()  # with what the comparison of a row looks at
        self.members = {(member.team_id, member.full_name, member.phone): member for member in rows}

    def get_instance(self, row):
        return self.members.get((row[TEAM], row[NAME], row[PHONE]))


class PreparedTeam(ForeignKeyWidget):
    """What CachedForeignKeyWidget does, filled by the resource."""

    def clean(self, value, row=None, **kwargs):
        return self.teams[value]


class BestMemberResource(MemberResource):
    team = Field("team", TEAM, PreparedTeam(Team))

    class Meta(MemberResource.Meta):
        use_bulk = True
        batch_size = 1000
        use_transactions = True
        skip_diff = True
        skip_html_diff = True
        instance_loader_class = PreparedLoader

    def get_bulk_update_fields(self):  # by default also the read-only columns, which bulk_update() refuses
        return ["role", "note"]

    def before_import(self, dataset, **kwargs):
        self.communes = {commune.name: commune for commune in Commune.objects.all()}
        self.decisions = {(one.commune_id, one.number, one.issued_on): one for one in Decision.objects.all()}
        self.villages = {(village.commune_id, village.name): village for village in Village.objects.all()}
        self.teams = {(team.village_id, team.name): team for team in Team.objects.all()}
        self.fields["team"].widget.teams = {team.pk: team for team in self.teams.values()}

    def team_of(self, row) -> Team:
        commune = self.communes[row[COMMUNE]]
        decision = self.decision_of(commune, row[DECISION]) if row[DECISION] else None
        village = self.villages.get((commune.pk, row[TEAM]))
        if village is None:
            village = Village.objects.create(commune=commune, name=row[TEAM])
            self.villages[commune.pk, village.name] = village
        team = self.teams.get((village.pk, row[TEAM]))
        if team is None:
            team = Team.objects.create(village=village, name=row[TEAM], decision=decision)
            self.teams[village.pk, team.name] = self.fields["team"].widget.teams[team.pk] = team
        return team

    def decision_of(self, commune: Commune, text: str) -> Decision:
        wanted = read_decision(text)
        key = (commune.pk, wanted["number"], wanted["issued_on"])
        if key not in self.decisions:
            self.decisions[key] = Decision.objects.create(commune=commune, **wanted)
        return self.decisions[key]


class BestUnchangedSkipped(BestMemberResource):
    class Meta(BestMemberResource.Meta):
        skip_unchanged = True
        report_skipped = False
        skip_diff = False  # with it nothing would be skipped: there is no original to compare with
