"""How a file arrives: to a temporary place as it comes in, and never more of it than may be kept."""

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import TemporaryFileUploadHandler

MANY = 5  # files of the largest size that one request may leave in the temporary place
WORTH_READING = 1024**3  # bytes of a body that are read to their end so that its sender sees an answer


class Bounded(TemporaryFileUploadHandler):
    """Puts files aside up to settings.EVIDENCE_MAX_BYTES each; of a larger one only its size is kept, by which EvidenceField refuses it.

    The rest of the body is read and dropped: the words typed beside the file arrive, and the browser sees a page instead of a
    connection that was cut. Named in settings.FILE_UPLOAD_HANDLERS.
    """

    room = MANY * settings.EVIDENCE_MAX_BYTES

    def handle_raw_input(self, input_data, META, content_length, boundary, encoding=None):
        if content_length > WORTH_READING:
            raise RequestDataTooBig("The body is larger than anything a form here takes.")

    def new_file(self, *args, **kwargs):
        super().new_file(*args, **kwargs)
        self.kept = 0
        self.is_dropped = False

    def receive_data_chunk(self, raw_data, start):
        if self.is_dropped:
            return
        if start + len(raw_data) > settings.EVIDENCE_MAX_BYTES or len(raw_data) > self.room:
            self._drop()
            return
        self.file.write(raw_data)
        self.kept += len(raw_data)
        self.room -= len(raw_data)

    def _drop(self):
        self.is_dropped = True
        self.room += self.kept
        self.file.seek(0)
        self.file.truncate()
