"""The portal's addresses, one list an area. config/urls.py includes them at the root."""

from django.urls import path

from kb.views import (
    answers,
    ask,
    conversations,
    library,
    library_change,
    library_chunks,
    library_document,
    library_readers,
    library_upload,
    me,
    notices,
    originals,
    people_import,
    search,
    sources,
    stream,
    theme,
)

asking = [
    path("", ask.empty, name="ask"),
    path("ask/", ask.ask, name="ask_post"),
    path("questions/<int:question_id>/", ask.question, name="question"),
    path("questions/<int:question_id>/edit/", ask.edit, name="question_edit"),
    path("questions/<int:question_id>/again/", ask.again, name="question_again"),
    path("answers/<int:answer_id>/", answers.answer, name="answer"),
    path("answers/<int:answer_id>/stream/", stream.answer_stream, name="answer_stream"),
    path("answers/<int:answer_id>/stop/", answers.stop, name="answer_stop"),
    path("answers/<int:answer_id>/read/", answers.trace, name="answer_trace"),
    path("answers/<int:answer_id>/feedback/", answers.feedback, name="answer_feedback"),
]

conversing = [
    path("conversations/", conversations.conversations, name="conversations"),
    path("conversations/<int:conversation_id>/", conversations.conversation, name="conversation"),
    path("conversations/<int:conversation_id>/rename/", conversations.rename, name="conversation_rename"),
    path("conversations/<int:conversation_id>/pin/", conversations.pin, name="conversation_pin"),
    path("conversations/<int:conversation_id>/delete/", conversations.delete, name="conversation_delete"),
    path("conversations/<int:conversation_id>/restore/", conversations.restore, name="conversation_restore"),
]

reading = [
    path("sources/<int:citation_id>/", sources.source, name="source"),
    path("documents/<int:document_id>/", sources.document, name="document"),
    path("documents/<int:document_id>/<int:number>/<int:page>/", sources.page, name="page"),
    path("documents/<int:document_id>/<int:number>/<int:page>/image/", originals.page_picture, name="page_image"),
    path("documents/<int:document_id>/<int:number>/original/", originals.original, name="original"),
]

searching = [
    path("search/", search.search, name="search"),
]

keeping = [
    path("library/", library.library, name="library"),
    path("library/documents/restore/", library.restore_several, name="documents_restore"),
    path("library/documents/<int:document_id>/", library_document.document, name="library_document"),
    path("library/documents/<int:document_id>/live/", library_document.live, name="document_live"),
    path("library/documents/<int:document_id>/describe/", library_change.describe, name="document_describe"),
    path("library/documents/<int:document_id>/audience/", library_readers.audience, name="document_audience"),
    path("library/documents/<int:document_id>/days/<int:number>/", library_change.days, name="document_days"),
    path("library/documents/<int:document_id>/replace/", library_change.replace, name="document_replace"),
    path("library/documents/<int:document_id>/delete/", library_document.delete, name="document_delete"),
    path("library/documents/<int:document_id>/retry/", library_document.retry, name="document_retry"),
    path("library/documents/<int:document_id>/cancel/", library_document.cancel, name="document_cancel"),
    path("library/documents/<int:document_id>/chunks/", library_chunks.chunks, name="document_chunks"),
    path("library/<slug:slug>/", library.collection, name="collection"),
    path("library/<slug:slug>/live/", library.live, name="collection_live"),
    path("library/<slug:slug>/upload/", library_upload.upload, name="upload"),
    path("library/<slug:slug>/delete/", library.delete_several, name="documents_delete"),
]

mine = [
    path("me/", me.me, name="me"),
    path("me/appearance/", me.appearance, name="me_appearance"),
    path("me/password/", me.password, name="me_password"),
    path("me/sessions/<int:place_id>/end/", me.end_session, name="me_session_end"),
    path("me/sessions/end-others/", me.end_other_sessions, name="me_sessions_end"),
    path("me/tokens/", me.make_token, name="me_token_make"),
    path("me/tokens/<int:token_id>/revoke/", me.revoke_token, name="me_token_revoke"),
    path("me/data/", me.data, name="me_data"),
    path("people/import/", people_import.people_import, name="people_import"),
    path("notices/", notices.notices, name="notifications"),
    path("notices/read/", notices.read, name="notices_read"),
    path("notices/<int:notice_id>/", notices.notice, name="notice"),
]

frame = [
    path("theme/", theme.theme, name="theme"),
]

urlpatterns = [*asking, *conversing, *reading, *searching, *keeping, *mine, *frame]
