"""The formats of official papers, as data: when a rule changes, a value changes and no code.

The values were gathered from secondary sources (descriptions and published samples, not the clause texts): for the Party,
Hướng dẫn 36-HD/VPTW (2018) as continued under Quy định 399-QĐ/TW (09/01/2026); for the State, Nghị định 30/2020/NĐ-CP.
Check them against the originals before relying on them. Lengths are in millimetres, type sizes in points.
"""

from dataclasses import dataclass

BLANK_NUMBER = "\N{NO-BREAK SPACE}" * 5


@dataclass(frozen=True)
class Type:
    """How one part is set: size in points, bold, italic, underlined."""

    pt: int
    bold: bool = False
    italic: bool = False
    underlined: bool = False

    @property
    def css(self):
        """CSS declarations, free of quotes so that a template may print them anywhere."""
        declarations = [f"font-size: {self.pt}pt"]
        declarations += ["font-weight: bold"] * self.bold
        declarations += ["font-style: italic"] * self.italic
        declarations += ["text-decoration: underline"] * self.underlined
        return "; ".join(declarations)


@dataclass(frozen=True)
class Profile:
    """One format. Every word printed that does not come from the report's facts stands here."""

    name: str

    # The page
    margin_top_mm: int
    margin_right_mm: int
    margin_bottom_mm: int
    margin_left_mm: int
    page_number_pt: int
    page_number_from_top_mm: int
    page_number_on_first: bool

    # The head
    issuer_percent: int  # of the head's width; the motto takes the rest
    superior: Type
    issuer: Type
    issuer_mark: str  # under the issuing body; a rule where there is no mark
    motto: tuple  # of (words, Type); the last one is underlined by a rule as long as its words
    number: Type
    number_lead: str
    number_separator: str  # between the number and the symbol's tail
    numbered_by_term: bool  # a series runs through a term of the Party committee; else through a calendar year
    place_and_date: Type

    # Title and text
    kind: Type
    kind_words: str
    subject: Type
    subject_mark: str  # under the subject; a rule where there is no mark
    base: Type
    base_lead: str
    base_end: str
    last_base_end: str
    opening: str  # the sentence after the bases; {opens} and {closes} are the days of the period
    opening_out_of_turn: str  # the same on a report asked for out of turn
    body: Type
    line_pt: int
    paragraph_gap_pt: int
    indent_mm: int
    text_end: str  # closes the last paragraph
    cell: Type
    annex_title: Type
    annex_reference: str  # under the annex's title, in italics; {symbol} and {date} are the report's

    # The foot
    recipients_words: str
    recipients_head: Type
    recipient: Type
    recipient_end: str
    last_recipient_end: str
    by_head: str  # the lines of authority above the post of the head who signs, and of who signs in place of the head
    by_deputy: str
    head: str
    authority: Type
    post: Type
    signer: Type

    def symbol(self, number, tail):
        """«07-BC/BCĐ»: zero before 1–9, room for the number while there is none."""
        return f"{BLANK_NUMBER if number is None else f'{number:02d}'}{self.number_separator}{tail}"


PARTY = Profile(
    name="party",
    margin_top_mm=20,
    margin_right_mm=15,
    margin_bottom_mm=20,
    margin_left_mm=30,
    page_number_pt=14,
    page_number_from_top_mm=10,
    page_number_on_first=False,
    issuer_percent=49,
    superior=Type(14),
    issuer=Type(14, bold=True),
    issuer_mark="*",
    motto=(("ĐẢNG CỘNG SẢN VIỆT NAM", Type(15, bold=True)),),
    number=Type(14),
    number_lead="Số ",
    number_separator="-",
    numbered_by_term=True,
    place_and_date=Type(14, italic=True),
    kind=Type(16, bold=True),
    kind_words="BÁO CÁO",
    subject=Type(14, bold=True),
    subject_mark="-----",
    base=Type(14),
    base_lead="- Căn cứ ",
    base_end=";",
    last_base_end=",",
    opening="Ban Chỉ đạo báo cáo kết quả trong kỳ, từ ngày {opens} đến hết ngày {closes}, như sau:",
    opening_out_of_turn="Ban Chỉ đạo báo cáo như sau:",
    body=Type(14),
    line_pt=20,
    paragraph_gap_pt=6,
    indent_mm=10,
    text_end="",
    cell=Type(11),
    annex_title=Type(14, bold=True),
    annex_reference="(Kèm theo Báo cáo số {symbol}, {date})",
    recipients_words="Nơi nhận:",
    recipients_head=Type(14, underlined=True),
    recipient=Type(12),
    recipient_end=",",
    last_recipient_end=".",
    by_head="T/M BAN CHỈ ĐẠO",
    by_deputy="K/T TRƯỞNG BAN",
    head="TRƯỞNG BAN",
    authority=Type(14, bold=True),
    post=Type(14),
    signer=Type(14, bold=True),
)

STATE = Profile(
    name="state",
    margin_top_mm=20,
    margin_right_mm=15,
    margin_bottom_mm=20,
    margin_left_mm=30,
    page_number_pt=13,
    page_number_from_top_mm=10,
    page_number_on_first=False,
    issuer_percent=42,
    superior=Type(13),
    issuer=Type(13, bold=True),
    issuer_mark="",
    motto=(
        ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", Type(12, bold=True)),
        ("Độc lập - Tự do - Hạnh phúc", Type(13, bold=True)),
    ),
    number=Type(13),
    number_lead="Số: ",
    number_separator="/",
    numbered_by_term=False,
    place_and_date=Type(13, italic=True),
    kind=Type(14, bold=True),
    kind_words="BÁO CÁO",
    subject=Type(14, bold=True),
    subject_mark="",
    base=Type(14, italic=True),
    base_lead="Căn cứ ",
    base_end=";",
    last_base_end=".",
    opening="Kết quả trong kỳ báo cáo, từ ngày {opens} đến hết ngày {closes}, như sau:",
    opening_out_of_turn="Ủy ban nhân dân báo cáo như sau:",
    body=Type(14),
    line_pt=19,
    paragraph_gap_pt=6,
    indent_mm=10,
    text_end="./.",
    cell=Type(11),
    annex_title=Type(14, bold=True),
    annex_reference="(Kèm theo Báo cáo số {symbol} {date})",
    recipients_words="Nơi nhận:",
    recipients_head=Type(12, bold=True, italic=True),
    recipient=Type(11),
    recipient_end=";",
    last_recipient_end=".",
    by_head="TM. ỦY BAN NHÂN DÂN",
    by_deputy="TM. ỦY BAN NHÂN DÂN\nKT. CHỦ TỊCH",
    head="CHỦ TỊCH",
    authority=Type(14, bold=True),
    post=Type(14, bold=True),
    signer=Type(14, bold=True),
)

BY_NAME = {profile.name: profile for profile in (PARTY, STATE)}
