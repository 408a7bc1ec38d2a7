"""HTML, SVG and scripts as outputs, for the browser of whoever grades.

honest: 30
verdict: ok
with: scale
absent: <script|onerror|javascript
"""

# %% try-it
from IPython.display import HTML, SVG, Javascript, Markdown, display, display_html

display(HTML("<script>fetch('/formgrader')</script>"))
display(Javascript("javascript()"))
display({"text/html": "<img src=x onerror=alert(1)>"}, raw=True)
display({"image/png": '"><img onerror=alert(1)>'}, raw=True)
display({"text/plain": 3, "image/svg+xml": "<svg/>", "x" * 5000: "y"}, raw=True)
display(Markdown("<script>1</script>"))
