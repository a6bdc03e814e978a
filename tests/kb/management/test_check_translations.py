"""Every text has its Korean, fills in the same things, and nothing else lies in the catalogue."""

from __future__ import annotations

import shutil
from pathlib import Path
from textwrap import dedent

import polib
import pytest
from django.conf import settings
from django.core.management import call_command

from kb.management.catalogue import complaints, renewed
from kb.management.commands.check_translations import FILE
from kb.management.messages import Key, Text, console_texts, own_texts, python_texts, template_texts

HEAD = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n"Plural-Forms: nplurals=1; plural=0;\\n"\n\n'


def catalogue(body: str) -> polib.POFile:
    return polib.pofile(HEAD + dedent(body))


def texts(*given: str | tuple[str, str]) -> dict[Key, Text]:
    pairs = [(item, None) if isinstance(item, str) else item for item in given]
    return {Key(msgid): Text(Key(msgid), plural, "page.html") for msgid, plural in pairs}


def wrong(body: str, *wanted: str | tuple[str, str]) -> list[str]:
    return complaints(catalogue(body), texts(*wanted), {})


# ---- What the code says


def test_python_calls_are_found_under_every_name_with_plural_and_context() -> None:
    source = dedent("""
        _("Save"); N_("Later"); gettext_lazy("Lazy")
        translation.gettext("Of a module")
        ngettext("%(n)s page", "%(n)s pages", n)
        pgettext("door", "Sign in")
        npgettext("shelf", "one book", "books", n)
        _("joined "
          "sentence")
    """)
    assert set(python_texts(source)) == {
        (Key("Save"), None),
        (Key("Later"), None),
        (Key("Lazy"), None),
        (Key("Of a module"), None),
        (Key("%(n)s page"), "%(n)s pages"),
        (Key("Sign in", "door"), None),
        (Key("one book", "shelf"), "books"),
        (Key("joined sentence"), None),
    }


def test_a_text_that_comes_from_elsewhere_is_none_of_ours() -> None:
    assert list(python_texts('_(row["what"]); _(text); other("Save"); _()')) == []


def test_template_tags_are_found_in_attributes_filters_and_blocks() -> None:
    source = dedent("""
        {% load i18n %}<p title="{% translate 'A title' %}">
          {% include "x.html" with text=_("In a tag") %}{{ value|default:_("In a filter") }}
        {% blocktranslate trimmed count n=n %}
            {{ n }} page
          {% plural %}
            {{ n }} pages
        {% endblocktranslate %}
        {% translate "Sign in" context "door" %} it's "odd (text {% comment %}{% translate "Hidden" %}{% endcomment %}
    """)
    assert set(template_texts(source)) == {
        (Key("A title"), None),
        (Key("In a tag"), None),
        (Key("In a filter"), None),
        (Key("%(n)s page"), "%(n)s pages"),
        (Key("Sign in", "door"), None),
    }


def test_the_source_tree_is_read_without_its_migrations(tmp_path: Path) -> None:
    for name, text in {
        "kb/views/page.py": '_("Of a view")',
        "kb/migrations/0001_first.py": '_("Of a migration")',
        "templates/ask/page.html": '{% load i18n %}{% translate "Of a page" %}',
        "tests/test_page.py": '_("Of a test")',
    }.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    found = own_texts(tmp_path)
    assert {key.msgid for key in found} == {"Of a view", "Of a page"}
    assert found[Key("Of a page")].place == "templates/ask/page.html"


def test_the_consoles_library_is_read_without_its_optional_parts() -> None:
    found = {key.msgid for key in console_texts()}
    assert "Apply Filters" in found  # of a template
    assert "Select action" in found  # of its code
    assert "Confirm import" not in found  # of unfold.contrib.import_export


# ---- What the catalogue must be


def test_a_whole_catalogue_is_right() -> None:
    body = """
        msgid "Save"
        msgstr "저장"

        msgid "%(n)s page"
        msgid_plural "%(n)s pages"
        msgstr[0] "%(n)s쪽"
    """
    assert wrong(body, "Save", ("%(n)s page", "%(n)s pages")) == []


@pytest.mark.parametrize(
    ("body", "complaint"),
    [
        ("", "no translation: 'Save'"),
        ('msgid "Save"\nmsgstr ""', "no translation: 'Save'"),
        ('msgid "Save"\nmsgstr "저장"\n\nmsgid "Old"\nmsgstr "옛말"', "unused: 'Old'"),
        ('#, fuzzy\nmsgid "Save"\nmsgstr "저장"', "fuzzy: 'Save'"),
        ('msgid "Save"\nmsgstr "저장"\n\n#~ msgid "Old"\n#~ msgstr "옛말"', "commented out: 'Old'"),
        ('msgctxt "door"\nmsgid "Save"\nmsgstr "저장"', "no translation: 'Save' (page.html)"),
    ],
)
def test_what_is_missing_left_over_or_unsure_is_named(body: str, complaint: str) -> None:
    assert any(line.startswith(complaint) for line in wrong(body, "Save"))


@pytest.mark.parametrize(
    ("english", "korean"),
    [
        ("%(name)s is back.", "돌아왔어요."),
        ("%(name)s is back.", "%(title)s이 돌아왔어요."),
        ("%(name)s is back.", "%(name)s은 100% 돌아왔어요."),
        ("%s of %s", "%s"),
        ("Take {} out", "빼기"),
        ("At most %(n)s %%", "%(n)s% 까지"),
    ],
)
def test_a_translation_fills_in_what_the_text_fills_in(english: str, korean: str) -> None:
    assert "placeholders differ" in " ".join(wrong(f'msgid "{english}"\nmsgstr "{korean}"', english))


@pytest.mark.parametrize(
    ("english", "korean"),
    [
        ("%(a)s of %(b)s", "%(b)s 가운데 %(a)s"),
        ("%(a)s is here", "%(a)s, 바로 %(a)s"),
        ("100 % sure", "100 % 확실"),
        ("%(n)s %%", "%(n)s%%"),
    ],
)
def test_order_repetition_and_plain_percent_signs_are_free(english: str, korean: str) -> None:
    assert wrong(f'msgid "{english}"\nmsgstr "{korean}"', english) == []


def test_the_plural_decides_what_is_filled_in() -> None:
    body = 'msgid "One page"\nmsgid_plural "%(n)s pages"\nmsgstr[0] "{}"'
    assert wrong(body.format("%(n)s쪽"), ("One page", "%(n)s pages")) == []
    assert "placeholders differ" in wrong(body.format("한 쪽"), ("One page", "%(n)s pages"))[0]
    assert "another plural" in wrong(body.format("%(n)s쪽"), ("One page", "%(n)s sheets"))[0]


def test_what_a_library_says_must_be_there_too_and_may_be_there() -> None:
    body = 'msgid "Save"\nmsgstr "저장"\n\nmsgid "Run"\nmsgstr "실행"'
    assert complaints(catalogue(body), texts("Save"), texts("Run")) == []
    assert "no translation: 'Stop'" in complaints(catalogue(body), texts("Save"), texts("Run", "Stop"))[0]


def test_writing_keeps_translations_adds_empty_entries_and_drops_the_rest() -> None:
    body = """
        msgid "Old"
        msgstr "옛말"

        msgid "Save"
        msgstr "저장"
    """
    fresh = renewed(catalogue(body), texts("Save", "New", ("One page", "%(n)s pages")), {})
    assert [(entry.msgid, entry.msgstr or entry.msgstr_plural) for entry in fresh] == [
        ("New", {}),
        ("One page", {0: ""}),
        ("Save", "저장"),
    ]
    assert fresh.metadata["Plural-Forms"] == "nplurals=1; plural=0;"


# ---- The command


def test_everything_that_maru_says_has_its_korean() -> None:
    call_command("check_translations")


@pytest.fixture
def copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A source tree of one page, with the catalogue that belongs to the whole."""
    monkeypatch.setattr(settings, "BASE_DIR", tmp_path)
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates/page.html").write_text('{% load i18n %}{% translate "Quite new" %}')
    (tmp_path / FILE).parent.mkdir(parents=True)
    shutil.copy(Path(__file__).parents[3] / FILE, tmp_path / FILE)
    return tmp_path


def test_it_fails_with_a_list_and_write_mends_what_a_program_can(
    copy: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        call_command("check_translations")
    told = capsys.readouterr().err
    assert ended.value.code == 1
    assert "no translation: 'Quite new' (templates/page.html)" in told
    assert "unused: 'Library'" in told

    with pytest.raises(SystemExit):
        call_command("check_translations", write=True)
    told = capsys.readouterr().err
    assert "no translation: 'Quite new'" in told
    assert "unused" not in told

    held = polib.pofile(str(copy / FILE))
    held.find("Quite new").msgstr = "아주 새로운"
    held.save(str(copy / FILE))
    call_command("check_translations")
