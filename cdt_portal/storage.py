"""Where uploads and results are kept."""

from contextlib import suppress

from django.core.files import File
from django.core.files.storage import FileSystemStorage


class WholeFiles(FileSystemStorage):
    """Keeps a file whole or not at all: on a disk that fills up Django leaves the first part behind, which no row
    names and nobody would ever forget."""

    def _save(self, name: str, content: File) -> str:
        stood_before = self.exists(name)
        try:
            return super()._save(name, content)
        except OSError:
            if not stood_before:
                with suppress(OSError):
                    self.delete(name)
            raise
