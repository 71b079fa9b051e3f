// Level lines of a function over the plane by marching squares.

const CELLS = 72;

export class Field {
  constructor(f, [left, right, bottom, top]) {
    this.xs = Array.from({ length: CELLS + 1 }, (_, i) => left + ((right - left) * i) / CELLS);
    this.ys = Array.from({ length: CELLS + 1 }, (_, j) => bottom + ((top - bottom) * j) / CELLS);
    this.values = this.xs.map((x) => this.ys.map((y) => f(x, y)));
  }

  // Levels that show the shape: closer together toward an extremum inside, else evenly spaced.
  levels(count = 12) {
    const all = this.values.flat().filter(Number.isFinite).sort((a, b) => a - b);
    if (all.length < 2) return [];
    const [low, high] = [all[0], all[Math.floor(0.97 * (all.length - 1))]];
    const inside = (v) => this.values.some((column, i) => i > 0 && i < CELLS && column.some((w, j) => j > 0 && j < CELLS && w === v));
    const share = (k) => (k + 0.5) / count;
    if (inside(low)) return Array.from({ length: count }, (_, k) => low + (high - low) * share(k) ** 2);
    if (inside(all.at(-1))) return Array.from({ length: count }, (_, k) => all.at(-1) - (all.at(-1) - all[Math.floor(0.03 * all.length)]) * share(k) ** 2);
    return Array.from({ length: count }, (_, k) => low + (high - low) * share(k));
  }

  // The line of one level, as pairs of points.
  line(level) {
    const found = [];
    for (let i = 0; i < CELLS; i += 1) for (let j = 0; j < CELLS; j += 1) this.cell(i, j, level, found);
    return found;
  }

  cell(i, j, level, found) {
    const { xs, ys, values } = this;
    const corners = [[i, j], [i + 1, j], [i + 1, j + 1], [i, j + 1]];
    const heights = corners.map(([a, b]) => values[a][b] - level);
    if (!heights.every(Number.isFinite)) return;
    const crossings = [];
    for (let k = 0; k < 4; k += 1) {
      const [from, to] = [heights[k], heights[(k + 1) % 4]];
      if (from > 0 === to > 0) continue;
      const share = from / (from - to);
      const [[a, b], [c, d]] = [corners[k], corners[(k + 1) % 4]];
      crossings.push([xs[a] + share * (xs[c] - xs[a]), ys[b] + share * (ys[d] - ys[b])]);
    }
    for (let k = 0; k + 1 < crossings.length; k += 2) found.push([crossings[k], crossings[k + 1]]);
  }
}

export function drawLevels(frame, field) {
  const levels = field.levels();
  levels.forEach((level, k) => frame.segments(field.line(level), "contour", 0.35 + (0.5 * k) / levels.length));
}
