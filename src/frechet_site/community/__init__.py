"""Questions, answers, suggestions and notes.

How the lecture page shows them beside a lecture: `{% include "community/beside.html" with
lecture_id=lecture.id %}`. The panel asks for its content itself (htmx); without JavaScript it is
two links. A link to ask about one part of a lecture is
`{% url "community:ask" %}?lecture=<lecture id>&step=<anchor of the part>`.
"""
