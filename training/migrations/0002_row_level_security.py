"""Web requests see and write rows of their own units alone; what a province shares, its communes see too."""

from django.db import migrations

from cdt_portal.lib.row_security import OF_PROVINCE, OF_PROVINCE_OR_NATION, OF_UNIT, guard, of_parent

OF_UNITS = [
    "training_needreply",
    "training_needreplyevent",
    "training_needstep",
    "training_trainingneed",
    "training_trainingneedevent",
    "training_attendance",
    "training_attendanceevent",
    "training_result",
    "training_resultevent",
    "training_externaltraining",
    "training_externaltrainingevent",
    "training_certificate",
    "training_certificateevent",
    "training_contestcount",
    "training_contestcountevent",
]
# A class's seats and turns are counted over all communes; who has them stands in the register alone.
OF_PROVINCES = [
    "training_enrolment",
    "training_enrolmentevent",
    "training_venue",
    "training_venueevent",
    "training_trainingcall",
    "training_trainingcallevent",
    "training_trainingclass",
    "training_trainingclassevent",
    "training_contest",
    "training_contestevent",
]
OF_ALL = ["training_topic", "training_topicevent", "training_material"]
PARTS = {
    "training_trainingcall_topics": ("training_trainingcall", "trainingcall_id"),
    "training_classsession": ("training_trainingclass", "training_class_id"),
}


class Migration(migrations.Migration):
    dependencies = [("training", "0001_initial"), ("teams", "0009_row_level_security")]

    operations = [
        migrations.RunSQL(*guard(OF_UNIT, *OF_UNITS)),
        migrations.RunSQL(*guard(OF_PROVINCE, *OF_PROVINCES)),
        migrations.RunSQL(*guard(OF_PROVINCE_OR_NATION, *OF_ALL)),
        *(
            migrations.RunSQL(*guard(of_parent(table, parent, column), table))
            for table, (parent, column) in PARTS.items()
        ),
    ]
