from reporting.models.bundles import Bundle
from reporting.models.campaigns import AddresseeGroup, BodyAddressee, Campaign, DirectiveLetter
from reporting.models.forms import FormVersion, ReportForm
from reporting.models.periods import Holiday, ReportingPolicy, ReportPeriod
from reporting.models.province import ProvinceFile, ProvinceReport
from reporting.models.reports import Attachment, ReadyComment, Report, ReportAnswer, ReportSnapshot, ReportStep
from reporting.models.standing import CommuneStanding
from reporting.models.targets import ProvinceTargets
from reporting.models.team_figures import TeamFigures, TeamLink, TeamSubmission

__all__ = [
    "AddresseeGroup",
    "Attachment",
    "BodyAddressee",
    "Bundle",
    "Campaign",
    "CommuneStanding",
    "DirectiveLetter",
    "FormVersion",
    "Holiday",
    "ProvinceFile",
    "ProvinceReport",
    "ProvinceTargets",
    "ReadyComment",
    "Report",
    "ReportAnswer",
    "ReportForm",
    "ReportPeriod",
    "ReportSnapshot",
    "ReportStep",
    "ReportingPolicy",
    "TeamFigures",
    "TeamLink",
    "TeamSubmission",
]
