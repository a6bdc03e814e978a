"""Work on documents as a whole: which revision counts when, dates, audiences, the trash."""
