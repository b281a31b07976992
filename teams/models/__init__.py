from teams.models.access import Assignment
from teams.models.counters import CommuneCounters, CommuneRecord, CounterNote, ProvinceRecord
from teams.models.decisions import Decision
from teams.models.findings import DataFinding, PersonPair, QualityRecord
from teams.models.imports import ImportFinding, RosterImport, StagedRow
from teams.models.letterheads import Letterhead
from teams.models.privacy import ExportTrace, PhoneReveal
from teams.models.teams import FocalOfficer, Member, Team, TeamCoverage, TeamDecision
from teams.models.units import Commune, Province, ResidentialUnit, UnitChange, UnitLineage, UnitPlan

__all__ = [
    "Assignment",
    "Commune",
    "CommuneCounters",
    "CommuneRecord",
    "CounterNote",
    "DataFinding",
    "Decision",
    "ExportTrace",
    "FocalOfficer",
    "ImportFinding",
    "Letterhead",
    "Member",
    "PersonPair",
    "PhoneReveal",
    "Province",
    "ProvinceRecord",
    "QualityRecord",
    "ResidentialUnit",
    "RosterImport",
    "StagedRow",
    "Team",
    "TeamCoverage",
    "TeamDecision",
    "UnitChange",
    "UnitLineage",
    "UnitPlan",
]
