"""Millions of items that look as if they stood in a string, where each letter has two bytes.

honest: 0
verdict: unreadable
with: scale
"""

# %% notebook
import json

# The second byte of the letter is a quotation mark.
notebook["metadata"]["x"] = ["\u2200", ["ITEMS"], ""]
text = json.dumps(notebook, ensure_ascii=False)
submitted = text.replace('"ITEMS"', "[]," * 3_000_000 + "[]").encode("utf-16")
