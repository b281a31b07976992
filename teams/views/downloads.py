from collections.abc import Callable
from tempfile import TemporaryFile
from typing import IO

from django.db import transaction
from django.http import FileResponse


def download(filename: str, write: Callable[[IO[bytes]], object]) -> FileResponse:
    """The file that `write` fills. It goes through the disk: no memory to hold it, and an error is still an error."""
    file = TemporaryFile()  # noqa: SIM115  the response closes it
    with transaction.atomic():
        write(file)
    file.seek(0)
    return FileResponse(file, as_attachment=True, filename=filename)
