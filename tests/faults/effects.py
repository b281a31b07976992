"""What a job of these tests leaves behind: two rows and a file, each of them once."""

TABLE = "CREATE TABLE faults_effect (number integer NOT NULL, half integer NOT NULL)"
WRITE = "INSERT INTO faults_effect VALUES (%s, %s)"
CHECKPOINTS = ["claimed", "half", "file kept", "said done"]  # while the job's row says "running"
FILE_SIZE = 50_000


def file_of(number: int) -> bytes:
    return f"{number:010}".encode() * (FILE_SIZE // 10)
