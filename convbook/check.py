"""What an exercise tells a learner.

A test cell calls the learner's function, compares what comes back with what an independent
oracle says, and speaks in the learner's terms when the two differ. A failed check raises
`NotYet`, which notebooks show as its message alone, without a traceback.

    check.start()                                            # once, in the cell of the imports
    check.test("convolve: a single 1 comes out as the kernel", points=5)
    check.equal(convolve(impulse, kernel), kernel, "convolve(impulse, kernel)")
    check.passed()                                           # ✓ convolve: … (5 points)
    check.summary(visible=50)                                # in the last cell
"""

from __future__ import annotations

import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any

import numpy as np
from numpy.typing import ArrayLike


@dataclass
class _Progress:
    """The tests of this session: their points by their titles, and what became of them."""

    points: dict[str, float] = field(default_factory=dict)
    done: set[str] = field(default_factory=set)
    title: str | None = None  # of the test that runs
    needs: tuple[str, ...] = ()

    @property
    def worth(self) -> str:
        """What the running test is worth, as it stands behind a "Not yet"."""
        return (
            "" if self.title is None else f" (0 of {_points(self.points[self.title])})"
        )

    def missing(self) -> list[str]:
        """Name what the running test builds on and what does not pass its own tests yet."""
        failed = [
            title.partition(":")[0]
            for title in self.points
            if title not in self.done and title != self.title
        ]
        return [name for name in self.needs if name in failed]


_progress = _Progress()


class NotYet(AssertionError):
    """A check has failed; the message says what is wrong and where to look.

    Where the test builds on a function whose own tests do not pass yet, it says so first.
    """

    def __init__(self, message: str) -> None:
        self.worth = _progress.worth
        if missing := _progress.missing():
            message = (
                f"mend {' and '.join(missing)} first: a test above does not pass yet, and "
                f"this one may build on it. {message}"
            )
        super().__init__(message)

    def _render_traceback_(self) -> list[str]:
        """Return what IPython shows in place of a traceback."""
        return [f"Not yet{self.worth}: {self}"]


def equal(
    got: Any,
    expected: ArrayLike,
    what: str,
    mistakes: Mapping[str, ArrayLike] | None = None,
    *,
    reveal: bool = True,
    rtol: float = 1e-5,
    atol: float = 1e-6,
) -> None:
    """Compare a number or an array with the right one.

    Args:
        got: what the learner's code returned.
        expected: the right answer: a number or an array of any shape.
        what: the call in the learner's words, for example `"output_size(7, 3)"`.
        mistakes: for each mistake that learners make, a sentence and the answer that the
            mistake leads to. If `got` is that answer, the sentence is the message.
        reveal: whether the message may print expected values. Hidden tests say no.
        rtol: relative tolerance, as in `numpy.allclose`.
        atol: absolute tolerance, as in `numpy.allclose`.

    Raises:
        NotYet: if the two differ in kind, in shape or in a value.

    """
    expected = np.asarray(expected)
    array = _numbers(got, what, reveal)
    for sentence, wrong in (mistakes or {}).items():
        if _alike(array, np.asarray(wrong), rtol, atol) and not _alike(
            array, expected, rtol, atol
        ):
            raise NotYet(f"{what}: {sentence}")
    # What is not to be revealed may not leave through what came back either: a function that
    # is called with a hidden value could return an array of that shape, or with that many errors.
    if array.shape != expected.shape and not reveal:
        raise NotYet(f"{what} has another shape than the expected {expected.shape}.")
    if array.shape != expected.shape:
        raise NotYet(f"{what} has shape {array.shape}, expected {expected.shape}.")
    if not np.isfinite(array).all() and np.isfinite(expected).all():
        if not reveal:
            raise NotYet(f"{what} holds values that are not finite (nan or inf).")
        raise NotYet(
            f"{what} holds {_count(~np.isfinite(array))} that are not finite (nan or inf)."
        )
    close = np.isclose(array, expected, rtol=rtol, atol=atol, equal_nan=True)
    if close.all():
        return
    if expected.ndim == 0:
        raise NotYet(
            f"{what} gives {_show(array)}, expected {_show(expected)}."
            if reveal
            else f"{what} gives the wrong value."
        )
    if not reveal:
        raise NotYet(
            f"{what} has the right shape {array.shape}, but some values differ."
        )
    first = tuple(int(i) for i in np.argwhere(~close)[0])
    place = ", ".join(map(str, first))
    raise NotYet(
        f"{what} has the right shape {array.shape}, but {_count(~close)} differ; the first at "
        f"[{place}]: {_show(array[first])}, expected {_show(expected[first])}."
    )


def unchanged(array: np.ndarray, before: np.ndarray, what: str) -> None:
    """Check that a function left its input as it was.

    Raises:
        NotYet: if `array` and the copy `before` differ.

    """
    if array.shape != before.shape or not np.array_equal(array, before, equal_nan=True):
        raise NotYet(f"{what} was changed in place. Work on a copy: {what}.copy().")


def raises(
    error: type[Exception],
    function: Callable[..., Any],
    *args: Any,
    what: str,
    why: str,
    **kwargs: Any,
) -> None:
    """Check that a call is refused with the right kind of exception.

    Args:
        error: the exception that the exercise asks for.
        function: the learner's function; `args` and `kwargs` go to it.
        what: the call in the learner's words.
        why: why there is no answer, as in "a 5×5 kernel does not fit a 3×4 image".

    Raises:
        NotYet: if the call returns, or raises another exception.

    """
    try:
        function(*args, **kwargs)
    except NotImplementedError:
        raise
    except error:
        return
    except Exception as other:
        raise NotYet(
            f"{what} raises {type(other).__name__}, expected {error.__name__}, because {why}."
        ) from None
    raise NotYet(f"{what} should raise {error.__name__}, because {why}.")


def accepts(
    error: type[Exception],
    function: Callable[..., Any],
    *args: Any,
    what: str,
    **kwargs: Any,
) -> None:
    """Check that a call that has an answer is not refused; what comes back is not looked at.

    Args:
        error: the exception with which the exercise refuses calls that have no answer.
        function: the learner's function; `args` and `kwargs` go to it.
        what: the call in the learner's words.

    Raises:
        NotYet: if the call raises `error`.

    """
    try:
        function(*args, **kwargs)
    except NotImplementedError:
        raise
    except error:
        raise NotYet(
            f"{what} raises {error.__name__}, though there is an answer."
        ) from None
    except Exception:  # other tests look at how the function computes
        return


def that(condition: Any, message: str) -> None:
    """Check a condition.

    Raises:
        NotYet: with `message`, if the condition does not hold.

    """
    if not bool(condition):
        raise NotYet(message)


def start() -> None:
    """Begin to count points, and let a task that is not done yet say so in one line.

    A stub raises `NotImplementedError`, and a test may miss a name. IPython would show the way
    there, line by line; now it shows what has no answer yet. The cell still counts as failed.
    """
    global _progress
    _progress = _Progress()
    try:
        from IPython import get_ipython
    except ImportError:  # no notebook
        return
    if shell := get_ipython():
        shell.set_custom_exc((NotImplementedError, NameError), _show_missing)
        if _close not in shell.events.callbacks["pre_run_cell"]:
            shell.events.register("pre_run_cell", _close)


def test(title: str, points: float, needs: str | tuple[str, ...] = ()) -> None:
    """Open a test: what follows is worth some points, until `passed` is called.

    Args:
        title: what is tested, for example "convolve: a single 1 comes out as the kernel". The
            word before the colon is the function's name.
        points: what the test is worth.
        needs: functions that the tested one builds on. While one of their tests has run and
            not passed, a failed check names it first.
    """
    _progress.points[title] = points
    _progress.done.discard(title)
    _progress.title = title
    _progress.needs = (needs,) if isinstance(needs, str) else tuple(needs)


def passed(message: str | None = None) -> None:
    """Tell the learner that a test went through, and count its points.

    Args:
        message: what to say in place of the test's title, for example with a figure in it.
    """
    title, worth = _progress.title, ""
    if title is not None:
        _progress.done.add(title)
        worth = f" ({_points(_progress.points[title])})"
    _close()
    print(f"✓ {message or title}{worth}")


def summary(visible: float, total: float = 100) -> None:
    """Add up the points of the tests that were run and passed.

    Args:
        visible: the points of all tests that a learner can run.
        total: the points of the assignment.
    """
    got = sum(_progress.points[title] for title in _progress.done)
    print(f"Visible tests: {got:g} of {_points(visible)}.")
    print(f"Hidden ones and a reader give the other {total - visible:g}.")
    for title in _progress.points:
        if title not in _progress.done:
            print(f"Not yet: {title} ({_points(_progress.points[title])})")


def _close(*_: Any) -> None:
    """Forget the test of the cell before; IPython calls this before each cell."""
    _progress.title, _progress.needs = None, ()


def _show_missing(
    shell: Any,
    kind: type[BaseException],
    error: BaseException,
    way: TracebackType,
    tb_offset: int | None = None,
) -> None:
    """Show in one line that an answer is missing; IPython calls this."""
    where = [frame.f_code.co_qualname for frame, _ in traceback.walk_tb(way)][-1]
    # A class is named by its own name.
    where = where.rpartition("<locals>.")[2].removesuffix(".__init__")
    told = None
    if isinstance(error, NotImplementedError):
        what = "this cell" if where == "<module>" else where
        told = f"Not yet{_progress.worth}: {what} has no answer yet."
    elif _progress.title and where == "<module>":  # a name that the test looks for
        name = getattr(error, "name", "a name")
        told = (
            f"Not yet{_progress.worth}: {name} has no answer yet, "
            "or its cell was not run."
        )
    if told:
        vars(error)["_render_traceback_"] = lambda: [told]
    shell.showtraceback((kind, error, way), tb_offset=tb_offset)


def _points(points: float) -> str:
    return f"{points:g} point" + "s" * (points != 1)


def _numbers(got: Any, what: str, reveal: bool) -> np.ndarray:
    """Return `got` as an array of numbers, or say what it is instead."""
    if got is None:
        raise NotYet(f"{what} gives None: is there a `return` on every path?")
    if callable(
        getattr(got, "detach", None)
    ):  # a PyTorch tensor that carries a gradient
        got = got.detach()
    try:
        array = np.asarray(got)
    except Exception:
        array = None
    if array is None or array.dtype.kind not in "biufc":
        if not reveal:
            raise NotYet(f"{what} gives something else than numbers.")
        raise NotYet(f"{what} gives {type(got).__name__}, expected numbers.")
    return array


def _alike(a: np.ndarray, b: np.ndarray, rtol: float, atol: float) -> bool:
    return a.shape == b.shape and bool(
        np.allclose(a, b, rtol=rtol, atol=atol, equal_nan=True)
    )


def _count(differs: np.ndarray) -> str:
    return f"{int(differs.sum())} of {differs.size} values"


def _show(value: Any) -> str:
    return f"{value:.6g}" if np.asarray(value).dtype.kind == "f" else str(value)
