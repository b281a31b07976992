"""The role that web requests take: it owns nothing, so that policies bind it."""

from django.db import migrations

ROLE = """
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'cdt_web') THEN
        CREATE ROLE cdt_web NOLOGIN;
    END IF;
    IF NOT pg_has_role(current_user, 'cdt_web', 'SET') THEN
        EXECUTE format('GRANT cdt_web TO %I', current_user);
    END IF;
EXCEPTION WHEN insufficient_privilege THEN
    RAISE EXCEPTION 'Tài khoản % không được tạo vai trò cdt_web.', current_user
        USING HINT = format('Người quản trị PostgreSQL chạy: CREATE ROLE cdt_web NOLOGIN; GRANT cdt_web TO %I;', current_user);
END
$$
"""
# UPDATE on sequences: the back office sets them to the highest id when it has brought rows in.
GRANTS = """
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO cdt_web;
GRANT USAGE, UPDATE ON ALL SEQUENCES IN SCHEMA public TO cdt_web;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO cdt_web;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE, UPDATE ON SEQUENCES TO cdt_web;
"""
# The role itself stays: it belongs to the server, where other databases may use it.
TAKEN_BACK = """
ALTER DEFAULT PRIVILEGES IN SCHEMA public REVOKE ALL ON TABLES FROM cdt_web;
ALTER DEFAULT PRIVILEGES IN SCHEMA public REVOKE ALL ON SEQUENCES FROM cdt_web;
REVOKE ALL ON ALL TABLES IN SCHEMA public FROM cdt_web;
REVOKE ALL ON ALL SEQUENCES IN SCHEMA public FROM cdt_web;
"""


class Migration(migrations.Migration):
    dependencies = [("accounts", "0002_tour")]

    operations = [
        migrations.RunSQL(ROLE, migrations.RunSQL.noop),
        migrations.RunSQL(GRANTS, TAKEN_BACK),
    ]
