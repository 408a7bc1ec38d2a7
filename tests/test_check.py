"""What `convbook.check` says to a learner."""

import numpy as np
import pytest
from IPython.core.interactiveshell import InteractiveShell

from convbook import check

RIGHT = np.arange(6.0).reshape(2, 3)


def message(*args, **kwargs):
    with pytest.raises(check.NotYet) as caught:
        check.equal(*args, **kwargs)
    return str(caught.value)


@pytest.mark.parametrize(
    "got", [RIGHT, RIGHT.tolist(), RIGHT.astype("float32"), RIGHT + 1e-9]
)
def test_equal_accepts_the_right_values_in_any_container(got):
    check.equal(got, RIGHT, "f(x)")


def test_equal_asks_for_a_return_when_none_comes_back():
    assert "`return`" in message(None, RIGHT, "f(x)")


@pytest.mark.parametrize("got", ["text", {"a": 1}, object(), [1, [2, 3]], [None, 1]])
def test_equal_names_the_kind_of_what_is_no_number(got):
    assert f"gives {type(got).__name__}" in message(got, RIGHT, "f(x)")


def test_equal_compares_shapes_before_values():
    assert message(RIGHT.T, RIGHT, "f(x)") == "f(x) has shape (3, 2), expected (2, 3)."


def test_equal_does_not_broadcast():
    assert "shape (1, 3)" in message(np.zeros((1, 3)), np.zeros((2, 3)), "f(x)")


def test_equal_shows_the_first_difference():
    wrong = RIGHT.copy()
    wrong[1, 0] = -1
    assert "1 of 6 values differ; the first at [1, 0]: -1, expected 3" in message(
        wrong, RIGHT, "f(x)"
    )


def test_equal_keeps_expected_values_of_hidden_tests_to_itself():
    expected = np.full((2, 2), 1234.5)
    for got in (expected + 1, np.zeros((2, 2))):
        assert "1234.5" not in message(got, expected, "f(x)", reveal=False)
    assert "1234.5" not in message(0.0, 1234.5, "f(x)", reveal=False)


def test_equal_names_a_listed_mistake():
    said = message(
        RIGHT + 1, RIGHT, "f(x)", {"one is added": RIGHT + 1, "negated": -RIGHT}
    )
    assert said == "f(x): one is added"


def test_equal_ignores_a_mistake_that_leads_to_the_right_answer():
    check.equal(RIGHT, RIGHT, "f(x)", {"harmless here": RIGHT})


def test_equal_names_nan():
    assert "not finite" in message(RIGHT * np.nan, RIGHT, "f(x)")


def test_equal_takes_a_tensor_that_carries_a_gradient():
    torch = pytest.importorskip("torch")
    check.equal(torch.tensor(RIGHT, requires_grad=True), RIGHT, "f(x)")


def test_unchanged_names_the_input_that_was_written_to():
    array = RIGHT.copy()
    before = array.copy()
    check.unchanged(array, before, "image")
    array += 1
    with pytest.raises(check.NotYet, match="image was changed in place"):
        check.unchanged(array, before, "image")


def test_raises_accepts_the_asked_exception_only():
    def refuse(error):
        raise error

    check.raises(ValueError, refuse, ValueError("no"), what="f(x)", why="x is odd")
    with pytest.raises(
        check.NotYet, match="raises TypeError, expected ValueError, because x"
    ):
        check.raises(ValueError, refuse, TypeError("no"), what="f(x)", why="x is odd")
    with pytest.raises(check.NotYet, match="should raise ValueError, because x is odd"):
        check.raises(ValueError, lambda: 1, what="f(x)", why="x is odd")


def test_raises_lets_an_unwritten_stub_speak_for_itself():
    def stub():
        raise NotImplementedError("write me")

    with pytest.raises(NotImplementedError, match="write me"):
        check.raises(ValueError, stub, what="f(x)", why="x is odd")


def test_that_raises_its_message():
    check.that(np.bool_(True), "never said")
    with pytest.raises(check.NotYet, match="the peak is elsewhere"):
        check.that(np.bool_(False), "the peak is elsewhere")


def test_a_notebook_shows_the_message_without_a_traceback(capsys):
    shell = InteractiveShell.instance()
    shell.run_cell(
        "from convbook import check\ncheck.that(False, 'look at the corner')"
    )
    assert capsys.readouterr().out.strip() == "Not yet: look at the corner"
