"""A kernel whose command line is the student's.

honest: 30
verdict: ok
with: scale
"""

# %% notebook
notebook["metadata"] = {
    "kernelspec": {
        "name": "../../tmp/evil",
        "language": "bash",
        "display_name": "$(touch /tmp/evil)",
        "argv": ["/bin/sh", "-c", "touch /tmp/evil"],
    }
}
