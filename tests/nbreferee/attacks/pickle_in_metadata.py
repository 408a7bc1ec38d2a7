"""Pickles in the metadata and in outputs, for a reader that unpickles.

honest: 30
verdict: ok
with: scale
absent: owned
"""

# %% notebook
import base64
import pickle


class Evil:
    def __reduce__(self):
        return print, ("owned",)


bomb = base64.b64encode(pickle.dumps(Evil())).decode()
notebook["metadata"]["pickle"] = bomb
for cell in notebook["cells"]:
    cell["metadata"]["papermill"] = cell["metadata"]["state"] = bomb
    if cell["cell_type"] == "code":
        cell["outputs"] = [
            {
                "output_type": "display_data",
                "data": {"application/python-pickle": bomb, "text/plain": bomb},
                "metadata": {},
            }
        ]
