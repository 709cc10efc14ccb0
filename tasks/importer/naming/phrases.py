"""The phrases the grammar of names knows, looked up at a place of a text."""

import re

from orgunits.words import fold

from .words import FACTS, plain, toned

LONGEST = 40  # words in one name

_PARTS = {".", ";", ":", ","}


class Phrases:
    """A set of phrases looked up at a place of a text, the longest first. Accents count unless the text has none."""

    def __init__(self, phrases):
        phrases = phrases.split(" | ") if isinstance(phrases, str) else phrases
        self.toned, self.plain = _by_first_word(phrases, toned), _by_first_word(phrases, plain)

    def at(self, words, i):
        """How many words of `words` at `i` are one of the phrases; 0 where none is."""
        table, row = (self.plain, words.fold) if words.bare else (self.toned, words.tone)
        for parts in table.get(row[i], ()) if i < len(row) else ():
            n = len(parts)
            if n == 1 or (tuple(row[i : i + n]) == parts and not _PARTS & {*words.gap[i + 1 : i + n]}):
                return n
        return 0


def _by_first_word(phrases, form):
    """First word → the phrases that begin with it as tuples of words, the longest first; words as `form` makes them."""
    table = {}
    for phrase in phrases:
        parts = tuple(form(word) for word in re.split(r"[\s\-]+", phrase) if word)
        table.setdefault(parts[0], set()).add(parts)
    return {first: sorted(found, key=len, reverse=True) for first, found in table.items()}


HEADS, NO_HEADS, ROLES = Phrases(FACTS["heads"]), Phrases(FACTS["no_heads"]), Phrases(FACTS["roles"])
GENERICS, VERBS, LINKS = Phrases(FACTS["generics"]), Phrases(FACTS["verbs"]), Phrases(FACTS["links"])
ALL = Phrases("các | tất cả các | tất cả | toàn thể | toàn thể các | mọi | những | một số | từng | hệ thống các")
AND = Phrases("và | cùng với | cùng | với | hoặc")
LEVELS = Phrases("tỉnh | thành phố | phường | xã | đặc khu | thị trấn | huyện | quận | khu vực | cấp")
COLLECTIVE_ENDS = Phrases(
    "chủ trì | phối hợp | tham mưu | có trách nhiệm | chịu trách nhiệm | thực hiện | báo cáo | theo | để | nhằm | phải | "
    "cần | trong việc | trong quá trình"
)
NOISE = Phrases(
    "cơ quan chủ trì | đơn vị chủ trì | cơ quan thực hiện | đơn vị thực hiện | cơ quan phối hợp | đơn vị phối hợp | "
    "cơ quan tham mưu | chủ trì | phối hợp chặt chẽ với | phối hợp với | phối hợp cùng | phối hợp | giao cho | giao | "
    "đề nghị | yêu cầu | phân công | trách nhiệm của | và | cùng với | cùng | với"
)
TITLES = Phrases("đồng chí | các đồng chí | ông | bà")
LEADS, DIRECTS, WORKS = Phrases("chủ trì"), Phrases("chỉ đạo"), Phrases("phối hợp")
ASSIGNS, GUIDES = Phrases("giao cho | giao | yêu cầu | phân công"), Phrases("lãnh đạo")
LED_BY = Phrases(
    "chủ trì | chủ trì thực hiện | đơn vị chủ trì | cơ quan chủ trì | đơn vị chủ trì thực hiện | cơ quan chủ trì thực hiện | "
    "đơn vị thực hiện | cơ quan thực hiện | đơn vị đầu mối | cơ quan đầu mối | đơn vị phụ trách | cơ quan tham mưu | phân công"
)
MET_BY = Phrases("phối hợp | đơn vị phối hợp | cơ quan phối hợp | phối hợp thực hiện")
ABOUT = Phrases("đối với | về phía")
ANSWERS = Phrases("có trách nhiệm | chịu trách nhiệm | có nhiệm vụ")
# fields of work in the names of boards, centres and funds, among them words that are verbs elsewhere
FIELDS = Phrases(
    "dự án | các dự án | công trình | các công trình | đầu tư | xây dựng | phát triển | phát triển nông thôn | "
    "phát triển quỹ đất | hạ tầng | kỹ thuật | giao thông | thủy lợi | dân dụng | công nghiệp | nông nghiệp | nông thôn | "
    "đô thị | khu vực | khu công nghiệp | khu kinh tế | xúc tiến | thương mại | du lịch | hội chợ | triển lãm | "
    "hỗ trợ doanh nghiệp | khuyến công | khuyến nông | kiểm soát bệnh tật | kiểm nghiệm | kiểm định | quan trắc | dịch vụ | "
    "đấu giá | tài sản | phục vụ | hành chính công | đào tạo | ứng dụng | chuyển giao | công nghệ | bảo vệ | môi trường | "
    "bảo tồn | bảo trì | đường bộ"
)
FIELDED = ("ban quan ly", "trung tam", "quy")
AND_WORD, HAS_WORD, SECTOR_WORD, RANK_WORD = toned("và"), toned("có"), toned("ngành"), toned("cấp")
AUXILIARY = {toned(word) for word in ("có", "sẽ", "đã", "được", "là", "phải")}
# heads that are a name by themselves
WHOLE = frozenset(
    [
        "cong an",
        "quan su",
        "dang uy",
        "tinh uy",
        "thanh uy",
        "uy ban nhan dan",
        "hoi dong nhan dan",
        "mat tran",
        "mat tran to quoc",
        "uy ban mat tran to quoc",
        "ban chi dao",
        "thuong truc",
        "van phong",
        "cong doan",
        "doan thanh nien",
        "buu dien",
        "toa an",
    ]
)
CLAUSE_ENDS = {".", ";", ":"}
SPLIT = {",", ";", "\n", "/", ".", ":"}  # marks between names
BODIES = [body.split() for body in ["bo", "so", "phong", "ban", "uy ban", "cuc", "vu", "trung tam", "van phong", "chi cuc", "vien"]]
# bodies every level has, named together: «HĐND, UBND tỉnh»
SHARED = frozenset(
    [
        "uy ban nhan dan",
        "hoi dong nhan dan",
        "mat tran to quoc",
        "uy ban mat tran to quoc",
        "uy ban mat tran to quoc viet nam",
        "dang uy",
        "cong an",
    ]
)
LISTED = {"tinh": "tỉnh", "thanh pho": "thành phố", "phuong": "phường", "xa": "xã", "dac khu": "đặc khu"}  # «các phường: …»
# bodies for which an area answers where they are not in the database
AREA_BODIES = ("uy ban nhan dan", "dang uy", "tinh uy", "thanh uy")
AREA_LEVELS = Phrases(LISTED.values())
LEVEL_WORDS = LISTED | {"trung uong": "Trung ương"}
PLACE_END = re.compile(rf"^(.*?) ({'|'.join(LEVEL_WORDS)})$")
_HEAD_WORDS = {fold(word): word for word in FACTS["heads"]}


def as_head(head):
    """A folded head as a name begins with it: «so» → «Sở», «phuong» → «phường»."""
    word = _HEAD_WORDS.get(head, head)
    return word if head in LISTED else word[:1].upper() + word[1:]
