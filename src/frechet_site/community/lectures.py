"""What the community knows of the course: the titles of its lectures."""

from __future__ import annotations

from frechet.course.content import content_folder, course_of
from frechet_site.lib.remembered import remembered


@remembered
def titles() -> dict[str, str]:
    """Return the titles of the lectures by their ids, in the course's order."""
    return {lecture.id: lecture.title for lecture in course_of(content_folder()).lectures}


@remembered
def sections() -> list[tuple[str, list[tuple[str, str]]]]:
    """Return the lectures as the groups of a choice."""
    return [
        (section.title, [(lecture.id, lecture.title) for lecture in section.lectures])
        for section in course_of(content_folder()).sections
    ]


def title_of(lecture: str) -> str:
    """Return the title of a lecture; of one that is gone, its id."""
    return titles().get(lecture, lecture)
