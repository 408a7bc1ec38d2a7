"""A lone surrogate, a path and a script in the names of pictures in an answer.

honest: 0
verdict: ok
"""

# %% notebook
for cell in notebook["cells"]:
    if cell["id"] == "words":
        cell["source"] = "![x](attachment:\ud800.png) ![y](attachment:../../x.png)"
        cell["attachments"] = {
            "\ud800.png": {"image/png": "iVBORw0KGgo="},
            "../../x.png": {"image/png": "iVBORw0KGgo="},
            "a.svg": {"image/svg+xml": "<svg onload='x()'/>"},
        }
