from django.core.management import call_command
from django.db import migrations


def create(apps, schema_editor):
    call_command("createcachetable", database=schema_editor.connection.alias, verbosity=0)


class Migration(migrations.Migration):
    """The table behind CACHES: made here so that a migrated database is a complete one."""

    initial = True
    dependencies: list = []
    operations = [migrations.RunPython(create, migrations.RunPython.noop)]
