"""Word files: what stands on the paper is read, in its order; whole Sources are compared."""

import io

import docx
import pytest
from docx.enum.text import WD_ALIGN_PARAGRAPH

from tasks.importer.reading import read
from tasks.importer.shapes import Merge, Paragraph, Refused, Source, Table
from tests.tasks.importer.files import STRICT, levels, p, r, tbl, tc, word

P = Paragraph


def blocks(body, **parts):
    return read(word(body, **parts), "plan.docx").blocks


def test_paragraphs_and_tables_stand_in_the_order_of_the_body():
    body = p("Mở đầu") + tbl(["TT", "Nhiệm vụ"], ["1", "Họp giao ban"]) + p("Kết thúc")
    table = Table((("TT", "Nhiệm vụ"), ("1", "Họp giao ban")))
    assert read(word(body), "plan.docx") == Source((P("Mở đầu"), table, P("Kết thúc")), format="docx", encoding="UTF-8")


def test_what_python_docx_writes_is_read():
    document = docx.Document()
    document.add_heading("Mục tiêu", 2)
    paragraph = document.add_paragraph()
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    paragraph.add_run("KẾ HOẠCH").bold = True
    document.add_paragraph("Rà soát", style="List Bullet")
    document.add_paragraph("Báo cáo", style="List Number")
    out = io.BytesIO()
    document.save(out)
    assert read(out.getvalue(), "a.docx").blocks == (
        P("Mục tiêu", level=1, bold=True),
        P("KẾ HOẠCH", bold=True, centred=True),
        P("Rà soát", label="•", level=0),
        P("Báo cáo", label="1.", level=0),
    )


def test_strict_files_are_read_like_transitional_ones():
    body = p("Một", jc="center") + tbl(["a", tc("b", span=2)])
    assert read(word(body, namespace=STRICT), "a.docx").blocks == (P("Một", centred=True), Table((("a", "b"),)))


def test_merged_cells_belong_to_the_one_above_or_on_the_left():
    body = tbl(
        ["TT", "Việc", "Chủ trì"],
        [tc("I. Nhóm việc", span=3)],
        ["1", "Họp", tc("Sở Nội vụ", merge="restart")],
        ["2", "Báo cáo", tc("", merge="continue")],
        [tc("3", merge="restart"), "Kiểm tra", "Thanh tra"],
    )
    assert blocks(body) == (
        Table(
            (
                ("TT", "Việc", "Chủ trì"),
                ("I. Nhóm việc", Merge.LEFT, Merge.LEFT),
                ("1", "Họp", "Sở Nội vụ"),
                ("2", "Báo cáo", Merge.ABOVE),
                ("3", "Kiểm tra", "Thanh tra"),
            )
        ),
    )


def test_a_merge_without_a_cell_above_is_a_cell():
    assert blocks(tbl([tc("Một", merge="continue"), "Hai"])) == (Table((("Một", "Hai"),)),)


def test_automatic_numbers_are_written_out():
    numbering = levels(("upperRoman", "%1."), ("decimal", "%2."), ("lowerLetter", "%3)"), ("bullet", "-"))
    body = p("A", num=(1, 0)) + p("B", num=(1, 1)) + p("C", num=(1, 2)) + p("D", num=(1, 2)) + p("E", num=(1, 3)) + p("F", num=(1, 0))
    body += p("G", num=(1, 1))
    labels = [(block.label, block.level) for block in blocks(body, numbering=numbering)]
    assert labels == [("I.", 0), ("1.", 1), ("a)", 2), ("b)", 2), ("-", 3), ("II.", 0), ("1.", 1)]


def test_numbers_of_several_levels_are_one_label():
    numbering = levels(("decimal", "%1."), ("decimal", "%1.%2."), ("decimal", "%1.%2.%3"))
    body = p("A", num=(1, 0)) + p("B", num=(1, 1)) + p("C", num=(1, 2)) + p("D", num=(1, 1))
    assert [block.label for block in blocks(body, numbering=numbering)] == ["1.", "1.1.", "1.1.1", "1.2."]


def test_an_empty_cell_of_a_numbered_column_has_its_number():
    body = tbl(["TT", "Việc"], [tc(p("", num=(1, 0))), "Họp"], [tc(p("", num=(1, 0))), "Báo cáo"])
    assert blocks(body, numbering=levels(("decimal", "%1"))) == (Table((("TT", "Việc"), ("1", "Họp"), ("2", "Báo cáo"))),)


def test_a_style_brings_its_number_level_bold_and_place():
    styles = (
        '<w:style w:type="paragraph" w:styleId="Base"><w:pPr><w:jc w:val="center"/></w:pPr><w:rPr><w:b/></w:rPr></w:style>'
        '<w:style w:type="paragraph" w:styleId="Muc"><w:name w:val="heading 2"/><w:basedOn w:val="Base"/>'
        '<w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>'
    )
    numbering = levels(("upperRoman", "%1-"))
    expected = (P("MỤC TIÊU", label="I-", level=1, bold=True, centred=True),)
    assert blocks(p("MỤC TIÊU", style="Muc"), styles=styles, numbering=numbering) == expected


def test_bold_is_of_the_whole_paragraph():
    body = p(r("Cả dòng", bold=True)) + p(r("Một phần", bold=True), r(" thôi")) + p(r("tắt", more='<w:b w:val="0"/>'))
    assert [block.bold for block in blocks(body)] == [True, False, False]


def test_kept_changes_are_read_and_deleted_ones_are_not():
    body = p("Hạn ", f"<w:del>{r('cũ').replace('w:t', 'w:delText')}</w:del>", f"<w:ins>{r('30/6/2026')}</w:ins>")
    body += p("Nửa đầu ", more="<w:rPr><w:del/></w:rPr>") + p("và nửa sau")
    body += f"<w:tbl><w:tr><w:trPr><w:del/></w:trPr>{tc('bỏ')}</w:tr><w:tr>{tc('giữ')}</w:tr></w:tbl>"
    assert blocks(body) == (P("Hạn 30/6/2026"), P("Nửa đầu và nửa sau"), Table((("giữ",),)))


def test_a_text_box_is_read_once():
    box = f"<w:txbxContent>{p('Trong khung')}</w:txbxContent>"
    choice = f"<mc:AlternateContent><mc:Choice Requires='wps'><wps:txbx>{box}</wps:txbx></mc:Choice>"
    fallback = f"<mc:Fallback><w:pict><v:textbox>{box}</v:textbox></w:pict></mc:Fallback></mc:AlternateContent>"
    body = p("Ngoài khung", f"<w:r>{choice}{fallback}</w:r>")
    assert blocks(body) == (P("Trong khung"), P("Ngoài khung"))


def test_line_breaks_tabs_links_fields_and_hidden_text():
    hidden = r("ẩn", more="<w:vanish/>")
    field = '<w:r><w:fldChar w:fldCharType="begin"/><w:instrText>PAGE</w:instrText></w:r>' + r("7")
    link = f"<w:hyperlink>{r('có liên kết')}</w:hyperlink>"
    body = p("Dòng một", "<w:r><w:br/></w:r>", "dòng\u00a0hai", "<w:r><w:tab/></w:r>", link, hidden, field)
    assert blocks(body) == (P("Dòng một"), P("dòng hai có liên kết7", gap=False))


def test_content_controls_are_looked_through():
    row = tbl(["a", "b"]).replace("<w:tr>", "<w:sdt><w:sdtContent><w:tr>").replace("</w:tr>", "</w:tr></w:sdtContent></w:sdt>")
    body = f"<w:sdt><w:sdtContent>{p('Trong ô nhập')}</w:sdtContent></w:sdt>{row}"
    assert blocks(body) == (P("Trong ô nhập"), Table((("a", "b"),)))


def test_a_table_in_a_cell_gives_its_rows_as_lines():
    inner = tbl(["Bước 1", "tháng 3"], ["Bước 2", "tháng 6"])
    assert blocks(tbl(["1", tc(p("Làm:"), inner, p(""))])) == (Table((("1", "Làm:\nBước 1 tháng 3\nBước 2 tháng 6"),)),)


def test_a_table_that_is_only_a_frame_is_taken_off():
    inner = tbl(["TT", "Việc"], ["1", "Họp"])
    assert blocks(tbl([tc(p("Phụ lục"), inner, p(""))])) == (P("Phụ lục"), Table((("TT", "Việc"), ("1", "Họp"))))


def test_running_heads_and_notes_are_left_out():
    body = p("Nội dung", '<w:r><w:footnoteReference w:id="1"/></w:r>')
    assert blocks(body, header=p("Tiêu đề trang"), footer=p("Trang 1")) == (P("Nội dung"),)


def test_cells_of_several_paragraphs_have_a_line_each():
    assert blocks(tbl([tc("Sở A", "Sở B"), "x"])) == (Table((("Sở A\nSở B", "x"),)),)


def test_legacy_fonts_are_converted_run_by_run():
    body = p(r("KÕ ho¹ch", font=".VnTime"), r(" năm "), r("kÕ ho¹ch", font=".VnTimeH"), r(" Coäng hoøa", font="VNI-Times"))
    source = read(word(body), "a.docx")
    assert (source.blocks, source.encoding) == ((P("Kế hoạch năm KẾ HOẠCH Cộng hòa"),), "TCVN3")


def test_unicode_in_a_legacy_font_stays():
    assert blocks(p(r("Kế hoạch", font=".VnTime"))) == (P("Kế hoạch"),)


def test_a_file_with_macros_is_refused():
    macro = "application/vnd.ms-word.document.macroEnabled.main+xml"
    project = word(p("a"), more={"word/vbaProject.bin": b"x"})
    for content, name in [(word(p("a"), main_type=macro), "a.docx"), (project, "a.docx"), (word(p("a")), "a.docm")]:
        with pytest.raises(Refused) as refused:
            read(content, name)
        assert refused.value.kind == "macro"


def test_progress_moves_to_the_end():
    told = []
    read(word("".join(p(f"Đoạn {at}") for at in range(2000))), "a.docx", on_progress=lambda done, total: told.append((done, total)))
    assert len(told) > 3
    assert told == sorted(told)
    assert told[-1][0] == told[-1][1]
