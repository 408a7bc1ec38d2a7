"""The commands: `nbreferee release`, `collect`, `grade`, `feedback`, `export`."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from rich.console import Console
from rich.markup import escape as escape_markup
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.table import Table

from nbreferee.course import Course, Problem
from nbreferee.limits import Limits
from nbreferee.text import shown

if TYPE_CHECKING:
    from nbreferee.record.gradebook import Result
    from nbreferee.run.cgroup import Way

console = Console()
PATH = click.Path(path_type=Path)
EXISTING = click.Path(path_type=Path, exists=True)


def escape(text: str) -> str:
    """Return a text that may come from a student for a table: no markup, no terminal codes."""
    return escape_markup(shown(text))


class _WithExamples:
    """Show a command's epilog as examples, line by line."""

    epilog: str | None

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the examples."""
        with formatter.section("Examples"):
            for line in (self.epilog or "").splitlines():
                formatter.write(f"{'':{formatter.current_indent}}{line}\n")


class _Command(_WithExamples, click.Command):
    pass


class _Group(_WithExamples, click.Group):
    command_class = _Command

    def main(self, *args: Any, **kwargs: Any) -> Any:
        """Run without a wait that serves nothing here.

        Where the package rfc3987_syntax is installed, importing nbformat takes 3 s, for a
        grammar of web addresses.
        """
        sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]
        return super().main(*args, **kwargs)


@click.group(
    cls=_Group,
    epilog="""\
nbreferee collect 01-filters ~/Downloads/submissions.zip
nbreferee grade 01-filters
nbreferee feedback 01-filters
nbreferee export 01-filters --format canvas -o grades.csv""",
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.option(
    "--course", type=PATH, help="The course's folder.  [default: the current one]"
)
@click.version_option(package_name="nbreferee")
@click.pass_context
def main(context: click.Context, course: Path | None) -> None:
    """From a student's file to a grade.

    Parts that a person grades wait in nbgrader's formgrader: `jupyter lab`, then
    Nbgrader ▸ Formgrader.
    """
    context.obj = lambda: Course.find(course)


@main.command(
    epilog="""\
nbreferee release
nbreferee release 01-filters
nbreferee release --check""",
)
@click.argument("assignments", nargs=-1, metavar="[ASSIGNMENT]...")
@click.option(
    "--check", is_flag=True, help="Write nothing; fail if something would change."
)
@click.pass_obj
def release(
    find: Callable[[], Course], assignments: tuple[str, ...], check: bool
) -> None:
    """Make the students' notebooks from the instructor's.

    Without a name, of all assignments. The same solution gives the same bytes each time.
    """
    from nbreferee.release import differences, publish

    course, stale = find(), 0
    for assignment in assignments or course.assignments():
        if not check:
            folder = publish(course, assignment)
            console.print(
                f"{assignment} → {folder.relative_to(course.root)}", highlight=False
            )
        for difference in differences(course, assignment) if check else ():
            console.print(f"[red]{assignment}: {escape(difference)}[/red]")
            stale += 1
    if stale:
        raise Problem(
            "Exercises are made from solutions, never edited. Say: nbreferee release"
        )


@main.command(
    epilog="""\
nbreferee collect 01-filters submissions.zip
nbreferee collect 01-filters monday.zip late/ --roster gradebook.csv
nbreferee collect 01-filters filters.ipynb --student kim""",
)
@click.argument("assignment")
@click.argument("sources", nargs=-1, required=True, type=EXISTING, metavar="ZIP...")
@click.option("--roster", type=EXISTING, help="A CSV file that says who is who.")
@click.option(
    "--student", default="", help="Whose file it is, where its name does not tell."
)
@click.pass_obj
def collect(
    find: Callable[[], Course],
    assignment: str,
    sources: tuple[Path, ...],
    roster: Path | None,
    student: str,
) -> None:
    """Take submissions from ZIP, as Canvas or Moodle hands it out.

    A folder or a single notebook does as well. Of several attempts the newest counts, also
    over several zips. A file that cannot be read is named and kept; it will be graded with
    zero points and the reason. The exit code is 1 if a file belongs to nobody.
    """
    from nbreferee.collect.collect import collect as run
    from nbreferee.collect.roster import Roster

    course = find()
    with console.status("Reading …"):
        people = Roster.read(roster) if roster else None
        collected = run(course, assignment, sources, people, student)
    table = Table(title=f"{assignment}: {len(collected.rows)} submissions")
    for heading in ("Student", "File", "Handed in", "", "Remarks"):
        table.add_column(heading, overflow="fold")
    colours = {
        "unreadable": "yellow",
        "nobody's": "red",
        "older": "dim",
        "unchanged": "dim",
    }
    for row in sorted(
        collected.rows, key=lambda r: r.submission.student if r.submission else "~"
    ):
        found = row.submission
        when = (
            found.time.astimezone().strftime("%Y-%m-%d %H:%M")
            if found and found.time
            else ""
        )
        late = " [yellow]late[/yellow]" if found and found.late else ""
        state = f"[{colours.get(row.state, 'green')}]{row.state}[/]"
        table.add_row(
            escape(found.student) if found else "?",
            escape(row.file),
            when + late,
            state,
            escape("; ".join(row.remarks)),
        )
    console.print(table)
    if bad := collected.count("unreadable"):
        console.print(f"[yellow]{bad} cannot be read and will count zero.[/yellow]")
    if lost := collected.count("nobody's"):
        raise Problem(f"{lost} could not be taken: see the table.")
    console.print(f"Next: nbreferee grade {assignment}", highlight=False)


@main.command(
    epilog="""\
nbreferee grade 01-filters
nbreferee grade 01-filters --student kim --again
nbreferee grade 01-filters --scheduler tcp://10.0.0.1:8786""",
)
@click.argument("assignment")
@click.option(
    "--student", "students", multiple=True, help="Only this one.  [repeatable]"
)
@click.option(
    "--again", is_flag=True, help="Grade also what is graded and has not changed."
)
@click.option(
    "--workers",
    type=click.IntRange(1),
    help="How many at once on this machine.  [default: one for each core]",
)
@click.option(
    "--scheduler",
    metavar="ADDRESS",
    help="Use the workers of this Dask scheduler, for example tcp://10.0.0.1:8786.",
)
@click.option(
    "--cell-seconds",
    type=click.FloatRange(1),
    default=Limits.cell_seconds,
    show_default=True,
    help="How long a cell or a test may take in the sandbox.",
)
@click.option(
    "--seconds",
    type=click.FloatRange(1),
    default=Limits.total_seconds,
    show_default=True,
    help="How long a whole submission may take.",
)
@click.option(
    "--memory",
    metavar="MB",
    type=click.IntRange(256),
    default=Limits.memory_mb,
    show_default=True,
    help="How much memory a submission may use, in megabytes.",
)
@click.option(
    "--unsafe-no-sandbox",
    is_flag=True,
    help="Run the students' code with your own rights, beside the tests, by nbgrader alone.",
)
@click.pass_obj
def grade(
    find: Callable[[], Course],
    assignment: str,
    students: tuple[str, ...],
    again: bool,
    workers: int | None,
    scheduler: str | None,
    cell_seconds: float,
    seconds: float,
    memory: int,
    unsafe_no_sandbox: bool,
) -> None:
    """Grade what was collected, with nbgrader's tests and gradebook.

    The students' code runs in a sandbox: without network, without your files, with bounded
    time and memory; the tests run outside of it.

    What is graded and has not changed since, neither the submission nor the tests, is kept.
    Ctrl-C loses nothing: the same command goes on where it stopped.
    """
    if (workers is not None) + (scheduler is not None) + unsafe_no_sandbox > 1:
        raise click.UsageError(
            "Only one of --workers, --scheduler and --unsafe-no-sandbox."
        )
    from nbreferee.record.gradebook import grade as run
    from nbreferee.run.grade import Grader, autograde

    course = find()
    if unsafe_no_sandbox:
        grader: Grader = autograde
    else:
        from nbreferee.run.cluster import spread, ways

        limits = Limits(cell_seconds, seconds, memory)
        grader = spread(workers, scheduler, limits)
        if scheduler is None:
            _check_sandbox()
        console.print(
            f"Memory: {limits.memory_mb:,} MB a submission, {_held(ways(scheduler))}. Where less "
            f"than {limits.floor_mb} MB are left on a machine, the submission that holds most is "
            "ended.",
            style="dim",
            highlight=False,
            markup=False,
            soft_wrap=True,
        )
    bar = Progress(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("left"),
        TimeRemainingColumn(),
        console=console,
        transient=True,
    )
    with bar, _lost_interrupts() as check:
        task = bar.add_task("preparing", total=None)

        def progress(done: int, total: int, student: str) -> None:
            check()
            bar.update(task, completed=done, total=total, description=escape(student))

        try:
            lines = run(
                course,
                assignment,
                students,
                again=again,
                grader=grader,
                progress=progress,
            )
        except KeyboardInterrupt:
            bar.stop()
            console.print("Stopped. What is graded is kept; the same command goes on.")
            raise SystemExit(130) from None
    _summary(assignment, lines)


@contextmanager
def _lost_interrupts() -> Iterator[Callable[[], None]]:
    """Give a function that raises KeyboardInterrupt where one was lost.

    Python drops one that comes while it clears an object away, as it does with Dask's after
    each submission, and only reports it to `sys.unraisablehook`.
    """
    report, lost = sys.unraisablehook, False

    def notice(unraisable: sys.UnraisableHookArgs) -> None:
        nonlocal lost
        if unraisable.exc_type is KeyboardInterrupt:
            lost = True
        else:
            report(unraisable)

    def check() -> None:
        if lost:
            raise KeyboardInterrupt

    sys.unraisablehook = notice
    try:
        yield check
    finally:
        sys.unraisablehook = report


def _held(ways: Sequence[Way]) -> str:
    """Say what holds the memory of submissions on those who grade, and why not a cgroup."""
    reasons = [way.reason for way in ways if way.words is None]
    if not ways:
        return "held by a cgroup where a worker has one"
    if not reasons:
        return "held by a cgroup"
    watched = f"counted by watching it, for no cgroup can be made ({shown(reasons[0])})"
    if len(reasons) == len(ways):
        return watched
    return f"held by a cgroup on {len(ways) - len(reasons)} workers and, on others, {watched}"


def _check_sandbox() -> None:
    """Stop before anything is graded where this machine cannot run the sandbox."""
    from nbreferee.run.grade import check_sandbox
    from nbreferee.run.sandbox import SandboxError

    try:
        check_sandbox()
    except SandboxError as error:
        raise Problem(
            f"{error} Nothing was graded. To grade students whose code you would run "
            "yourself, without any protection: --unsafe-no-sandbox"
        ) from None


def _summary(assignment: str, lines: list[Result]) -> None:
    """Print who got what, and what is left to do."""
    counts = {
        state: sum(r.state == state for r in lines)
        for state in ("graded", "kept", "lost")
    }
    table = Table(
        title=f"{assignment}: {counts['graded']} graded, {counts['kept']} kept as they were"
    )
    table.add_column("Student", overflow="fold")
    table.add_column("Points", justify="right", no_wrap=True)
    table.add_column("By hand")
    table.add_column("Remarks", overflow="fold")
    for line in lines:
        remarks = [*(["late"] if line.late else []), *filter(None, line.remarks)]
        colour = (
            "red" if line.state == "lost" else "yellow" if line.verdict != "ok" else ""
        )
        table.add_row(
            escape(line.student),
            "" if line.state == "lost" else f"{line.points:g} / {line.total:g}",
            "to do" if line.by_hand else "",
            escape("; ".join(remarks)),
            style=colour,
        )
    console.print(table)
    if by_hand := sum(line.by_hand for line in lines):
        console.print(
            f"{by_hand} wait to be graded by hand: jupyter lab, Nbgrader ▸ Formgrader."
        )
    if counts["lost"]:
        raise Problem(
            f"{counts['lost']} could not be recorded: see the table, then say it again."
        )


@main.command(
    epilog="""\
nbreferee feedback 01-filters""",
)
@click.argument("assignment")
@click.option(
    "--student", "students", multiple=True, help="Only this one.  [repeatable]"
)
@click.pass_obj
def feedback(
    find: Callable[[], Course], assignment: str, students: tuple[str, ...]
) -> None:
    """Write a page for each student: points, what went wrong, comments.

    The pages are feedback/STUDENT/ASSIGNMENT/NOTEBOOK.html. They hold no hidden test.
    """
    from nbreferee.record.feedback import feedback as run

    course = find()
    with console.status("Writing …"):
        pages = run(course, assignment, students)
    where = pages[0].parents[2].relative_to(course.root)
    console.print(f"{len(pages)} pages in {where}/", highlight=False)


@main.command(
    epilog="""\
nbreferee export 01-filters -o filters.csv
nbreferee export --all -o grades.csv
nbreferee export 01-filters --format canvas --column "Filters (4711)" -o canvas.csv
nbreferee export 01-filters --format moodle -o worksheet.csv""",
)
@click.argument("assignment", required=False)
@click.option(
    "--all", "everything", is_flag=True, help="All assignments that are graded."
)
@click.option(
    "--format",
    "layout",
    type=click.Choice(["plain", "canvas", "moodle"]),
    default="plain",
    show_default=True,
    help="For a spreadsheet, for Canvas's gradebook, or Moodle's grading worksheet.",
)
@click.option(
    "--column", default="", help="The assignment's name in Canvas, with its number."
)
@click.option("-o", "--output", type=PATH, required=True, help="The CSV file to write.")
@click.pass_obj
def export(
    find: Callable[[], Course],
    assignment: str | None,
    everything: bool,
    layout: Any,
    column: str,
    output: Path,
) -> None:
    """Write grades as CSV."""
    if bool(assignment) == everything:
        raise click.UsageError("Name an assignment, or say --all.")
    from nbreferee.record.export import export as run

    course = find()
    assignments = [assignment] if assignment else _graded(course)
    made = run(course, assignments, layout, column)
    try:
        made.save(output)
    except OSError as error:
        raise Problem(f"{output} cannot be written: {error.strerror}.") from error
    console.print(f"{len(made.rows) - 1} lines in {output}", highlight=False)
    if made.not_graded:
        who = ", ".join(dict.fromkeys(made.not_graded))
        console.print(
            f"[red]Left empty, the newest attempt is not graded: {escape(who)}[/red]"
        )
    if made.not_graded_by_hand:
        who = ", ".join(dict.fromkeys(made.not_graded_by_hand))
        console.print(
            f"[yellow]Not graded by hand yet, points so far: {escape(who)}[/yellow]"
        )
    if made.without_number:
        who = ", ".join(made.without_number)
        console.print(
            f"[yellow]{layout} will not find, no number known: {escape(who)}[/yellow]"
        )


def _graded(course: Course) -> list[str]:
    """List the assignments of which something is graded."""
    graded = [a for a in course.assignments() if course.students("autograded", a)]
    if not graded:
        raise Problem("Nothing is graded yet. First: nbreferee grade ASSIGNMENT")
    return graded


if __name__ == "__main__":
    main()
