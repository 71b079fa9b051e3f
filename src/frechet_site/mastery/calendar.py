"""A study plan as a calendar file (RFC 5545), in the local time of whoever opens it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime, time, timedelta

from icalendar import Calendar, Event

from frechet_site.mastery.plan import Sitting


def calendar_of(
    sittings: Sequence[Sitting], begin: time, start: date, stamp: datetime, address: Callable[[str], str]
) -> bytes:
    """Return the calendar; `address` gives the address of a lecture's page."""
    calendar = Calendar()
    calendar.add("prodid", "-//Frechet//Study plan//EN")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", "Matrix calculus")
    for number, sitting in enumerate(sittings):
        calendar.add_component(_event(sitting, number, begin, start, stamp, address))
    return bytes(calendar.to_ical())


def _event(
    sitting: Sitting, number: int, begin: time, start: date, stamp: datetime, address: Callable[[str], str]
) -> Event:
    event = Event()
    titles = [part.title for part in sitting.parts]
    opened = datetime.combine(sitting.day, begin)
    event.add("uid", f"{start.isoformat()}-{number}@frechet-study-plan")
    event.add("dtstamp", stamp)
    event.add("dtstart", opened)
    event.add("dtend", opened + timedelta(minutes=sitting.minutes))
    event.add("summary", "; ".join(titles))
    links = [address(part.lecture.id) for part in sitting.parts]
    review = ["First the reviews that are due."] if sitting.review else []
    event.add("description", "\n".join([*review, *links]))
    if links:
        event.add("url", links[0])
    return event
