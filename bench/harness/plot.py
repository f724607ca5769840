"""Role: the table as a picture: how near each row's ratio comes to its bar and aim."""
import math
from html import escape

from harness.report import Line

LABEL_X, PLOT_X, PLOT_WIDTH, ROW_HEIGHT, TOP = 16, 480, 440, 30, 76
LEAST, MOST = 0.25, 4.0     # of the axis, in bars; a logarithmic axis, so that a half is as far as twice
COLOURS = {"aim": "#2e7d32", "bar": "#f9a825", "no": "#c62828"}


def svg(lines: list[Line], caption: str) -> str:
    """An SVG document of the lines that have a bar. The axis is the result as a multiple of the bar, for a
    latency the reverse, so that further right is always better; whiskers are the least and most of the pairs."""
    lines = [line for line in lines if line.row.bar is not None]
    height = TOP + ROW_HEIGHT * len(lines) + 56
    width = PLOT_X + PLOT_WIDTH + 130
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
        f'viewBox="0 0 {width} {height}" font-family="sans-serif" font-size="13">',
        f'<rect width="{width}" height="{height}" fill="#fff"/>',
        _text(LABEL_X, 28, "hongbao against its bars", size=18),
        _text(LABEL_X, 48, "bar = 1 (line), aim = diamond; green: aim reached, yellow: bar reached, "
                           "red: neither", fill="#555")]
    bottom = TOP + ROW_HEIGHT * len(lines)
    for tick in (0.25, 0.5, 1, 2, 4):
        x = _x(tick)
        parts.append(f'<line x1="{x:.1f}" y1="{TOP}" x2="{x:.1f}" y2="{bottom}" '
                     f'stroke="{"#000" if tick == 1 else "#ddd"}"/>')
        parts.append(_text(x, bottom + 18, f"{tick:g} × bar", anchor="middle", fill="#555"))
    for number, line in enumerate(lines):
        parts += _row(line, TOP + ROW_HEIGHT * number)
    parts += [_text(LABEL_X, height - 12, caption, fill="#555", size=11), "</svg>"]
    return "\n".join(parts) + "\n"


def _row(line: Line, y: float) -> list[str]:
    middle = y + ROW_HEIGHT / 2
    parts = [_text(LABEL_X, middle + 4, f"{line.row.id}  {line.row.what}")]
    if line.comparison is None:
        return parts + [_text(PLOT_X + 8, middle + 4, "FAILED", fill=COLOURS["no"])]
    reached = [_in_bars(line, result) for result in (
        line.comparison.result, line.comparison.pair_results.least, line.comparison.pair_results.most)]
    x, least, most = _x(reached[0]), *sorted(map(_x, reached[1:]))
    aim = _x(_in_bars(line, line.row.aim))
    colour = COLOURS[line.verdict.rstrip("?")]
    return parts + [
        f'<rect x="{PLOT_X}" y="{y + 7}" width="{x - PLOT_X:.1f}" height="{ROW_HEIGHT - 14}" '
        f'fill="{colour}"/>',
        f'<line x1="{least:.1f}" y1="{middle}" x2="{most:.1f}" y2="{middle}" stroke="#000"/>',
        f'<path d="M{aim:.1f} {y + 4} l5 11 l-5 11 l-5 -11 z" fill="none" stroke="#000"/>',
        _text(PLOT_X + PLOT_WIDTH + 12, middle + 4,
              f"{line.row.judged} {line.comparison.result:.4g} {line.row.unit}".rstrip())]


def _in_bars(line: Line, result: float) -> float:
    if line.row.less_is_better:
        return line.row.bar / result if result > 0 else MOST
    return result / line.row.bar


def _x(in_bars: float) -> float:
    """Where a value is on the axis; values beyond it stay at its end."""
    kept = min(max(in_bars, LEAST), MOST)
    return PLOT_X + PLOT_WIDTH * math.log(kept / LEAST) / math.log(MOST / LEAST)


def _text(x: float, y: float, words: str, anchor: str = "start", fill: str = "#000", size: int = 13) -> str:
    return (f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{fill}" '
            f'font-size="{size}">{escape(words)}</text>')
