"""Many submissions at once: workers on this machine, or on a Dask cluster that exists.

A worker gets an assignment and a submission as bytes and gives the result as bytes. It
needs this package, the course's packages and bubblewrap; no folder shared with anyone, no database, no nbgrader.
It keeps its sandbox warm between submissions. Results come back as they are done, to the
one process that writes the gradebook.

A lost worker's submission is done by another. One that is there whenever workers are lost
is set aside and tried once more at the end, alone: so the one that kills its workers is
told from those that happened to be beside it.
"""

from __future__ import annotations

import logging
import os
import time
from asyncio import CancelledError
from collections.abc import Generator, Iterable, Iterator
from contextlib import contextmanager
from itertools import chain, islice
from typing import TYPE_CHECKING

from nbreferee.course import Problem
from nbreferee.limits import Limits
from nbreferee.run import cgroup
from nbreferee.run.cgroup import Way
from nbreferee.run.grade import Assignment, Grader, graded_from, no_points, sandboxed
from nbreferee.run.sandbox import SandboxError
from nbreferee.run.verdicts import FAILED, Graded, SolutionFails
from nbreferee.run.worker import work

if TYPE_CHECKING:
    from distributed import Client, Future

# How long to wait for a worker when all are gone, in seconds.
PATIENCE = 60.0
SETTINGS = {
    # Here a worker hardly ever dies of anything but its submission.
    "distributed.scheduler.allowed-failures": 1,
    # A submission with pictures has megabytes; that is no mistake.
    "distributed.admin.large-graph-warning-threshold": "1GB",
}
# Submissions on their way, for each worker: one that runs and one that waits.
AHEAD = 2


def spread(
    workers: int | None = None,
    scheduler: str | None = None,
    limits: Limits | None = None,
) -> Grader:
    """Return a grader that grades many submissions at once.

    Args:
        workers: how many processes on this machine; by default one for each core.
        scheduler: the address of a Dask scheduler, to use its workers instead; for example
            "tcp://10.0.0.1:8786".
        limits: what each submission may use.
    """

    def grader(
        assignment: Assignment, submissions: Iterable[tuple[str, bytes]]
    ) -> Generator[tuple[str, Graded], None, None]:
        waiting = iter(submissions)
        if scheduler is not None:
            with _connected(scheduler) as client:
                yield from _graded(client, assignment, waiting, limits)
            return
        first = list(islice(waiting, workers or len(os.sched_getaffinity(0))))
        waiting = chain(first, waiting)
        if len(first) < 2:  # not worth the seconds that a cluster takes to start
            yield from sandboxed(assignment, waiting, limits)
            return
        with _here(len(first)) as client:
            yield from _graded(client, assignment, waiting, limits)

    return grader


def ways(scheduler: str | None = None) -> list[Way]:
    """Ask the workers of a scheduler, or this machine, how they get cgroups.

    Raises:
        Problem: if no scheduler answers there.
    """
    if scheduler is None:
        return [cgroup.way()]
    with _connected(scheduler) as client:
        return list(client.run(cgroup.way).values())


def _set_up() -> None:
    """Set Dask up: it is not to talk into the progress bar."""
    import dask

    dask.config.set(SETTINGS)
    logging.getLogger("distributed").setLevel(logging.CRITICAL)


@contextmanager
def _here(count: int) -> Iterator[Client]:
    """Start workers on this machine; nobody else gets through to them.

    They listen on this machine's own address alone, and only who holds the certificate
    that is made for this run may connect.
    """
    from distributed import Client, LocalCluster

    _set_up()
    with (
        LocalCluster(
            n_workers=count,
            threads_per_worker=1,
            processes=True,
            host="127.0.0.1",
            security=True,
            dashboard_address="127.0.0.1:0",
            scheduler_kwargs={"dashboard": False},
            # The sandbox bounds memory; Dask would look at the worker alone, and stop it.
            memory_limit=0,
            silence_logs=logging.CRITICAL,
            preload=["nbreferee.run.worker"],
        ) as cluster,
        Client(cluster) as client,
    ):
        yield client


def _connected(scheduler: str) -> Client:
    """Connect to a scheduler.

    Raises:
        Problem: if none answers there.
    """
    from distributed import Client

    _set_up()
    try:
        return Client(scheduler, timeout=15)
    except (OSError, TimeoutError, ValueError) as error:
        raise Problem(
            f"No Dask scheduler answers at {scheduler} ({error}). Start one: dask scheduler; "
            "and on each machine: dask worker ADDRESS --nthreads 1"
        ) from None


def _graded(
    client: Client,
    assignment: Assignment,
    submissions: Iterator[tuple[str, bytes]],
    limits: Limits | None,
) -> Iterator[tuple[str, Graded]]:
    """Grade on a cluster; yield results as they come."""
    suspects: list[tuple[str, bytes]] = []
    try:
        for key, data, answer in _answers(client, assignment, submissions, limits):
            if answer is None:
                suspects.append((key, data))
            else:
                yield key, graded_from(assignment, answer)
        for suspect in suspects:
            alone = iter([suspect])
            for key, _, answer in _answers(client, assignment, alone, limits):
                if answer is None:
                    reason = "each worker that was given this submission died of it"
                    yield key, no_points(assignment, FAILED, reason)
                else:
                    yield key, graded_from(assignment, answer)
    except (OSError, CancelledError) as error:
        raise Problem(
            f"The Dask scheduler is gone ({error or type(error).__name__}). What is graded is "
            "kept; the same command goes on."
        ) from None


def _answers(
    client: Client,
    assignment: Assignment,
    submissions: Iterator[tuple[str, bytes]],
    limits: Limits | None,
) -> Iterator[tuple[str, bytes, bytes | None]]:
    """Yield each submission with its answer, or None if its workers died."""
    running: dict[Future[bytes], tuple[str, bytes]] = {}
    while True:
        room = AHEAD * max(1, sum(client.nthreads().values())) - len(running)
        for key, data in islice(submissions, max(0, room)):
            facts = assignment.source, assignment.released, assignment.files, data
            more = limits, assignment.setting
            running[client.submit(work, *facts, *more, pure=False)] = key, data
        if not running:
            return
        for future in _finished(client, running):
            key, data = running.pop(future)
            yield key, data, _answer(future)


def _finished(client: Client, running: Iterable[Future[bytes]]) -> list[Future[bytes]]:
    """Wait for at least one.

    Raises:
        Problem: if there is no worker left to wait for.
    """
    from distributed import wait

    seen = time.monotonic()
    while True:
        try:
            done = wait(list(running), timeout=5, return_when="FIRST_COMPLETED").done
            return list(done)
        except TimeoutError:
            if client.nthreads():
                seen = time.monotonic()
            elif time.monotonic() - seen > PATIENCE:
                raise Problem(
                    "The cluster has no worker. On each machine: dask worker ADDRESS "
                    "--nthreads 1. What is graded is kept; the same command goes on."
                ) from None


def _answer(future: Future[bytes]) -> bytes | None:
    """Return what a worker answered, None if workers died of it.

    Raises:
        Problem: if workers cannot grade at all.
    """
    from distributed import KilledWorker

    try:
        return future.result()
    except KilledWorker:
        return None
    except SolutionFails:
        raise
    except SandboxError as error:
        raise Problem(f"A worker cannot grade. {error}") from None
    except (
        Exception
    ) as error:  # `grade_bytes` raises nothing else: not a submission's fault
        raise Problem(
            f"A worker cannot grade ({type(error).__name__}: {error}). It needs the same "
            "Python and the same nbreferee as this machine, and the course's packages."
        ) from None
