"""Why a file is not taken at all: a code for programs, one Vietnamese sentence for people."""


class Refused(Exception):
    """Nothing of the file was kept. `code` is stable; `message` names the thing and the way out."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
