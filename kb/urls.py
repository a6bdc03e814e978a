"""The portal's addresses, one list an area. config/urls.py includes them at the root."""

from django.urls import path

from kb.views import answers, ask, conversations, originals, search, sources, stream, theme

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

frame = [
    path("theme/", theme.theme, name="theme"),
]

urlpatterns = [*asking, *conversing, *reading, *searching, *frame]
