"""One module a format: `.docx`, text PDF, `.xlsx`, and text as an OCR or a converter leaves it.

Each has `blocks(content, work, …)`, the file's paragraphs and tables in reading order, and `first_page(content, work)`, the lines
printed on its first page, heads and boxes included, for the gate to look for a secrecy stamp.
"""
