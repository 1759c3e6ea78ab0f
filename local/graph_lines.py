"""Lines of vertical and horizontal pieces: remove their jogs, and join lines that overlap."""

from itertools import pairwise

Point = tuple[float, float]
Piece = tuple[Point, Point]

JOG = 3.0  # shorter pieces are unintended
CORNER = 8.0  # the radius


def straightened(points: list[Point]) -> list[Point]:
    """Return a line without jogs, redundant points, and turns back on itself."""
    line = [points[0]]
    for point in points[1:]:
        x, y = line[-1]
        snapped = _snapped(point[0], x), _snapped(point[1], y)
        if snapped == (x, y):
            continue
        if len(line) > 1 and _in_line(line[-2], line[-1], snapped):
            line.pop()
        line.append(snapped)
    return line


def joined(lines: list[list[Point]], *, from_start: bool) -> list[list[Point]]:
    """Cut lines that overlap at their end (or start), so that each piece is drawn once.

    The longest line keeps its full length. Each other line ends just behind the point where it
    meets another.
    """
    if from_start:
        return [line[::-1] for line in joined([line[::-1] for line in lines], from_start=False)]
    cut = list(lines)
    whole: list[list[Point]] = []
    for i in sorted(range(len(lines)), key=lambda i: -length(lines[i])):
        cut[i] = _until_met(lines[i], whole)
        whole.append(lines[i])
    return cut


def length(line: list[Point]) -> float:
    """Return the length of a line."""
    return sum(abs(x2 - x1) + abs(y2 - y1) for (x1, y1), (x2, y2) in pairwise(line))


def crosses(one: Piece, other: Piece) -> bool:
    """Return whether one piece crosses another, rather than touching or overlapping it."""
    if one[0][0] != one[1][0]:
        one, other = other, one
    (x, top), (_, bottom) = sorted(one)
    (left, y), (right, level) = sorted(other)
    return x == one[1][0] and y == level and left < x < right and top < y < bottom


def overlaps(one: Piece, other: Piece, apart: float = 0.0) -> bool:
    """Return whether two pieces run side by side, at most `apart` from each other."""
    for along, across in ((0, 1), (1, 0)):
        if one[0][across] == one[1][across] and other[0][across] == other[1][across]:
            near = abs(one[0][across] - other[0][across]) <= apart
            first, second = sorted(point[along] for point in one)
            third, fourth = sorted(point[along] for point in other)
            if near and min(second, fourth) - max(first, third) > 1:
                return True
    return False


def _until_met(line: list[Point], others: list[list[Point]]) -> list[Point]:
    for i, (corner, after) in enumerate(pairwise(line)):
        met = [
            point
            for other in others
            for piece in pairwise(other)
            if overlaps((corner, after), piece)
            for point in (corner, *piece)
            if _on(point, piece) and _on(point, (corner, after))
        ]
        if met:
            first = min(met, key=lambda point: length([corner, point]))
            # The other line may round its corner there.
            return [*line[: i + 1], away(first, after, CORNER)]
    return line


def away(start: Point, end: Point, distance: float) -> Point:
    """Return the point at this distance from the start of a piece, or the end if that is nearer."""
    (x1, y1), (x2, y2) = start, end
    share = min(1.0, distance / (abs(x2 - x1) + abs(y2 - y1)))
    return x1 + (x2 - x1) * share, y1 + (y2 - y1) * share


def _snapped(value: float, before: float) -> float:
    return before if abs(value - before) < JOG else value


def _in_line(first: Point, second: Point, third: Point) -> bool:
    return first[0] == second[0] == third[0] or first[1] == second[1] == third[1]


def _on(point: Point, piece: Piece) -> bool:
    (x1, y1), (x2, y2) = piece
    (x, y) = point
    return min(x1, x2) <= x <= max(x1, x2) and min(y1, y2) <= y <= max(y1, y2)
