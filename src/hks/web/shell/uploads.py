"""What may come in at once; this stands before every form, also those that take no file."""

from typing import IO, Any

from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import FileUploadHandler

LARGEST = 25 * 1024 * 1024  # our choice: the largest table taken, 20 MB, with its form


class NotTooLarge(FileUploadHandler):
    """Refuses a request by its length before anything of it is written."""

    largest = LARGEST

    def handle_raw_input(
        self,
        input_data: IO[bytes],
        META: dict[str, str],
        content_length: int,
        boundary: str,
        encoding: str | None = None,
    ) -> Any:
        """Look at the length alone."""
        del input_data, META, boundary, encoding
        if content_length > self.largest:
            raise RequestDataTooBig
        return None

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        """Hand the bytes on."""
        del start
        return raw_data

    def file_complete(self, file_size: int) -> None:
        """Leave the file to the next handler."""
        del file_size
