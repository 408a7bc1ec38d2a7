"""Who is who: a class list from an LMS, or your own."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

from nbreferee.collect.senders import Sender, slug
from nbreferee.course import Problem


@dataclass(frozen=True)
class Person:
    """A line of a class list.

    `user` is the number in the names of files. `account` is what stays the same for all
    assignments: Canvas's number, the e-mail address in Moodle's worksheet.
    """

    name: str
    user: str = ""
    account: str = ""
    email: str = ""


class Roster:
    """A class list: Canvas's exported gradebook, Moodle's grading worksheet, or your own.

    Read are the columns Student, Full name or Name; ID or Identifier; Email address, Email
    or SIS Login ID.
    """

    def __init__(self, people: Iterable[Person] = ()) -> None:
        """Keep the people in their order."""
        self.people = list(people)
        self._by_user = {person.user: person for person in self.people if person.user}

    @classmethod
    def read(cls, path: Path) -> Roster:
        """Read a CSV file.

        Raises:
            Problem: if it has no column of names, or is no CSV file.
        """
        data = path.read_bytes()
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = data.decode("cp949", "replace")
        rows = list(csv.DictReader(StringIO(text, newline="")))
        columns = {
            (key or "").strip().casefold(): key for row in rows[:1] for key in row
        }

        def cell(row: dict[str, str], *names: str) -> str:
            found = (row.get(columns[name]) for name in names if name in columns)
            return next((value.strip() for value in found if value), "")

        people = []
        for row in rows:
            name = cell(row, "student", "full name", "name")
            user, email = (
                cell(row, "id"),
                cell(row, "email address", "email", "sis login id"),
            )
            account = user or email
            if identifier := re.fullmatch(r"\D*(\d+)", cell(row, "identifier")):
                user = identifier[1]
            if name and "points possible" not in name.casefold():
                people.append(Person(name, user, account, email))
        if not people:
            raise Problem(
                f"{path} names nobody. A roster is a CSV file with the columns name, id, email; "
                "Canvas's exported gradebook and Moodle's grading worksheet will do."
            )
        return cls(people)

    def find(self, sender: Sender) -> Person | None:
        """Return the person with the sender's number, or the only one with that name."""
        if sender.user in self._by_user:
            return self._by_user[sender.user]
        same = [p for p in self.people if slug(p.name) == slug(sender.name)]
        return same[0] if len(same) == 1 else None
