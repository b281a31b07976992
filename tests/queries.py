import time

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext


def count_queries(client: Client, url: str) -> int:
    """How many statements the page takes once the session has been seen in this minute; it must answer 200."""
    minute = None
    while minute != time.time() // 60:  # a new one would be noted in the session meanwhile
        minute = time.time() // 60
        client.get(url)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(url).status_code == 200
    return len(queries)
