"""Cells, sources and metadata of every wrong type.

honest: 0
verdict: ok
"""

# %% notebook
nonsense = [
    None,
    3,
    "x",
    [],
    {},
    {"source": {}},
    {"cell_type": [], "source": [1, None]},
]
notebook["cells"] = nonsense + [
    {"cell_type": kind, "source": source, "metadata": data, "id": data, "outputs": data}
    for kind in ("code", "markdown", None)
    for source in ("x = (", ["\n"], None, "\x00", "\ud800")
    for data in ({}, [], {"nbgrader": 1}, {"nbgrader": {"grade_id": {}}}, None)
]
