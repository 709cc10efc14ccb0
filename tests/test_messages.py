"""The Vietnamese catalogue: fresh, complete, compiled, and it speaks for Django and the REST framework too."""

import ast
import gettext
import re
import shutil
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from django import forms
from django.conf import settings
from django.contrib.auth.password_validation import MinimumLengthValidator
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.utils import translation
from rest_framework import exceptions, serializers

from orgunits.forms import SignInForm

CATALOGUE = settings.LOCALE_PATHS[0] / "vi/LC_MESSAGES/django.po"
ROOMS = ["config", "journal", "orgunits", "plans", "reports", "tasks", "templates"]
SAME_IN_BOTH = {"%(words)s, %(n)s %%", "%(size)d byte"}
PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|%[ds]|{\w+(?::\w+)?}")

needs_gettext = pytest.mark.skipif(
    not all(map(shutil.which, ["xgettext", "msgmerge", "msguniq", "msgattrib", "msgfmt"])),
    reason="GNU gettext is not installed: apt-get install gettext",
)


@dataclass
class Message:
    """One entry of a .po file; `words` are its translations, one for each plural form."""

    flags: list = field(default_factory=list)
    context: str = ""
    id: str = ""
    plural: str = ""
    words: list = field(default_factory=list)

    @property
    def key(self):
        return self.context, self.id


def read(path):
    """The messages of a .po file without its header and its comments, obsolete messages among them."""
    blocks = path.read_text(encoding="utf-8").strip().split("\n\n")
    return [message for message in map(_message, blocks) if message.id]


def _message(block):
    message, name, parts = Message(), "", {}
    for line in block.splitlines():
        if line.startswith("#,"):
            message.flags += [flag.strip() for flag in line[2:].split(",")]
        elif line.startswith("#"):
            continue
        else:
            before, quote, rest = line.partition('"')
            name = before.strip() or name
            parts[name] = parts.get(name, "") + ast.literal_eval(quote + rest)
    message.context, message.id, message.plural = (parts.get(name, "") for name in ("msgctxt", "msgid", "msgid_plural"))
    message.words = [words for name, words in parts.items() if name.startswith("msgstr")]
    return message


@pytest.fixture(scope="module")
def messages():
    return read(CATALOGUE)


@pytest.fixture(scope="module")
def used(tmp_path_factory):
    """What makemessages finds in code and templates today: {(context, id): plural id}."""
    root = tmp_path_factory.mktemp("messages")
    for room in ROOMS:
        shutil.copytree(settings.BASE_DIR / room, root / room, ignore=shutil.ignore_patterns("__pycache__", "migrations"))
    (root / "locale").mkdir()
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(root)
        patch.setattr(settings, "LOCALE_PATHS", [])
        call_command("makemessages", locale=["vi"], no_wrap=True, no_location=True, verbosity=0)
    return {message.key: message.plural for message in read(root / "locale/vi/LC_MESSAGES/django.po")}


@needs_gettext
def test_the_catalogue_is_fresh(messages, used):
    held = {message.key: message.plural for message in messages}
    assert sorted(used.keys() - held.keys()) == [], "used but not in the catalogue: make messages, then translate"
    assert sorted(held.keys() - used.keys()) == [], "in the catalogue but no longer used: make messages"
    assert held == used


def test_every_message_stands_once(messages):
    keys = [message.key for message in messages]
    assert len(keys) == len(set(keys)) > 500


def test_nothing_is_untranslated_fuzzy_or_obsolete(messages):
    assert [message.id for message in messages if not message.words or not all(words.strip() for words in message.words)] == []
    assert [message.id for message in messages if "fuzzy" in message.flags] == []
    assert "#~" not in CATALOGUE.read_text(encoding="utf-8")


def test_nothing_is_left_in_english(messages):
    assert {message.id for message in messages if message.id in message.words} <= SAME_IN_BOTH


def test_placeholders_agree(messages):
    for message in messages:
        wanted = set(PLACEHOLDER.findall(message.id))
        for words in message.words:
            assert set(PLACEHOLDER.findall(words)) == wanted, message.id


def test_sentences_stay_sentences(messages):
    """A full stop at the end here is one there; neither begins or ends with a space."""
    for message in messages:
        is_sentence = " " in message.id and message.id.endswith(".") and not message.id.endswith("...")
        for words in message.words:
            assert words == words.strip(), message.id
            assert not is_sentence or words.endswith(".") or words[-1].isdigit(), message.id


@needs_gettext
def test_the_compiled_catalogue_is_that_of_the_source(tmp_path):
    fresh = tmp_path / "django.mo"
    subprocess.run(["msgfmt", "--check", "-o", fresh, CATALOGUE], check=True)
    assert _compiled(CATALOGUE.with_suffix(".mo")) == _compiled(fresh)


def _compiled(path: Path):
    with path.open("rb") as file:
        words = gettext.GNUTranslations(file)._catalog
    header = [line for line in words.pop("").splitlines() if "Date" not in line]
    return header, words


class Anything(forms.Form):
    words = forms.CharField(max_length=3)
    choice = forms.ChoiceField(choices=[("a", "a")])
    day = forms.DateField()
    file = forms.FileField()


def test_forms_speak_vietnamese():
    with translation.override("vi"):
        empty = Anything({}, {})
        assert set(map(tuple, empty.errors.values())) == {("Mục này là bắt buộc.",)}
        wrong = Anything({"words": "abcd", "choice": "b", "day": "31/02/2026"}, {"file": SimpleUploadedFile("tep.pdf", b"")})
        assert wrong.errors == {
            "words": ["Nhập tối đa 3 ký tự (hiện có 4)."],
            "choice": ["Giá trị b không có trong danh sách lựa chọn."],
            "day": ["Nhập ngày hợp lệ, ví dụ 24/05/2026."],
            "file": ["Tệp gửi lên không có nội dung."],
        }


def test_passwords_speak_vietnamese():
    with translation.override("vi"):
        with pytest.raises(ValidationError) as short:
            MinimumLengthValidator(12).validate("ngắn")
        assert short.value.messages == ["Mật khẩu quá ngắn. Mật khẩu phải có ít nhất 12 ký tự."]
        assert SignInForm().fields["password"].label == "Mật khẩu"


def test_the_api_speaks_vietnamese():
    with translation.override("vi"):
        said = [exceptions.NotFound(), exceptions.Throttled(), exceptions.Throttled(wait=3), exceptions.ParseError()]
        assert [str(error.detail) for error in said] == [
            "Không tìm thấy.",
            "Yêu cầu gửi quá dồn dập, tạm thời chưa được xử lý.",
            "Yêu cầu gửi quá dồn dập, tạm thời chưa được xử lý. Thử lại sau 3 giây.",
            "Yêu cầu sai cấu trúc.",
        ]
        with pytest.raises(serializers.ValidationError) as refused:
            serializers.ChoiceField(choices=["a"]).run_validation("b")
        assert refused.value.detail == ["«b» không có trong danh sách lựa chọn."]


def test_in_english_the_ids_themselves_are_said():
    with translation.override("en"):
        assert translation.gettext("My work") == "My work"
        assert str(exceptions.NotFound().detail) == "Not found."
        assert translation.ngettext("%(n)s assignment", "%(n)s assignments", 2) == "%(n)s assignments"


def test_the_main_words_are_those_of_the_glossary():
    wanted = {
        "My work": "Việc của tôi",
        "Dashboard": "Bảng điều hành",
        "Duties": "Nhiệm vụ",
        "Log progress": "Ghi tiến độ",
        "Nothing to report": "Không phát sinh",
        "Evidence": "Minh chứng",
        "unit says done": "đơn vị báo hoàn thành",
        "confirmed done": "hoàn thành (đã xác nhận)",
        "silent": "im lặng",
        "Carries on": "Tiếp nối",
    }
    with translation.override("vi"):
        assert {words: translation.gettext(words) for words in wanted} == wanted
        assert translation.ngettext("Overdue by %(n)s day", "Overdue by %(n)s days", 20) % {"n": 20} == "Quá hạn 20 ngày"
