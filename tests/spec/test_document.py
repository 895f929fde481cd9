from tests.spec.document import DOCUMENT, document


def test_the_printed_document_is_what_the_tables_say_now() -> None:
    assert DOCUMENT.read_text(encoding="utf-8") == document(), "run: python -m tests.spec.document"
