"""A row that the database refuses holds names and phones: neither the page nor the database's own log quotes it."""

from django.db import connection, transaction

from cdt_portal import embedded
from tests.conftest import client_of

PHONE = "0914994123"


def refused_row(user):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("INSERT INTO teams_member (full_name, phone) VALUES ('Nguyễn Văn An', %s)", [PHONE])


def test_the_page_does_not_quote_it(officer, monkeypatch):
    client = client_of(officer)
    client.raise_request_exception = False
    monkeypatch.setattr("teams.middleware.scope_for", refused_row)
    response = client.get("/nhap-tep/")
    assert response.status_code == 500
    assert PHONE not in response.text


def test_the_database_is_told_to_quote_none_in_its_log(tmp_path, monkeypatch):
    """By default it tells the statement that it refused, with all that was to be written."""
    started = []
    monkeypatch.setattr(embedded, "_run_postgres", lambda *arguments, **kwargs: started.extend(arguments))
    (tmp_path / "data").mkdir()
    embedded._start_postgres(tmp_path, tmp_path)
    options = started[started.index("-o") + 1]
    assert options.endswith("-c log_min_error_statement=panic -c log_error_verbosity=terse")
