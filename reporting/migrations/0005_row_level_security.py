"""Web requests see and write rows of their own units alone; what a province shares, its communes see too."""

from django.db import migrations

from cdt_portal.lib.row_security import OF_PROVINCE, OF_PROVINCE_OR_NATION, OF_UNIT, guard, of_parent

OF_UNITS = [
    "reporting_report",
    "reporting_reportevent",
    "reporting_reportanswer",
    "reporting_reportanswerevent",
    "reporting_attachment",
    "reporting_reportsnapshot",
    "reporting_reportstep",
    "reporting_communestanding",
    "reporting_teamfigures",
    "reporting_teamfiguresevent",
    "reporting_teamlink",
    "reporting_teamlinkevent",
    "reporting_teamsubmission",
]
OF_PROVINCES = [
    "reporting_reportingpolicy",
    "reporting_reportingpolicyevent",
    "reporting_reportperiod",
    "reporting_reportperiodevent",
    "reporting_directiveletter",
    "reporting_directiveletterevent",
    "reporting_campaign",
    "reporting_campaignevent",
    "reporting_addresseegroup",
    "reporting_addresseegroupevent",
    "reporting_bodyaddressee",
    "reporting_bodyaddresseeevent",
    "reporting_bundle",
    "reporting_provincereport",
    "reporting_provincereportevent",
    "reporting_readycomment",
    "reporting_provincetargets",
    "reporting_provincetargetsevent",
]
OF_ALL = ["reporting_reportform", "reporting_reportformevent", "reporting_holiday", "reporting_holidayevent"]
PARTS = {
    "reporting_formversion": ("reporting_reportform", "form_id"),
    "reporting_formversionevent": ("reporting_reportform", "form_id"),
    "reporting_provincefile": ("reporting_provincereport", "report_id"),
}


class Migration(migrations.Migration):
    dependencies = [("reporting", "0004_targets"), ("teams", "0009_row_level_security")]

    operations = [
        migrations.RunSQL(*guard(OF_UNIT, *OF_UNITS)),
        migrations.RunSQL(*guard(OF_PROVINCE, *OF_PROVINCES)),
        migrations.RunSQL(*guard(OF_PROVINCE_OR_NATION, *OF_ALL)),
        *(
            migrations.RunSQL(*guard(of_parent(table, parent, column), table))
            for table, (parent, column) in PARTS.items()
        ),
    ]
