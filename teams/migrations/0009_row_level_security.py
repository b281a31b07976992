"""Web requests see and write rows of their own units alone. Provinces and communes are a public list; notes for the
counters name communes and nothing else; who looked at a phone or took a file out is written, not shown."""

from django.db import migrations

from cdt_portal.lib.row_security import OF_PROVINCE, OF_UNIT, OF_UNIT_FOR_VIEWS, WEB_ROLE, guard, of_parent

OF_UNITS = [
    "teams_residentialunit",
    "teams_residentialunitevent",
    "teams_unitplan",
    "teams_unitplanevent",
    "teams_assignmentevent",
    "teams_communecounters",
    "teams_communerecord",
    "teams_decision",
    "teams_decisionevent",
    "teams_team",
    "teams_teamevent",
    "teams_teamdecision",
    "teams_teamdecisionevent",
    "teams_teamcoverage",
    "teams_teamcoverageevent",
    "teams_member",
    "teams_memberevent",
    "teams_focalofficer",
    "teams_focalofficerevent",
    "teams_datafinding",
    "teams_datafindingevent",
    "teams_qualityrecord",
    "teams_personpair",
    "teams_personpairevent",
    "teams_rosterimport",
    "teams_letterhead",
    "teams_letterheadevent",
]
OF_PROVINCES = ["teams_unitchange", "teams_unitchangeevent", "teams_provincerecord"]
PARTS = {
    "teams_unitlineage": ("teams_unitchange", "change_id"),
    "teams_unitlineageevent": ("teams_unitchange", "change_id"),
    "teams_stagedrow": ("teams_rosterimport", "roster_import_id"),
    "teams_importfinding": ("teams_rosterimport", "roster_import_id"),
}
# What a user may see is read from here, before it is known: everybody reads it, and writes in their own units.
ASSIGNMENTS, ASSIGNMENTS_OFF = guard(OF_UNIT, "teams_assignment")
ASSIGNMENTS = [*ASSIGNMENTS, f"CREATE POLICY read_by_all ON teams_assignment FOR SELECT TO {WEB_ROLE} USING (true)"]
ASSIGNMENTS_OFF = ["DROP POLICY read_by_all ON teams_assignment", *ASSIGNMENTS_OFF]
# Below a policy the word indexes serve nobody: their operator might tell what it sees. Words are looked up in these.
SEARCHED = {
    "teams_member": "*",
    "teams_team": "id, name, match_key, province_id, commune_id",
    "teams_residentialunit": "id, name, match_key, province_id, commune_id",
}
# Counts whole communes, whoever touched one of their rows, and whenever: it fires at the transaction's end.
COUNTED_AS_OWNER = "ALTER FUNCTION pgtrigger_recount_b0944() SECURITY DEFINER SET search_path = public, pg_temp"
COUNTED_AS_WRITER = "ALTER FUNCTION pgtrigger_recount_b0944() SECURITY INVOKER RESET search_path"


class Migration(migrations.Migration):
    dependencies = [("teams", "0007_search"), ("accounts", "0003_web_role")]

    operations = [
        migrations.RunSQL(*guard(OF_UNIT, *OF_UNITS)),
        migrations.RunSQL(*guard(OF_PROVINCE, *OF_PROVINCES)),
        *(
            migrations.RunSQL(*guard(of_parent(table, parent, column), table))
            for table, (parent, column) in PARTS.items()
        ),
        migrations.RunSQL(ASSIGNMENTS, ASSIGNMENTS_OFF),
        migrations.RunSQL(COUNTED_AS_OWNER, COUNTED_AS_WRITER),
        *(
            migrations.RunSQL(
                f"CREATE VIEW {table}_seen AS SELECT {columns} FROM {table} WHERE {OF_UNIT_FOR_VIEWS}",
                f"DROP VIEW {table}_seen",
            )
            for table, columns in SEARCHED.items()
        ),
    ]
