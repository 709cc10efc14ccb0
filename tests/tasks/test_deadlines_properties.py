"""What holds for every deadline, whoever writes it."""

import unicodedata
from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.deadlines import Kind, combine, find, period_of, read
from tests.tasks.test_deadlines import READINGS, STAGED

SIGNED = date(2026, 1, 5)
DAYS = st.dates(date(2026, 1, 6), date(2035, 12, 31))
WORDINGS = st.sampled_from([*READINGS, *STAGED])
PIECES = [
    "trước ",
    "ngày ",
    "tháng ",
    "năm ",
    "quý ",
    "hằng ",
    "từ ",
    "đến ",
    "trong ",
    "31",
    "2/",
    "/2026",
    "2026",
    "III",
    " giờ",
    "-",
    ".",
    "(",
    ")",
    "\n",
    "20h00 ",
    "thứ Sáu ",
]
PIECES += [
    "định kỳ ",
    "6 tháng ",
    "lần",
    " cuối ",
    " đầu ",
    "thường xuyên",
    "theo Kế hoạch của Tỉnh",
    "và ",
    ", ",
    "; ",
    "kể từ ",
    "ngay sau khi ",
    "khoảng ",
    "trở đi",
    "tuần ",
]
HOSTILE = st.one_of(st.text(max_size=80), st.lists(st.sampled_from(PIECES), max_size=14).map("".join))
QUIET = settings(deadline=None, max_examples=200)

WAYS = [
    "{d}/{m}/{y}",
    "{d:02}/{m:02}/{y}",
    "{d}.{m}.{y}",
    "{d}-{m}-{y}",
    "{d} / {m} / {y}",
    "ngày {d}/{m}/{y}",
    "ngày {d} tháng {m} năm {y}",
    "ngày {d:02} tháng {m:02} năm {y}.",
    "chậm nhất ngày {d}/{m}/{y}",
    "Hoàn thành đến hết ngày {d}.{m}.{y}",
    "ngày {d}, tháng {m}, năm {y}",
    "ngay {d} thang {m} nam {y}",
]
MONTHS = [
    "tháng {m}/{y}",
    "trong tháng {m:02}/{y}",
    "{m}/{y}",
    "T{m}/{y}",
    "tháng {m} năm {y}",
    "hết tháng {m}-{y}",
    "THÁNG {m}/{y}",
    "thang {m} / {y}",
]
ROMAN = {1: "I", 2: "II", 3: "III", 4: "IV"}


def due(words, **around):
    return read(words, **{"plan_date": SIGNED, **around}).due_on


@QUIET
@given(DAYS, st.sampled_from(WAYS))
def test_a_day_is_itself_however_it_is_written(day, way):
    assert due(way.format(d=day.day, m=day.month, y=day.year)) == day


@QUIET
@given(DAYS, st.sampled_from(["{d}/{m}/{y}", "ngày {d}/{m}/{y}", "ngày {d} tháng {m} năm {y}", "{d:02}.{m:02}.{y}"]))
def test_before_a_day_is_the_day_before(day, way):
    words = "trước " + way.format(d=day.day, m=day.month, y=day.year)
    assert due(words) == day - timedelta(days=1)
    assert due(words, strict=False) == day


@QUIET
@given(DAYS, st.sampled_from(MONTHS))
def test_a_month_ends_on_its_last_day(day, way):
    words = way.format(m=day.month, y=day.year)
    assert (due(words) + timedelta(days=1)).day == 1
    assert (due(words).year, due(words).month) == (day.year, day.month)


@QUIET
@given(st.integers(2026, 2040), st.integers(1, 4), st.sampled_from(["quý {r}/{y}", "Quý {q} năm {y}", "Q{q}/{y}", "quý {r} - {y}"]))
def test_a_quarter_ends_with_its_third_month(year, quarter, way):
    end = due(way.format(r=ROMAN[quarter], q=quarter, y=year))
    assert (end.year, end.month) == (year, 3 * quarter)
    assert (end + timedelta(days=1)).day == 1


@QUIET
@given(WORDINGS, st.data())
def test_how_it_is_typed_changes_nothing_but_the_words(words, data):
    plain = read(words, plan_date=SIGNED)
    typed = data.draw(
        st.sampled_from([moved_tones, lambda text: unicodedata.normalize("NFD", text), spaced, without_full_stop, bold, hang])
    )(words)
    assert without_words(read(typed, plan_date=SIGNED)) == without_words(plain)


@QUIET
@given(WORDINGS, st.sampled_from([str.lower, str.upper, str.title]))
def test_case_changes_nothing_but_the_words(words, cased):
    assert without_words(read(cased(words), plan_date=SIGNED)) == without_words(read(words, plan_date=SIGNED))


def without_words(deadline):
    said = deadline.as_json()
    for one in (said, *said["stages"]):
        one["words"] = one["label"] = None
    return said


def moved_tones(text):
    """«hóa» ↔ «hoá», «ủy» ↔ «uỷ», «quý» ↔ «qúy»: the tone on the other vowel."""
    pairs = {"oá": "óa", "oà": "òa", "uỷ": "ủy", "uý": "úy", "oạ": "ọa"}
    for there, here in pairs.items():
        text = text.replace(there, "\0").replace(here, there).replace("\0", here)
    return text


def spaced(text):
    return "  " + text.replace(" ", " \u00a0 ") + "   "


def without_full_stop(text):
    return text.removesuffix(".")


def bold(text):
    return f"**{text}**"


def hang(text):
    return text.replace("hằng", "hàng") if "hằng" in text else text.replace("hàng", "hằng")


@QUIET
@given(HOSTILE, st.dates(date(1990, 1, 1), date(2090, 12, 31)), st.booleans())
def test_no_text_raises_and_every_reading_is_sound(text, signed, strict):
    told = read(text, plan_date=signed, strict=strict)
    assert told == read(text, plan_date=signed, strict=strict)
    found = find(text, plan_date=signed, strict=strict)
    period_of(text, plan_date=signed)
    for one in (told, combine(found), *told.stages, *(span.deadline for span in found.deadlines)):
        assert is_sound(one)
    for span in (*found.deadlines, *found.triggers, *found.refused):
        assert 0 <= span.start < span.end <= len(text)


def is_sound(one):
    if one.starts_on and one.due_on and one.due_on < one.starts_on:
        return False
    if one.kind in (Kind.UNREAD, Kind.NONE, Kind.STAGED, Kind.ONGOING, Kind.RELATIVE_TO_SUPERIOR_PLAN, Kind.ON_REQUEST) and one.due_on:
        return False
    if one.kind.startswith("recurring") and not one.rrules:
        return False
    return (one.kind == Kind.STAGED) == (len(one.stages) > 1)


@QUIET
@given(
    st.integers(0, 99),
    st.integers(0, 99),
    st.integers(2016, 2050),
    st.sampled_from(["{d}/{m}/{y}", "ngày {d} tháng {m} năm {y}", "trước {d}-{m}-{y}"]),
)
def test_a_day_no_calendar_has_is_unread_and_never_shifted(day, month, year, way):
    words = way.format(d=day, m=month, y=year)
    try:
        real = date(year, month, day)
    except ValueError:
        assert due(words) is None
    else:
        assert due(words) == real - timedelta(days="trước" in words)


@QUIET
@given(DAYS, st.sampled_from("lIOoSB"), st.integers(0, 3))
def test_a_letter_for_a_figure_is_never_a_date(day, letter, place):
    text = f"{day.day:02}/{day.month:02}/{day.year}"
    place = [0, 1, 3, 8][place]
    assert due(text[:place] + letter + text[place + 1 :]) is None
