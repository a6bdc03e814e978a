"""Work in the background: the Job row is the truth, django-q2 carries kicks to it."""
