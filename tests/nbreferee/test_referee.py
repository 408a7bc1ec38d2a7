"""Tests in one process, answers in another: the same verdicts as in one notebook."""

import nbformat
import pytest
from nbformat.v4 import new_notebook
from nbgrader.utils import determine_grade

from nbreferee.limits import Limits
from nbreferee.run import rebuild
from nbreferee.run.outputs import Room, clean_outputs
from nbreferee.run.session import grade_notebook
from tests.nbreferee import tiny
from tests.nbreferee.tiny import LIMITS, RIGHT, SETTING


def grade(
    tests, answer, names=("answer",), limits=LIMITS, hidden=False, files=None, given=""
):
    """Grade one answer cell against one test cell for 10 points; return points and outputs."""
    marker = "### BEGIN HIDDEN TESTS\n" if hidden else ""
    end = "\n### END HIDDEN TESTS" if hidden else ""
    solution = "\n".join(f"{name} = None" for name in names)
    source = new_notebook(
        cells=[
            tiny.cell("code", "given", given, locked=True),
            tiny.cell("code", "answer", solution, solution=True),
            tiny.cell(
                "code", "test", marker + tests + end, grade=True, locked=True, points=10
            ),
        ]
    )
    released = rebuild.release(source)
    handed_in = nbformat.from_dict(released)
    handed_in.cells[1].source = answer
    data = nbformat.writes(handed_in).encode()
    graded = grade_notebook(source, data, files, limits, SETTING, released=released)
    cell = graded.notebook.cells[-1]
    return determine_grade(cell)[0], "\n".join(map(str, cell.outputs)), graded


# --- values -------------------------------------------------------------------------------------


def test_arguments_and_results_cross_as_they_are():
    answer = "def answer(*args, **kwargs):\n    return args, kwargs"
    tests = """
import numpy as np
args = (None, True, 3, 2.5, 1j, "text", b"bytes", [1, [2]], (3,), {"a": 1}, np.arange(6).reshape(2, 3))
got, kw = answer(*args, flag=False, dtype=np.float32)
assert type(got) is tuple and len(got) == len(args)
for one, other in zip(got, args):
    assert type(one) is type(other)
    assert (one == other).all() if isinstance(one, np.ndarray) else one == other
assert kw == {"flag": False, "dtype": np.dtype("float32")}
"""
    points, outputs, _ = grade(tests, answer)
    assert points == 10, outputs


IN_PLACE = """
def answer(x, rows, table):
    x[0] = 7
    rows.append(8)
    rows[0][0] = 9
    table["new"] = 1
    del table["old"]
"""


def test_what_a_function_does_to_its_arguments_is_seen_by_a_test_that_asks_for_it():
    tests = """
### CHANGES ARGUMENTS
import numpy as np
x, rows, table = np.zeros(3), [[1], np.zeros(2)], {"old": 0}
first = rows[0]
answer(x, rows, table=table)
assert x[0] == 7 and rows[2] == 8 and rows[0][0] == 9 and table == {"new": 1}
"""
    points, outputs, _ = grade(tests, IN_PLACE)
    assert points == 10, outputs


def test_a_test_that_looks_whether_its_arguments_were_changed_is_told():
    tests = """
import numpy as np
from convbook import check
x = np.zeros(3)
before = x.copy()
check.equal(answer(x), 0, "answer(x)")
check.unchanged(x, before, "x")
"""
    points, outputs, _ = grade(tests, "def answer(x):\n    x[0] = 7\n    return 0")
    assert points == 0
    assert "x was changed in place" in outputs


@pytest.mark.parametrize(
    ("rewrite", "returns"),
    [
        ("x[...] = 0", "np.zeros(2)"),
        ("x[...] = np.nan", "np.full(2, np.nan)"),
        ("x *= 0", "x"),
    ],
)
def test_expected_values_that_are_computed_afterwards_do_not_agree_with_anything(
    rewrite, returns
):
    answer = f"""
import numpy as np
def answer(x):
    {rewrite}
    return {returns}
"""
    tests = """
import numpy as np
from convbook import check
x = np.array([3.0, 4.0])
check.equal(answer(x), 2 * x, "answer(x)")
"""
    assert grade(tests, answer)[0] == 0


def test_what_was_changed_is_put_back_before_the_next_test():
    source = new_notebook(
        cells=[
            tiny.cell("code", "answer", "answer = None", solution=True),
            tiny.cell(
                "code",
                "first",
                "import numpy as np\nx = np.arange(3.0)\nanswer(x)",
                grade=True,
                locked=True,
                points=1,
            ),
            tiny.cell(
                "code", "second", "assert x[1] == 1", grade=True, locked=True, points=1
            ),
        ]
    )
    handed_in = nbformat.from_dict(rebuild.release(source))
    handed_in.cells[0].source = "def answer(x):\n    x[...] = 5"
    graded = grade_notebook(source, nbformat.writes(handed_in).encode(), limits=LIMITS)
    got = [determine_grade(c)[0] for c in graded.notebook.cells[1:]]
    assert got == [1, 1]


def test_constants_come_as_values_functions_as_stand_ins():
    answer = "import numpy as np\nA = np.eye(2)\nB = 3\ndef f(x): return g(x) + B\ndef g(x): return 2 * x"
    tests = "assert A[0, 0] == 1 and type(B) is int and f(4) == 11 and callable(g)\nassert f.__name__ == 'f'"
    points, outputs, _ = grade(tests, answer, names="ABfg")
    assert points == 10, outputs


def test_a_stand_in_can_be_passed_back():
    answer = "def f(g, x): return g(g(x))\ndef g(x): return x + 1"
    points, outputs, _ = grade("assert f(g, 1) == 3", answer, names="fg")
    assert points == 10, outputs


def test_objects_come_as_handles():
    answer = """
class Box:
    size = 3
    def __init__(self, items): self.items = items
    def __len__(self): return len(self.items)
    def __getitem__(self, i): return self.items[i]
    def doubled(self): return Box([2 * i for i in self.items])
def numbers(n):
    for i in range(n):
        yield i
"""
    tests = """
box = Box([1, 2, 3])
assert len(box) == 3 and box[1] == 2 and list(box) == [1, 2, 3] and box.size == 3
assert box.doubled().items == [2, 4, 6]
box.items = [5]
assert box.items == [5]
assert list(numbers(4)) == [0, 1, 2, 3]
assert type(box).__name__ == "Box"
try:
    box.nothing
except AttributeError:
    pass
"""
    points, outputs, _ = grade(tests, answer, names=("Box", "numbers"))
    assert points == 10, outputs


def test_a_pytorch_module_can_be_tested():
    pytest.importorskip("torch")
    answer = """
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.linear = nn.Linear(3, 2)
    def forward(self, x):
        return self.linear(x)
"""
    tests = """
import torch
net = Net()
weight, bias = torch.randn(2, 3), torch.randn(2)
net.load_state_dict({"linear.weight": weight, "linear.bias": bias})
x = torch.randn(5, 3)
got = net(x)
assert isinstance(got, torch.Tensor)
torch.testing.assert_close(got, x @ weight.T + bias)
assert sum(p.numel() for p in net.parameters()) == 8
assert net.linear.weight.shape == (2, 3)
"""
    limits = Limits(cell_seconds=30, total_seconds=120)
    given = "import torch\nfrom torch import nn"
    points, outputs, _ = grade(tests, answer, names=["Net"], given=given, limits=limits)
    assert points == 10, outputs


def test_a_keras_model_can_be_tested():
    pytest.importorskip("keras")
    answer = """
def build():
    return keras.Sequential([keras.Input((4,)), keras.layers.Dense(2)])
"""
    tests = """
import numpy as np
rng = np.random.default_rng()
model = build()
weights, bias = rng.normal(size=(4, 2)), rng.normal(size=2)
model.set_weights([weights, bias])
x = rng.normal(size=(3, 4))
np.testing.assert_allclose(model.predict(x, verbose=0), x @ weights + bias, rtol=1e-4, atol=1e-4)
np.testing.assert_allclose(np.asarray(model(x)), x @ weights + bias, rtol=1e-4, atol=1e-4)
assert model.count_params() == 10
model.compile("sgd", "mse")
model.fit(x, np.zeros((3, 2)), epochs=1, verbose=0)
assert not np.allclose(model.get_weights()[0], weights)
"""
    limits = Limits(cell_seconds=60, total_seconds=200, memory_mb=4096)
    points, outputs, _ = grade(
        tests, answer, names=["build"], given="import keras", limits=limits
    )
    assert points == 10, outputs


def test_files_of_the_assignment_lie_beside_both():
    answer = "def answer(): return open('data/x.txt').read()"
    tests = "assert answer() == open('data/x.txt').read() == 'hello'"
    points, outputs, _ = grade(tests, answer, files={"data/x.txt": b"hello"})
    assert points == 10, outputs


def test_names_of_locked_cells_are_the_instructors():
    given = "SIZE = 3\ndef helper(x): return answer(x) + SIZE\n"
    points, outputs, _ = grade(
        "assert helper(1) == 4 and SIZE == 3",
        "def answer(x): return x\nSIZE = 5\ndef helper(x): return 4",
        given=given,
    )
    assert points == 10, outputs


def test_partial_credit_is_the_value_of_the_last_line():
    assert grade("x = answer()\n4.5", "def answer(): return 1")[0] == 4.5
    assert grade("7 if answer() else 99", "def answer(): return 0")[0] == 10


@pytest.mark.parametrize("value", ["float('nan')", "-1", "-float('inf')"])
def test_partial_credit_that_is_no_part_of_the_points_is_none(value):
    assert grade("answer()", f"def answer(): return {value}")[0] == 0


def test_partial_credit_does_not_grow_by_arguments_that_are_changed():
    tests = """
import numpy as np
x = np.arange(1.0, 6.0)
float((answer(x) == x * 2).sum())
"""
    answer = "def answer(x):\n    x[:] = 0\n    return x"
    assert grade(tests, answer)[0] == 0
    assert grade(tests, "def answer(x): return x * 2")[0] == 5


# --- exceptions ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("raised", "caught"),
    [
        ("ValueError('x')", "ValueError"),
        ("KeyError('x')", "LookupError"),
        ("type('Mine', (IndexError,), {})('x')", "IndexError"),
        ("np.linalg.LinAlgError('x')", "ValueError"),
        ("UnicodeDecodeError('utf-8', b'', 0, 1, 'x')", "Exception"),
        ("ExceptionGroup('x', [ValueError()])", "Exception"),
        ("StopIteration()", "RuntimeError"),
        ("KeyboardInterrupt()", "Exception"),
        ("SystemExit(0)", "Exception"),
        ("GeneratorExit()", "Exception"),
        ("type('Mine', (BaseException,), {})('x')", "Exception"),
    ],
)
def test_exceptions_come_back_by_their_names(raised, caught):
    answer = f"import numpy as np\ndef answer(): raise {raised}"
    tests = f"""
try:
    answer()
except {caught}:
    pass
else:
    assert False
"""
    points, outputs, _ = grade(tests, answer)
    assert points == 10, outputs


def test_an_exception_that_a_test_does_not_expect_fails_it_and_names_the_line():
    answer = "def answer():\n    x = 1\n    return x / 0"
    points, outputs, _ = grade("answer()", answer)
    assert points == 0
    assert "division by zero" in outputs
    assert "in your cell answer, line 3: return x / 0" in outputs


def test_stop_iteration_cannot_end_the_loop_of_a_test():
    tests = "for got in map(answer, [1, 2]):\n    assert got == 1"
    assert grade(tests, "def answer(x): raise StopIteration")[0] == 0


def test_a_result_that_cannot_cross_is_not_an_exception_that_a_test_waits_for():
    tests = (
        "from convbook import check\ncheck.raises(ValueError, answer, what='', why='')"
    )
    answer = "def answer():\n    x = []\n    x.append(x)\n    return x"
    points, outputs, _ = grade(tests, answer)
    assert points == 0
    assert "StudentError, expected ValueError" in outputs


def test_a_name_that_is_not_there_is_said_to_be_missing():
    points, outputs, _ = grade("answer()", "x = 1")
    assert points == 0
    assert "answer is not defined: did its cell run without an error?" in outputs


def test_hidden_tests_do_not_tell_what_they_test():
    tests = (
        "SECRET = 271828\ngot = answer(SECRET)\nassert got == 2 * SECRET, (got, SECRET)"
    )
    for answer in [
        "def answer(x): return x",
        "def answer(x): raise ValueError(str(x))",
        "def answer(x): print(x); return x",
        "def answer(x): raise type(str(x), (Exception,), {})(x)",
    ]:
        points, outputs, graded = grade(tests, answer, hidden=True)
        assert points == 0
        assert "27182" not in outputs
        assert "27182" not in str(graded.cells) + str(graded.notes)
    assert "27182" in grade(tests, "def answer(x): return x")[1]


ERRORS = [
    "raise ValueError(x)",
    "raise KeyError",
    "raise type('N' + str(x), (Exception,), {})",
    # a line number, in a frame whose code says that it begins at line 2718
    "def f(): raise ValueError\n    f.__code__ = f.__code__.replace(co_firstlineno=2718)\n    f()",
]
ENDS = ["import os; os._exit(27)", "import os; os._exit(18)", "import os; os.abort()",
        "import os; os.kill(os.getpid(), 9)", "while True: pass",
        "while True: print('x' * 9999)"]  # fmt: skip
VALUES = [
    "return type('N' + str(x), (), {})()",
    "return type('M' + str(x), (), {'__name__': str(x)})()",
    "return 'text'",
    "return {}",
]
SHAPES = ["return np.zeros((27, 18))", "return np.zeros((2, 7, 1, 8, 2, 8, 0))"]
DIFFER = ["return np.ones(4)", "return np.array([0.0, 1, 1, 1])"]


@pytest.mark.parametrize(
    "bodies", [ERRORS, ENDS, VALUES, SHAPES, DIFFER], ids=lambda bodies: bodies[0][:20]
)
def test_nothing_that_a_function_can_choose_is_said_of_a_hidden_test(bodies):
    tests = """
import numpy as np
from convbook import check
check.equal(answer(271828), np.zeros(4), "answer(x)", reveal=False)
"""
    limits = Limits(cell_seconds=2, total_seconds=60, memory_mb=512, output_kb=64)
    said = set()
    for body in bodies:
        answer = f"import numpy as np\ndef answer(x):\n    {body}"
        points, outputs, graded = grade(tests, answer, hidden=True, limits=limits)
        assert points == 0
        said.add((outputs, graded.cells["test"].message, str(graded.notes)))
    assert len(said) == 1


def test_no_cell_shows_what_a_hidden_test_has_passed_to_a_function():
    remember = "seen = []\ndef scale(x, factor):\n    seen.append(factor)\n    return x * factor"
    cells = {**RIGHT, "scale": remember, "average": "print(seen, 'end')", "words": ""}
    cells["layer"] = "scale = None\nprint(seen, 'end')\n" + RIGHT["layer"]
    graded = tiny.graded(tiny.notebook(cells))
    # The hidden test calls the function of its own place, not what the name means later.
    assert tiny.scores(graded)["test-scale-hidden"] == 0
    assert "should raise ValueError" in graded.cells["test-scale-hidden"].message
    printed = [
        o.text
        for c in graded.notebook.cells
        for o in c.get("outputs", [])
        if "text" in o
    ]
    assert "[3] end\n" not in printed
    assert [text for text in printed if "end" in text] == ["[3, 2] end\n"] * 2


def test_what_a_function_prints_is_shown_with_a_visible_test():
    assert "'hello" in grade("answer()", "def answer(): print('hello')")[1]


def test_warnings_on_stderr_cost_nothing():
    answer = "import sys, warnings\ndef answer():\n    warnings.warn('x')\n    print('y', file=sys.stderr)\n    return 1"
    assert grade("assert answer() == 1", answer)[0] == 10


# --- lies ---------------------------------------------------------------------------------------

LIES = {
    "equal to everything": "class Lie:\n    def __eq__(self, other): return True",
    "true": "class Lie:\n    def __bool__(self): return True",
    "an array": "class Lie:\n    def __array__(self, *a, **k): return np.array(4.0)",
    "a number": "class Lie:\n    def __float__(self): return 4.0\n    __index__ = lambda self: 4",
    "a float": "class Lie(float):\n    def __eq__(self, other): return True\n    __hash__ = None",
    "its class": "class Lie:\n    __class__ = float\n    def __eq__(self, other): return True",
    "arithmetic": "class Lie:\n    __sub__ = __rsub__ = lambda self, other: 0",
    "a ufunc": "class Lie:\n    def __array_ufunc__(self, *a, **k): return True",
    "a function": "class Lie:\n    def __array_function__(self, *a, **k): return True",
    "items": "class Lie:\n    def __len__(self): return 0\n    def __getitem__(self, i): raise IndexError",
}


TESTS = [
    "assert answer(2) == 4",
    "assert (answer(2) == np.array(4)).all()",
    "np.testing.assert_allclose(answer(2), 4)",
    "assert np.allclose(answer(2), 4)",
    "assert not answer(2) != 4",
    "check.equal(answer(2), 4, 'answer(2)')",
    "assert abs(answer(2) - 4) < 1e-6",
    "assert answer(2)",
    "check.that(answer(2), 'not true')",
]


@pytest.mark.parametrize("lie", LIES)
def test_an_object_that_lies_is_not_believed(lie):
    tests = TESTS if lie != "a float" else TESTS[:-2]  # 1.0 is true, and no lie
    answer = f"import numpy as np\n{LIES[lie]}\ndef answer(x): return Lie()"
    heads = "import numpy as np\nfrom convbook import check\n"
    source = new_notebook(
        cells=[
            tiny.cell("code", "answer", "answer = None", solution=True),
            *(
                tiny.cell(
                    "code", f"test-{i}", heads + test, grade=True, locked=True, points=1
                )
                for i, test in enumerate(tests)
            ),
        ]
    )
    handed_in = nbformat.from_dict(rebuild.release(source))
    handed_in.cells[0].source = answer
    data = nbformat.writes(handed_in).encode()
    graded = grade_notebook(source, data, None, LIMITS, SETTING)
    believed = [
        c.source for c in graded.notebook.cells[1:] if determine_grade(c)[0] != 0
    ]
    assert believed == []


def test_outputs_keep_text_and_pictures_alone():
    outputs = [
        {
            "output_type": "stream",
            "name": "stdout",
            "text": "a\x1b[31mred\x1b]0;title\x07\r\x00",
        },
        {
            "output_type": "display_data",
            "data": {"text/html": "<script>", "text/plain": "x"},
        },
        {"output_type": "display_data", "data": {"image/png": '"><script>'}},
        {"output_type": "display_data", "data": {"image/png": "iVBORw0KGgo="}},
        {"output_type": "display_data", "data": {"image/svg+xml": "<svg onload=x>"}},
        {"output_type": "error", "ename": "E\x1b", "evalue": 3, "traceback": "no list"},
        {"output_type": "execute_result", "data": "no dict"},
        {"output_type": ["stream"]},
        "no dict",
    ]
    kept = clean_outputs(outputs, Room(LIMITS))
    nbformat.validate(new_notebook(cells=[nbformat.v4.new_code_cell(outputs=kept)]))
    assert "script" not in str(kept)
    assert "svg" not in str(kept)
    assert kept[0].text == "a\x1b[31mred\\x1b]0;title\\x07\n\\x00"
    assert [o.get("data") for o in kept[1:3]] == [
        {"text/plain": "x"},
        {"image/png": "iVBORw0KGgo="},
    ]
    assert clean_outputs("no list", Room(LIMITS)) == []


# --- processes that hang or die -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "verdict", "says"),
    [
        ("while True: pass", "time", "took longer than 2 s"),
        ("import os; os._exit(0)", "crashed", "ended its own process"),
        ("import os; os.kill(os.getpid(), 9)", "killed", "SIGKILL"),
        ("import ctypes; ctypes.string_at(0)", "crashed", "SIGSEGV"),
        ("return [bytearray(1 << 30) for _ in range(9)]", "memory", ""),
        ("while True: print('x' * 1000)", "output", "printed more"),
        ("import time; time.sleep(1000)", "time", "took longer than 2 s"),
    ],
)
def test_a_function_that_takes_its_process_down_costs_its_own_test_alone(
    body, verdict, says
):
    limits = Limits(cell_seconds=2, total_seconds=60, memory_mb=512, output_kb=64)
    cells = {**RIGHT, "average": f"def average(x, width):\n    {body}"}
    graded = tiny.graded(tiny.notebook(cells), limits)
    scores = tiny.scores(graded)
    assert scores.pop("test-average") == 0
    assert scores == {
        "test-scale-example": 10,
        "test-scale-hidden": 20,
        "test-threshold": 10,
        "test-layer": 20,
        "words": 0,
    }
    assert graded.verdict == graded.cells["test-average"].verdict == verdict
    assert says in graded.cells["test-average"].message


def test_a_cell_that_hangs_costs_itself_alone():
    limits = Limits(cell_seconds=2, total_seconds=60)
    cells = {
        **RIGHT,
        "+ average": "while True: pass",
        "try-it": "import os; os._exit(1)",
    }
    graded = tiny.graded(tiny.notebook(cells), limits)
    assert tiny.score(graded) == tiny.TOTAL
    assert sorted(v.verdict for v in graded.cells.values() if v.verdict != "ok") == [
        "crashed",
        "time",
    ]


def test_the_time_of_a_whole_submission_is_bounded():
    limits = Limits(cell_seconds=2, total_seconds=5, restarts=100)
    loops = {
        f"+ {name}": "while True: pass" for name in ("scale", "average", "threshold")
    }
    graded = tiny.graded(tiny.notebook({**RIGHT, **loops}), limits)
    assert graded.verdict == "time"
    assert "time for the whole notebook was over" in graded.cells["test-layer"].message


def test_a_process_is_not_started_for_ever():
    limits = Limits(cell_seconds=5, total_seconds=60, restarts=2)
    ends = {"scale": "def scale(x, factor):\n    import os; os._exit(1)"}
    ends["average"] = "def average(x, width):\n    import os; os._exit(1)"
    graded = tiny.graded(tiny.notebook({**RIGHT, **ends}), limits)
    assert tiny.score(graded) == 0
    assert "stopped too often" in graded.cells["test-threshold"].message


def test_a_test_that_hangs_by_itself_is_ended_and_the_next_one_runs():
    limits = Limits(cell_seconds=2, total_seconds=60)
    points, _, graded = grade(
        "while answer() != 0: pass", "def answer(): return 1", limits=limits
    )
    assert points == 0
    assert graded.cells["test"].verdict == "time"


def test_a_test_that_is_left_out_gives_no_points_and_says_so():
    graded = tiny.graded(tiny.notebook(RIGHT), only=["test-scale-hidden", "test-layer"])
    scores = tiny.scores(graded)
    assert {name: points for name, points in scores.items() if points} == {
        "test-scale-hidden": 20,
        "test-layer": 20,
    }
    assert "left out" in graded.cells["test-average"].message
    assert tiny.TESTS.keys() <= graded.cells.keys()


def test_the_modules_that_are_loaded_do_not_tell_what_hidden_tests_import():
    answer = """
import sys
print("loaded:", [name for name in ("filecmp", "sched") if name in sys.modules])
def answer():
    return [name for name in ("filecmp", "sched") if name in sys.modules]
"""
    # One that can be read from the test, and one that only a run of it shows.
    tests = """
import filecmp, importlib
assert importlib.import_module("s" + "ched").scheduler
assert answer() == [], answer()
"""
    points, outputs, graded = grade(tests, answer, hidden=True)
    assert points == 10, outputs
    assert "loaded: []" in graded.notebook.cells[1].outputs[0].text
