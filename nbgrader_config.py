"""Where nbgrader finds the assignments, and what it writes into a student's notebook.

Everything that a stock nbgrader reads stands here, so that `nbgrader generate_assignment`,
`nbgrader autograde`, `nbgrader generate_feedback` and the formgrader in JupyterLab give
the same results as `nbreferee release`, `nbreferee grade` and `nbreferee feedback`.
"""

import os

c = get_config()  # noqa: F821 (nbgrader puts it there)

c.CourseDirectory.root = os.path.dirname(os.path.abspath(__file__))
# A gradebook in PostgreSQL needs it; formgrader shows it.
c.CourseDirectory.course_id = "convbook"
c.CourseDirectory.source_directory = "solutions"
c.CourseDirectory.release_directory = "exercises"
# submission.json: what `nbreferee collect` knows of a submission, not for the student.
c.CourseDirectory.ignore = [
    ".ipynb_checkpoints",
    "*.pyc",
    "__pycache__",
    "feedback",
    "submission.json",
]

c.ClearSolutions.code_stub = {
    "python": "# YOUR CODE HERE\n"
    'raise NotImplementedError("Replace this line with your answer; '
    'the docstring above says what goes in and what comes out.")'
}

# No cell is locked: a learner may add a print to a test. Grading puts back what was changed
# or deleted in a test cell.
c.LockCells.enabled = False
c.OverwriteCells.add_missing_cells = True

# Importing TensorFlow alone takes 15 s on a busy machine. A warning is no wrong answer:
# nbgrader takes any text on stderr for a failed test, so that text goes.
c.Execute.timeout = 120
c.Execute.shutdown_kernel = "immediate"
c.Execute.extra_arguments = ["--HistoryManager.hist_file=:memory:", "--log-level=ERROR"]
c.IgnorePattern.enabled = True
c.IgnorePattern.pattern = r"(?s).*"

# Feedback without hidden tests, expected values and scripts.
c.GenerateFeedback.preprocessors = [
    "nbgrader.preprocessors.GetGrades",
    "nbreferee.record.feedback.ForLearners",
]
c.GenerateFeedback.exporter_class = "nbreferee.record.feedback.FeedbackExporter"

# What nbreferee's sandbox shows: the package that cells import, the data sets of this machine.
# What needs the network fails there at once, and does not wait for it.
c.Referee.packages = ["convbook"]
c.Referee.data = {"CONVBOOK_DATA": "convbook"}
c.Referee.environment = {"CONVBOOK_OFFLINE": "1"}
# A failed check speaks to the learner: its message is shown without a traceback.
c.Referee.speaks = {"convbook.check.NotYet": "Not yet"}
