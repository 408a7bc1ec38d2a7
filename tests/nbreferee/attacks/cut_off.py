"""An upload that broke off.

honest: 0
verdict: unreadable
"""

# %% notebook
import json

submitted = json.dumps(notebook).encode()[:900]
