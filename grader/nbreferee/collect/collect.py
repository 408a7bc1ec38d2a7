"""From a zip, as the LMS hands it out, to nbgrader's `submitted/`.

nbgrader's own `zip_collect` is not used: its plugins see one path at a time, so neither
of them can choose among attempts; it unpacks everything to disk before anything is
checked; it stops at the first student who was collected before; and `--force` puts an
older attempt over a newer one. What it writes, this writes too.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from nbreferee.collect.archives import Upload, read
from nbreferee.collect.roster import Person, Roster
from nbreferee.collect.senders import Sender, identify, own_name, platform, slug
from nbreferee.course import Course, Problem
from nbreferee.run import rebuild
from nbreferee.submission import Submission

if TYPE_CHECKING:
    from nbgrader.api import Gradebook, Student

_LONG_AGO = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True)
class Row:
    """What became of one student's files, or of a file that is nobody's."""

    state: str
    file: str
    submission: Submission | None = None
    remarks: tuple[str, ...] = ()


@dataclass
class Collected:
    """What `collect` did: "new", "replaced", "unchanged", "older", "unreadable" or "nobody's"."""

    rows: list[Row] = field(default_factory=list)

    def count(self, *states: str) -> int:
        """Count the rows in one of the states."""
        return sum(row.state in states for row in self.rows)


def collect(
    course: Course,
    assignment: str,
    sources: Iterable[Path],
    roster: Roster | None = None,
    student: str = "",
) -> Collected:
    """Take submissions from zips, folders and single files into the course.

    Of several attempts the newest stays, also when it came with an earlier zip.

    Args:
        course: the course.
        assignment: the assignment's name.
        sources: zips, folders or notebooks.
        roster: who the people are; they enter the gradebook even without a submission.
        student: whose the files are, where their names do not tell.

    Raises:
        Problem: if there is no such assignment.
    """
    notebook = course.notebook(assignment).stem
    collected = Collected()
    found: dict[tuple[str, str], list[_Attempt]] = {}
    with tempfile.TemporaryDirectory() as scratch:
        for number, source in enumerate(sources):
            place = Path(scratch) / str(number)
            place.mkdir()
            try:
                uploads = list(read(source, place))
            except Problem as problem:
                row = Row("nobody's", source.name, remarks=(problem.message,))
                collected.rows.append(row)
                continue
            lms = platform(upload.path for upload in uploads)
            wrapped = "" if student else _wrapping(uploads, lms, assignment)
            for upload in uploads:
                sender = identify(upload.path, assignment, notebook, lms)
                if student:
                    sender = Sender("", student, "", upload.path.name)
                if sender is None or wrapped:
                    collected.rows.append(_nobodys(upload, assignment, wrapped))
                else:
                    key = (sender.lms, sender.user or slug(sender.name))
                    found.setdefault(key, []).append(_Attempt(sender, upload, notebook))
        with course.gradebook() as gradebook:
            students = _Students(gradebook, roster or Roster())
            for attempts in found.values():
                collected.rows.append(_keep(course, assignment, attempts, students))
    return collected


def _wrapping(uploads: list[Upload], lms: str, assignment: str) -> str:
    """Return the folder that all files lie in, if it may as well be no student's."""
    folders = {upload.path.parts[0] for upload in uploads if len(upload.path.parts) > 1}
    inside = [u for u in uploads if u.path.suffix.lower() == ".ipynb"]
    names = {own_name(upload.path.name).casefold() for upload in inside}
    if (
        len(folders) == 1
        and not lms
        and all(len(upload.path.parts) > 1 for upload in uploads)
        and len(names) > 1
    ):
        (folder,) = folders
        return folder if folder != assignment else ""
    return ""


@dataclass(frozen=True)
class _Attempt:
    """One file of one student."""

    sender: Sender
    upload: Upload
    notebook: str

    @property
    def is_notebook(self) -> bool:
        """Whether it is one by its name or by what is in it."""
        start = self.upload.start.lstrip(b"\xef\xbb\xbf \r\n\t")
        return self.sender.filename.lower().endswith(".ipynb") or (
            start.startswith(b"{") and (b'"cells"' in start or b'"nbformat"' in start)
        )

    @property
    def fits(self) -> bool:
        """Whether it has the assignment's name, copies counted in."""
        return (
            own_name(self.sender.filename).casefold().endswith(self.notebook.casefold())
        )

    @property
    def age(self) -> tuple[int, datetime, datetime, int]:
        """Sort the newest last: by the LMS's count, by time, by the number in the name."""
        again = re.search(r"(?:-| ?\()(\d+)\)?$", Path(self.sender.filename).stem)
        when = self.upload.time or _LONG_AGO
        changed = self.upload.changed or _LONG_AGO
        return self.sender.order, when, changed, int(again[1]) if again else 0


def _keep(
    course: Course, assignment: str, attempts: list[_Attempt], students: _Students
) -> Row:
    """Write the newest attempt of one student, unless a newer one is there already."""
    attempts.sort(key=lambda a: (not a.sender.typed, a.is_notebook, a.fits, a.age))
    *others, chosen = attempts
    sender, upload = chosen.sender, chosen.upload

    def taken(student: str) -> bool:
        before = Submission.load(course, student, assignment)
        return before.user not in ("", sender.user)

    student, person, said = students.find(sender, taken)
    submission = Submission(
        student=student,
        assignment=assignment,
        name=person.name,
        lms=sender.lms,
        user=sender.user,
        file=f"{upload.source}: {upload.path}",
        order=sender.order,
        time=upload.time,
        late=sender.late,
        problem=_problem(chosen),
    )
    for other in others:
        if other.is_notebook:
            older = other.fits == chosen.fits
            what = "an older attempt" if older else "another notebook"
            submission.remarks.append(f"{what}, not used: {other.sender.filename}")
    folder = course.folder("submitted", submission.student, assignment)
    data = upload.data or b""
    state = "new"
    if folder.is_dir():
        before = Submission.load(course, submission.student, assignment)
        if before.data(course) == data and before.problem == submission.problem:
            state = "unchanged"
            submission.time = before.time  # a zip's times change with each download
        elif _newer(before, submission):
            return Row(
                "older", sender.filename, before, ("a newer attempt is there already",)
            )
        else:
            state = "replaced"
    submission.save(course, data if chosen.is_notebook else None)
    if submission.problem:
        state = "unreadable"
    remarks = filter(None, (submission.problem, said, *submission.remarks))
    return Row(state, sender.filename, submission, tuple(remarks))


def _newer(before: Submission, after: Submission) -> bool:
    """Whether what is there already is newer than what comes."""
    if before.lms == after.lms and before.order != after.order:
        return before.order > after.order
    return bool(before.time and after.time and before.time > after.time)


def _problem(chosen: _Attempt) -> str:
    """Say why a student's file cannot be graded, "" if it can."""
    upload, sender = chosen.upload, chosen.sender
    if upload.problem:
        return f"{sender.filename} is {upload.problem}"
    if sender.typed:
        return "text was typed and no file handed in: hand in the .ipynb file"
    try:
        rebuild.read(upload.data or b"")
    except rebuild.Unreadable as error:
        return f"{sender.filename} is {error}"
    return ""


def _nobodys(upload: Upload, assignment: str, wrapped: str = "") -> Row:
    if wrapped:
        advice = (
            f"everything lies in the folder {wrapped}, and nothing tells whether that is a "
            "student. Unpack it, and say the folder's name in place of the zip's"
        )
        return Row("nobody's", f"{upload.source}: {upload.path}", remarks=(advice,))
    advice = upload.problem or (
        "nothing tells whose it is. Name it STUDENT_NAME.ipynb, put it into a folder with the "
        f"student's name, or say: nbreferee collect {assignment} FILE --student NAME"
    )
    return Row("nobody's", f"{upload.source}: {upload.path}", remarks=(advice,))


class _Students:
    """Who is who: the same student gets the same id, whatever a zip calls them.

    An id is made once and then found again by the account that the gradebook keeps as
    `lms_user_id`: Canvas's number, or what the roster says. Moodle's zips without a roster
    tell names alone.
    """

    def __init__(self, gradebook: Gradebook, roster: Roster) -> None:
        self.gradebook, self.roster = gradebook, roster
        self.known: dict[str, Student] = {s.id: s for s in gradebook.students}
        for person in roster.people:
            self._enrol(person)

    def find(
        self, sender: Sender, taken: Callable[[str], bool]
    ) -> tuple[str, Person, str]:
        """Return the sender's id, who that is, and what to say of it.

        `taken` tells whether an id has a submission that another person sent.
        """
        person = self.roster.find(sender)
        if person:
            return self._enrol(person), person, ""
        if sender.lms == "canvas":
            name = sender.name or sender.user  # anonymous: "anon_" and a code
            person = Person(name, user=sender.user, account=sender.user)
            return self._enrol(person), person, ""
        name = (
            f"{sender.name} {sender.user}"
            if sender.lms and sender.anonymous
            else sender.name
        )
        person = Person(name, user=sender.user)
        if taken(slug(name)):
            person = Person(f"{name} {sender.user}", user=sender.user)
            said = f"another {name} is in this class: use --roster to tell them apart"
            return self._enrol(person), person, said
        return self._enrol(person), person, ""

    def _enrol(self, person: Person) -> str:
        """Find a person in the gradebook, or enter them."""
        for known in self.known.values():
            if person.account and known.lms_user_id == person.account:
                return known.id
        number = person.account if person.account.isdigit() else ""
        student = slug(f"{person.name} {number}")
        known = self.known.get(student)
        if known and known.lms_user_id and person.account:
            student = slug(f"{person.name} {person.account}")
            known = None
        last, comma, first = person.name.partition(",")
        facts = {
            "last_name": last.strip(),
            "first_name": first.strip() if comma else "",
            "email": person.email or None,
            "lms_user_id": person.account or None,
        }
        facts = {
            key: value for key, value in facts.items() if not getattr(known, key, None)
        }
        self.known[student] = self.gradebook.update_or_create_student(student, **facts)
        return student
