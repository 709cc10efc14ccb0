"""What of PDF/A-3a and of tagging can be read from the file itself.

The level is claimed by the file's metadata. These are checks of single rules, not a validator: veraPDF needs a download from outside
the package registries; where it is at hand, run it on a filed paper.
"""

import io

import pikepdf
import pytest

from reports import paper
from reports.profiles import PARTY, STATE
from tests.reports.test_charts import COUNTS, charted
from tests.reports.test_paper import facts

pytestmark = pytest.mark.skipif(paper.problem() is not None, reason=f"no PDF here: {paper.problem()}")

FORBIDDEN = ["/JS", "/JavaScript", "/Launch", "/URI", "/GoToR", "/GoToE", "/SubmitForm", "/ImportData", "/RichMedia", "/Encrypt", "/AA"]
FORBIDDEN += ["/EmbeddedFiles", "/XFA", "/Movie", "/Sound", "/Rendition", "/OPI", "/Ref", "/LZWDecode", "/Filespec", "/HTP"]


@pytest.fixture(scope="module", params=[PARTY, STATE], ids=["party", "state"])
def pdf(request):
    """A draft with every part a paper may have: watermark, tables, annexes across, an empty annex, bars."""
    changed = facts(draft=True, illustrative=True)
    changed["annexes"].append(charted(COUNTS))
    with pikepdf.open(io.BytesIO(paper.build(changed, request.param))) as opened:
        yield opened


def dictionaries(pdf):
    return [thing for thing in pdf.objects if isinstance(thing, pikepdf.Dictionary | pikepdf.Stream)]


def named(pdf):
    """Every key and every name used as a value, anywhere in the file."""
    found = set()
    pending = [*pdf.objects, pdf.trailer]
    while pending:
        thing = pending.pop()
        if isinstance(thing, pikepdf.Name):
            found.add(str(thing))
        elif isinstance(thing, pikepdf.Array):
            pending += [inner for inner in thing if not _is_indirect(inner)]
        elif isinstance(thing, pikepdf.Dictionary | pikepdf.Stream):
            found |= set(thing.keys())
            pending += [inner for inner in thing.values() if not _is_indirect(inner)]
    return found


def _is_indirect(thing):
    return isinstance(thing, pikepdf.Object) and thing.is_indirect


def elements(pdf, kind):
    return [thing for thing in dictionaries(pdf) if thing.get("/S") == kind and thing.get("/Type") == "/StructElem"]


def test_the_file_says_which_level_it_claims(pdf):
    with pdf.open_metadata() as told:
        assert (told["pdfaid:part"], told["pdfaid:conformance"]) == ("3", "A")
        assert told["dc:title"] == str(pdf.docinfo["/Title"])
        assert told["xmp:CreateDate"][:10] == "2026-11-24"
    assert pdf.pdf_version == "1.7"
    assert "/ID" in pdf.trailer
    assert pdf.Root.Metadata.get("/Filter") is None


def test_its_colours_are_those_of_one_embedded_profile(pdf):
    (intent,) = pdf.Root.OutputIntents
    assert (str(intent.S), int(intent.DestOutputProfile.N)) == ("/GTS_PDFA1", 3)
    assert intent.DestOutputProfile.read_bytes()[36:40] == b"acsp"
    operators = {str(operator) for page in pdf.pages for _, operator in pikepdf.parse_content_stream(page)}
    assert not operators & {"k", "K"}
    assert "/DeviceCMYK" not in named(pdf)


def test_every_font_is_embedded_and_maps_to_letters(pdf):
    fonts = [thing for thing in dictionaries(pdf) if thing.get("/Type") == "/Font"]
    composite = [font for font in fonts if font.Subtype == "/Type0"]
    inner = [font for font in fonts if font.Subtype != "/Type0"]
    assert composite
    assert all("/ToUnicode" in font and font.Encoding == "/Identity-H" for font in composite)
    assert all(font.Subtype == "/CIDFontType2" and "/FontFile2" in font.FontDescriptor and "/CIDToGIDMap" in font for font in inner)


def test_nothing_in_it_runs_or_points_outside(pdf):
    assert not named(pdf) & set(FORBIDDEN)
    assert not [stream for stream in dictionaries(pdf) if isinstance(stream, pikepdf.Stream) and "/F" in stream]
    assert [page.get("/Annots") for page in pdf.pages] == [None] * len(pdf.pages)


def test_it_is_tagged_from_the_root_to_every_page(pdf):
    assert (str(pdf.Root.Lang), bool(pdf.Root.MarkInfo.Marked)) == ("vi", True)
    assert bool(pdf.Root.ViewerPreferences.DisplayDocTitle)
    assert "/ParentTree" in pdf.Root.StructTreeRoot
    assert all("/StructParents" in page for page in pdf.pages)


def test_tables_have_heads_that_name_their_columns_and_pictures_have_words(pdf):
    heads = elements(pdf, "/TH")
    assert len(heads) >= 7
    known = {str(head.ID) for head in heads}
    assert len(known) == len(heads)
    cells = elements(pdf, "/TD")
    assert {name for cell in cells for name in map(str, cell.A.get("/Headers", [])) if "/ColSpan" not in cell.A} <= known
    assert [cell for cell in cells if "/Headers" not in cell.A and "/ColSpan" not in cell.A] == []
    assert elements(pdf, "/Figure")
    assert all(str(figure.Alt) for figure in elements(pdf, "/Figure"))
    assert {str(row.P.S) for row in elements(pdf, "/TR")} <= {"/THead", "/TBody", "/Table"}
