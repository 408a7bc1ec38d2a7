"""An answer in words that is a page with scripts, links and pictures.

honest: 0
verdict: ok
absent: <script
"""

# %% notebook
for cell in notebook["cells"]:
    if cell["id"] == "words":
        cell["source"] = (
            "<script>fetch('/formgrader')</script><img src=x onerror=alert(1)>\n\n"
            "[a](javascript:alert(1)) ![b](data:text/html,x) <svg/onload=alert(1)>"
        )
        cell["outputs"] = [{"output_type": "display_data", "data": {"text/html": "x"}}]
