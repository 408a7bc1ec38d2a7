"""What `convbook.check` says to a learner."""

import numpy as np
import pytest
from IPython.core.interactiveshell import InteractiveShell

from convbook import check

RIGHT = np.arange(6.0).reshape(2, 3)


@pytest.fixture(autouse=True)
def fresh():
    """Begin each test with no points, and leave none behind."""
    check.start()
    yield
    check.start()


@pytest.fixture
def shell():
    """Give IPython's shell, and hand it back without its handler of stubs."""
    shell = InteractiveShell.instance()
    yield shell
    shell.custom_exceptions = ()
    shell.events.callbacks["pre_run_cell"].clear()


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


def test_accepts_wants_an_answer_where_there_is_one():
    check.accepts(ValueError, lambda x: x, 1, what="f(1)")

    def refuse(x):
        raise ValueError

    with pytest.raises(check.NotYet, match="though there is an answer"):
        check.accepts(ValueError, refuse, 1, what="f(1)")


def test_a_hidden_comparison_says_nothing_that_a_function_can_choose():
    secret = np.arange(1.0, 7).reshape(2, 3)
    said = {
        message(got, secret, "f(x)", reveal=False)
        for got in (np.zeros((271, 828)), np.zeros((828, 0, 271)))
    }
    assert said == {"f(x) has another shape than the expected (2, 3)."}
    wrong, other = secret + 1, secret.copy()
    other[0, 0] = 7
    said = {message(got, secret, "f(x)", reveal=False) for got in (wrong, other)}
    assert len(said) == 1
    kinds = {
        message(got, secret, "f(x)", reveal=False) for got in ("text", {}, object())
    }
    assert kinds == {"f(x) gives something else than numbers."}


def test_raises_lets_an_unwritten_stub_speak_for_itself():
    def stub():
        raise NotImplementedError("write me")

    with pytest.raises(NotImplementedError, match="write me"):
        check.raises(ValueError, stub, what="f(x)", why="x is odd")


def test_that_raises_its_message():
    check.that(np.bool_(True), "never said")
    with pytest.raises(check.NotYet, match="the peak is elsewhere"):
        check.that(np.bool_(False), "the peak is elsewhere")


def test_a_notebook_shows_the_message_without_a_traceback(shell, capsys):
    shell.run_cell(
        "from convbook import check\ncheck.that(False, 'look at the corner')"
    )
    assert capsys.readouterr().out.strip() == "Not yet: look at the corner"


def test_a_notebook_shows_a_stub_as_one_line_and_still_counts_it_as_failed(
    shell, capsys
):
    shell.run_cell("from convbook import check\ncheck.start()")
    stub = "raise NotImplementedError('Replace this line with your answer.')"
    shell.run_cell(f"def convolve(x):\n    {stub}")
    result = shell.run_cell("check.test('convolve: right', points=5)\nconvolve(1)")
    assert isinstance(result.error_in_exec, NotImplementedError)
    said = "Not yet (0 of 5 points): convolve has no answer yet."
    assert capsys.readouterr().out.strip() == said
    shell.run_cell("check.start()")
    shell.run_cell(stub)
    assert capsys.readouterr().out.strip() == "Not yet: this cell has no answer yet."
    shell.run_cell("convolve(1)")  # outside of a test: no points
    assert capsys.readouterr().out.strip() == "Not yet: convolve has no answer yet."


def test_a_name_that_a_test_misses_is_one_line_and_a_learners_own_slip_is_not(
    shell, capsys
):
    shell.run_cell("from convbook import check\ncheck.start()")
    shell.run_cell("check.test('PLUS: prefers its own', points=10)\nPLUS_OF_MINE")
    said = capsys.readouterr().out
    assert "(0 of 10 points): PLUS_OF_MINE has no answer yet" in said
    assert "Traceback" not in said
    shell.run_cell("print(a_slip)")
    assert "Traceback" in capsys.readouterr().out


def test_a_test_says_its_points_whether_it_passes_or_not(shell, capsys):
    check.test("convolve: right on an impulse", points=5)
    check.passed()
    said = "✓ convolve: right on an impulse (5 points)"
    assert capsys.readouterr().out.strip() == said
    shell.run_cell("check.test('convolve: right', points=1)\ncheck.that(False, 'no')")
    assert capsys.readouterr().out.strip() == "Not yet (0 of 1 point): no"


def test_passed_may_say_a_figure_in_place_of_the_title(capsys):
    check.test("train: names new pictures rightly", points=15)
    check.passed("train: 87.2% are right")
    assert capsys.readouterr().out == "✓ train: 87.2% are right (15 points)\n"


def test_the_summary_counts_what_passes_now_and_is_no_grade(capsys):
    for title, points, right in [
        ("f: a", 10, True),
        ("f: b", 5, False),
        ("g: a", 6, True),
    ]:
        check.test(title, points)
        if right:
            check.passed()
    check.test("g: a", 6)  # again, and this time it fails
    check.summary(visible=50)
    lines = capsys.readouterr().out.splitlines()[-4:]
    assert lines == [
        "Visible tests: 10 of 50 points.",
        "Hidden ones and a reader give the other 50.",
        "Not yet: f: b (5 points)",
        "Not yet: g: a (6 points)",
    ]


def test_a_failed_check_names_the_earlier_function_that_it_may_build_on():
    check.test("im2col: a picture", points=7)
    check.passed()
    check.test("im2col: a batch", points=7)  # does not pass
    for needs, first in [("im2col", True), ((), False), ("conv2d", False)]:
        check.test("conv2d_fast: right", points=3, needs=needs)
        with pytest.raises(check.NotYet, match="the bias is missing") as caught:
            check.that(False, "the bias is missing")
        assert str(caught.value).startswith("mend im2col first") == first
    check.test("im2col: a batch", points=7)
    check.passed()
    check.test("conv2d_fast: right", points=3, needs="im2col")
    with pytest.raises(check.NotYet, match=r"^the bias is missing"):
        check.that(False, "the bias is missing")


def test_a_function_does_not_stand_in_its_own_way():
    check.test("build_model: drops out", points=5, needs="build_model")
    with pytest.raises(check.NotYet, match=r"^no dropout"):
        check.that(False, "no dropout")
