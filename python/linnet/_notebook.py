"""In a notebook: progress bars in their place, summaries as tables."""
import html
import re
import sys


def is_notebook():
    """Does this program run in the kernel of a notebook?"""
    shell = getattr(sys.modules.get("IPython"), "get_ipython", lambda: None)()
    return hasattr(shell, "kernel")


class Printer:
    """What fit() and the others print with: a line that begins with a carriage return replaces the last one."""

    def __init__(self):
        self._bar = None

    def __call__(self, text):
        if not text.startswith(("\b", "\r")):
            sys.stdout.write(text)
            sys.stdout.flush()
            return
        line = text.lstrip("\b\r").rstrip()
        data = {"text/plain": _without_colors(line), "text/html": _line_html(line)}
        if self._bar is None:
            from IPython.display import display
            self._bar = display(data, raw=True, display_id=True)
        else:
            self._bar.update(data, raw=True)
        if text.endswith("\n"):
            self._bar = None


_COLORS = {"1": "font-weight: bold", "32": "color: #2e7d32", "37": "opacity: 0.25"}  # bold, green, white: of the bar


def _without_colors(text):
    return re.sub(r"\x1b\[\d*m", "", text)


def _line_html(line):
    text, is_open = "", False
    for part in re.split(r"(\x1b\[\d*m)", line):
        if not part.startswith("\x1b"):
            text += html.escape(part)
            continue
        style = _COLORS.get(part[2:-1])
        text += ("</span>" if is_open else "") + (f'<span style="{style}">' if style else "")
        is_open = style is not None
    style = "margin: 0; font-size: 90%; white-space: pre; word-break: normal; overflow-x: auto"
    return f'<pre style="{style}">{text}{"</span>" if is_open else ""}</pre>'


def summary_html(text):
    """The text of model.summary(), written wide, as a table of HTML."""
    title, *lines = text.splitlines()
    rows = [[cell.strip() for cell in line.strip("│┃").split("┃" if line[0] == "┃" else "│")]
            for line in lines if line[:1] in ("┃", "│")]
    numbers = [i for i, name in enumerate(rows[0]) if name == "Param #"]

    def row(cells, tag):
        aligned = [f'<{tag} style="text-align: {"right" if i in numbers else "left"}">{html.escape(cell)}</{tag}>'
                   for i, cell in enumerate(cells)]
        return "<tr>" + "".join(aligned) + "</tr>"

    totals = [html.escape(line.strip()) for line in lines if " params: " in line]
    return (f"<div><p><b>{html.escape(title)}</b></p><table><thead>{row(rows[0], 'th')}</thead>"
            f"<tbody>{''.join(row(cells, 'td') for cells in rows[1:])}</tbody></table>"
            f"<p>{'<br>'.join(totals)}</p></div>")
