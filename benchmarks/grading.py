"""How long grading takes: nbgrader's own autograde and nbreferee's, on the same submissions.

    python benchmarks/grading.py [--submissions 20] [--workers 2] [numpy torch keras]

Three small assignments, which import NumPy, PyTorch and Keras. nbgrader grades one submission
after another, each in a new kernel; nbreferee grades them with as many workers as there are cores,
each with a warm process in a sandbox, a sandboxed process a submission, and a referee. Both sides
are measured in this one run, on the same machine and the same bytes. Printed are seconds a
submission, their ratio, and how much memory a worker holds. Starting the workers, which import
the libraries once, is part of nbreferee's time. It is also shown on its own, and beside it the
ratio without it, which is what a large class comes to.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import shutil
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from contextlib import suppress
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_notebook

SETUP = {
    "numpy": "import matplotlib.pyplot as plt\nimport numpy as np",
    "torch": "import numpy as np\nimport torch\nfrom torch import nn",
    "keras": "import numpy as np\nimport keras",
}
ANSWERS = {
    "numpy": '''
def correlate(image, kernel):
    """Slide a kernel over an image."""
    ### BEGIN SOLUTION
    rows = image.shape[0] - kernel.shape[0] + 1
    columns = image.shape[1] - kernel.shape[1] + 1
    out = np.empty((rows, columns))
    for i in range(rows):
        for j in range(columns):
            window = image[i : i + kernel.shape[0], j : j + kernel.shape[1]]
            out[i, j] = (window * kernel).sum()
    return out
    ### END SOLUTION
''',
    "torch": '''
class Net(nn.Module):
    """A convolution and a dense layer."""
    ### BEGIN SOLUTION
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(1, 4, 3)
        self.dense = nn.Linear(4, 10)

    def forward(self, x):
        return self.dense(torch.relu(self.conv(x)).mean(dim=(2, 3)))
    ### END SOLUTION
''',
    "keras": '''
def build():
    """A convolution and a dense layer."""
    ### BEGIN SOLUTION
    return keras.Sequential([
        keras.Input((12, 12, 1)),
        keras.layers.Conv2D(4, 3, activation="relu"),
        keras.layers.GlobalAveragePooling2D(),
        keras.layers.Dense(10),
    ])
    ### END SOLUTION
''',
}
USES = {
    "numpy": "plt.imshow(correlate(np.eye(20), np.ones((3, 3))));",
    "torch": """
net = Net()
optimizer = torch.optim.SGD(net.parameters(), lr=0.1)
x, y = torch.rand(64, 1, 12, 12), torch.randint(0, 10, (64,))
for _ in range(20):
    optimizer.zero_grad()
    loss = nn.functional.cross_entropy(net(x), y)
    loss.backward()
    optimizer.step()
print(float(loss) > 0)
""",
    "keras": """
model = build()
model.compile("sgd", keras.losses.SparseCategoricalCrossentropy(from_logits=True))
x, y = np.random.rand(64, 12, 12, 1), np.random.randint(0, 10, 64)
history = model.fit(x, y, epochs=2, verbose=0)
""",
}
TESTS = {
    "numpy": [
        """
import scipy.signal
image, kernel = np.random.rand(9, 7), np.random.rand(3, 2)
expected = scipy.signal.correlate2d(image, kernel, mode="valid")
np.testing.assert_allclose(correlate(image, kernel), expected)
""",
        "assert correlate(np.ones((5, 5)), np.ones((5, 5))).shape == (1, 1)",
    ],
    "torch": [
        """
net, x = Net(), torch.rand(5, 1, 12, 12)
weight, bias = torch.rand(4, 1, 3, 3), torch.rand(4)
dense, shift = torch.rand(10, 4), torch.rand(10)
net.load_state_dict({"conv.weight": weight, "conv.bias": bias,
                     "dense.weight": dense, "dense.bias": shift})
hidden = torch.relu(nn.functional.conv2d(x, weight, bias)).mean(dim=(2, 3))
torch.testing.assert_close(net(x), hidden @ dense.T + shift)
""",
        "assert sum(p.numel() for p in Net().parameters()) == 90",
    ],
    "keras": [
        """
model, x = build(), np.random.rand(5, 12, 12, 1).astype("float32")
assert model.predict(x, verbose=0).shape == (5, 10)
model.set_weights([np.zeros((3, 3, 1, 4)), np.ones(4), np.ones((4, 10)), np.zeros(10)])
np.testing.assert_allclose(model.predict(x, verbose=0), np.full((5, 10), 4), rtol=1e-5)
""",
        "assert build().count_params() == 90",
    ],
}
POINTS = 10


def assignment(kind: str) -> NotebookNode:
    """Return the instructor's notebook."""

    def cell(name: str, source: str, **marks: object) -> NotebookNode:
        node = new_code_cell(source.strip("\n"), id=name)
        default = {"grade": False, "locked": False, "solution": False, "task": False}
        node.metadata.nbgrader = {
            **default, **marks, "grade_id": name, "schema_version": 3
        }  # fmt: skip
        return node

    tests = [
        cell(f"test-{i}", text, grade=True, locked=True, points=POINTS)
        for i, text in enumerate(TESTS[kind])
    ]
    cells = [
        cell("imports", SETUP[kind], locked=True),
        cell("answer", ANSWERS[kind], solution=True),
        new_code_cell(USES[kind].strip("\n"), id="use"),
        *tests,
    ]
    kernel = {"name": "python3", "language": "python", "display_name": "Python 3"}
    return new_notebook(cells=cells, metadata={"kernelspec": kernel})


def by_nbgrader(source: NotebookNode, handed_in: bytes, count: int) -> float:
    """Grade `count` submissions with nbgrader; return the seconds, and check the points."""
    from nbgrader.apps import NbGraderAPI
    from traitlets.config import Config

    folder = Path(tempfile.mkdtemp())
    # nbgrader looks for alembic, which lies beside Python, on the path.
    os.environ["PATH"] = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    try:
        (folder / "source" / "a").mkdir(parents=True)
        nbformat.write(source, folder / "source" / "a" / "nb.ipynb")
        config = Config()
        config.CourseDirectory.root = str(folder)
        config.CourseDirectory.db_url = f"sqlite:///{folder}/gradebook.db"
        config.Application.log_level = "ERROR"
        api = NbGraderAPI(config=config)
        made = api.generate_assignment("a")
        assert made["success"], made
        students = [f"student-{i}" for i in range(count)]
        for student in students:
            place = folder / "submitted" / student / "a"
            place.mkdir(parents=True)
            (place / "nb.ipynb").write_bytes(handed_in)
        started = time.perf_counter()
        for student in students:
            result = api.autograde("a", student)
            assert result["success"], result
        seconds = time.perf_counter() - started
        with api.gradebook as gradebook:
            for student in students:
                score = gradebook.find_submission("a", student).score
                assert score == POINTS * len(source.cells[3:]), score
        return seconds
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def by_nbreferee(
    source: NotebookNode, handed_in: bytes, count: int, workers: int
) -> tuple[float, float, float]:
    """Return seconds in all, those of them to warm up, and bytes that a worker holds."""
    released = nbformat.writes(_release(source))
    arguments = nbformat.writes(source), released, handed_in
    started = time.perf_counter()
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(workers, mp_context=context) as pool:
        warm = [pool.submit(_grade, *arguments) for _ in range(min(workers, count))]
        assert all(future.result()[0] for future in warm)
        warm_seconds = time.perf_counter() - started
        rest = [pool.submit(_grade, *arguments) for _ in range(count - len(warm))]
        memory = [future.result() for future in rest or warm]
        assert all(right for right, _ in memory)
        seconds = time.perf_counter() - started
    return seconds, warm_seconds, max(size for _, size in memory)


def _release(source: NotebookNode) -> NotebookNode:
    from nbreferee.run import rebuild

    return rebuild.release(source)


def _grade(source: str, released: str, handed_in: bytes) -> tuple[bool, float]:
    from nbreferee.run.session import grade_notebook

    notebooks = [nbformat.reads(text, as_version=4) for text in (source, released)]
    graded = grade_notebook(notebooks[0], handed_in, released=notebooks[1])
    right = all(verdict.passed is not False for verdict in graded.cells.values())
    return right and graded.verdict == "ok", _memory()


def _memory() -> float:
    """Return the bytes of this process and all below it, shared ones divided up."""
    parents, sizes = {}, {}
    for path in Path("/proc").iterdir():
        if path.name.isdigit():
            with suppress(OSError, StopIteration):
                stat = (path / "stat").read_text().rpartition(")")[2].split()
                parents[int(path.name)] = int(stat[1])
                lines = (path / "smaps_rollup").read_text().splitlines()
                size = next(line for line in lines if line.startswith("Pss:"))
                sizes[int(path.name)] = int(size.split()[1]) * 1024
    family, found = {os.getpid()}, True
    while found:
        found = {pid for pid, parent in parents.items() if parent in family} - family
        family |= found
    return float(sum(sizes.get(pid, 0) for pid in family))


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("kinds", nargs="*", metavar="KIND", help=", ".join(SETUP))
    parser.add_argument("--submissions", type=int, default=20)
    parser.add_argument("--workers", type=int, default=os.cpu_count())
    options = parser.parse_args()
    print(f"{options.submissions} submissions, {options.workers} workers; seconds each")
    print(
        f"{'':8}{'nbgrader':>10}{'nbreferee':>10}{'ratio':>8}{'start':>8}{'then':>8}{'ratio':>8}{'MB/worker':>11}"
    )
    for kind in options.kinds or SETUP:
        source = assignment(kind)
        handed_in = nbformat.writes(source).encode()
        count = options.submissions
        ours, warm, memory = by_nbreferee(source, handed_in, count, options.workers)
        theirs = by_nbgrader(source, handed_in, count)
        then = (ours - warm) / max(1, count - options.workers)
        print(
            f"{kind:8}{theirs / count:10.2f}{ours / count:10.2f}{theirs / ours:8.1f}"
            f"{warm:8.1f}{then:8.2f}{theirs / count / then:8.1f}{memory / 2**20:11.0f}",
            flush=True,
        )


if __name__ == "__main__":
    main()
