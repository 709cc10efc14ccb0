"""A few small PDFs as evidence, pressed in child processes while the story is prepared."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

from django.core.files.base import ContentFile

SHEETS = {
    "bien-ban-kiem-tra-lo-hong.pdf": ("Biên bản kiểm tra, khắc phục lỗ hổng", "Đã quét 46 máy trạm, 2 máy chủ; vá 18 lỗ hổng mức cao."),
    "phe-duyet-cap-do.pdf": ("Danh mục hệ thống đã phê duyệt cấp độ", "03 hệ thống cấp độ 2; 01 hệ thống cấp độ 3."),
    "kien-toan-tieu-ban.pdf": ("Danh sách tiểu ban an ninh mạng", "15 thành viên; 5 nhóm việc."),
}
PAGE = """<html lang="vi"><title>{title}</title><style>@page {{ size: A4 }} body {{ font: 13pt "Liberation Serif" }}</style>
<h1 style="font-size: 15pt">{title}</h1><p>{words}</p><p><i>Dữ liệu minh họa, không phải văn bản thật.</i></p>"""


class Papers:
    """Gives the sheets by name; none where this machine cannot press them or nobody wants them."""

    def __init__(self, wanted=True):
        self._pool = ThreadPoolExecutor(max_workers=1)
        self._sheets = {name: self._pool.submit(_press, *words) for name, words in SHEETS.items()} if wanted else {}

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self._pool.shutdown(cancel_futures=True)

    def named(self, name):
        """A list with the file, or an empty one."""
        sheet = name and name in self._sheets and self._sheets[name].result()
        return [ContentFile(sheet, name=name)] if sheet else []


def _press(title, words):
    page = PAGE.format(title=title, words=words).encode()
    return subprocess.run([sys.executable, "-m", "reports.press"], input=page, capture_output=True, timeout=60, check=False).stdout
