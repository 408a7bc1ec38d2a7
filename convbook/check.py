"""What an exercise tells a learner.

A test cell calls the learner's function, compares what comes back with what an independent
oracle says, and speaks in the learner's terms when the two differ. A failed check raises
`NotYet`, which notebooks show as its message alone, without a traceback.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import ArrayLike


class NotYet(AssertionError):
    """A check has failed; the message says what is wrong and where to look."""

    def _render_traceback_(self) -> list[str]:
        """Return what IPython shows in place of a traceback."""
        return [f"Not yet: {self}"]


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
    array = _numbers(got, what)
    for sentence, wrong in (mistakes or {}).items():
        if _same(array, np.asarray(wrong), rtol, atol) and not _same(
            array, expected, rtol, atol
        ):
            raise NotYet(f"{what}: {sentence}")
    if array.shape != expected.shape:
        raise NotYet(f"{what} has shape {array.shape}, expected {expected.shape}.")
    if not np.isfinite(array).all() and np.isfinite(expected).all():
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
    message = f"{what} has the right shape {array.shape}, but {_count(~close)} differ"
    if reveal:
        first = tuple(int(i) for i in np.argwhere(~close)[0])
        place = ", ".join(map(str, first))
        message += f"; the first at [{place}]: {_show(array[first])}, expected {_show(expected[first])}"
    raise NotYet(message + ".")


def unchanged(array: np.ndarray, before: np.ndarray, what: str) -> None:
    """Check that a function left its input as it was.

    Raises:
        NotYet: if `array` and the copy `before` differ.

    """
    if array.shape != before.shape or not np.array_equal(array, before, equal_nan=True):
        raise NotYet(f"{what} was changed in place. Work on a copy: {what}.copy().")


def raises(
    error: type[Exception],
    function: Callable,
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


def that(condition: Any, message: str) -> None:
    """Check a condition.

    Raises:
        NotYet: with `message`, if the condition does not hold.

    """
    if not bool(condition):
        raise NotYet(message)


def passed(message: str) -> None:
    """Tell the learner that a test cell went through."""
    print(f"✓ {message}")


def _numbers(got: Any, what: str) -> np.ndarray:
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
        raise NotYet(f"{what} gives {type(got).__name__}, expected numbers.")
    return array


def _same(a: np.ndarray, b: np.ndarray, rtol: float, atol: float) -> bool:
    return a.shape == b.shape and bool(
        np.allclose(a, b, rtol=rtol, atol=atol, equal_nan=True)
    )


def _count(differs: np.ndarray) -> str:
    return f"{int(differs.sum())} of {differs.size} values"


def _show(value: Any) -> str:
    return f"{value:.6g}" if np.asarray(value).dtype.kind == "f" else str(value)
