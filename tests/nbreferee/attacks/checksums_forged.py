"""Checksums, cell types and schema versions that are not the course's.

honest: 0
verdict: ok
"""

# %% notebook
for i, cell in enumerate(notebook["cells"]):
    cell["metadata"]["nbgrader"] = {
        **cell["metadata"].get("nbgrader", {}),
        "checksum": "0" * 32,
        "cell_type": "raw",
        "schema_version": 99,
        "task": bool(i % 2),
    }
