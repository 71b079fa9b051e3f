// Data points that can be moved, and what is fitted to them.
import { multiply, solve, transpose } from "../evaluate.js";
import { rounded } from "./board.js";
import { Frame } from "./frame.js";

const AROUND = 96;

export function draw(board) {
  const { figure, show, values } = board;
  const cloud = "X" in values;
  const frame = new Frame(board, figure.window ?? [-5, 5, -5, 5], { equal: cloud });
  const count = cloud ? values.X.length : values.x.length;
  const get = (k) => (cloud ? values.X[k] : [values.x[k][0], values.y[k][0]]);
  const set = (k) => (point) => {
    if (cloud) values.X[k] = [...point];
    else [values.x[k][0], values.y[k][0]] = point;
    board.changed();
  };
  for (let k = 0; k < count; k += 1) {
    frame.handle(`point ${k + 1}`, () => get(k), set(k));
    board.addFields(`point ${k + 1}`, () => [...get(k)], set(k));
  }
  const told = board.drawing.appendChild(document.createElement("p"));
  told.className = "figure-told";
  board.onDraw(() => {
    const points = Array.from({ length: count }, (_, k) => get(k));
    frame.begin();
    const words = [];
    if (show.has("line") || show.has("residuals")) words.push(fit(board, frame, points));
    if (show.has("mean") || show.has("gaussian")) words.push(bell(frame, points, show));
    told.textContent = words.join(" ");
    frame.end();
  });
}

// The polynomial with the least sum of squares, and what it leaves.
function fit(board, frame, points) {
  const degree = Math.round(board.number(board.figure.degree ?? 1, 1));
  const powers = (x) => Array.from({ length: degree + 1 }, (_, k) => x ** k);
  const design = points.map(([x]) => powers(x));
  const normal = multiply(transpose(design), design);
  const weights = solve(normal, multiply(transpose(design), points.map(([, y]) => [y]))).map(([w]) => w);
  const at = (x) => powers(x).reduce((sum, p, k) => sum + weights[k] * p, 0);
  const samples = Array.from({ length: 161 }, (_, k) => frame.left + ((frame.right - frame.left) * k) / 160);
  if (board.show.has("residuals")) for (const [x, y] of points) frame.path([[x, y], [x, at(x)]], "residual");
  if (board.show.has("line")) frame.path(samples.map((x) => [x, at(x)]), "curve");
  const loss = points.reduce((sum, [x, y]) => sum + (y - at(x)) ** 2, 0);
  if (!weights.every(Number.isFinite)) return "No single line fits best: two of the points would have to differ in x.";
  const terms = weights.map((w, k) => `${rounded(w, 2)}${["", " x", " x²", " x³"][k] ?? ` x^${k}`}`);
  return `Fit: ${terms.join(" + ").replaceAll("+ −", "− ")}. Sum of squares: ${rounded(loss, 2)}.`;
}

// The mean, and the ellipses one and two standard deviations from it.
function bell(frame, points, show) {
  const n = points.length;
  const mean = [0, 1].map((i) => points.reduce((sum, p) => sum + p[i], 0) / n);
  const spread = (i, j) => points.reduce((sum, p) => sum + (p[i] - mean[i]) * (p[j] - mean[j]), 0) / n;
  const [a, b, d] = [spread(0, 0), spread(0, 1), spread(1, 1)];
  const first = Math.sqrt(a);
  const rest = [first ? b / first : 0, Math.sqrt(Math.max(0, d - (first ? (b * b) / a : 0)))];
  const ring = (radius) =>
    Array.from({ length: AROUND }, (_, k) => {
      const [u, v] = [radius * Math.cos((2 * Math.PI * k) / AROUND), radius * Math.sin((2 * Math.PI * k) / AROUND)];
      return [mean[0] + first * u, mean[1] + rest[0] * u + rest[1] * v];
    });
  if (show.has("gaussian")) for (const radius of [2, 1]) frame.path(ring(radius), "after", { closed: true });
  frame.dots([mean], "minimum", 5);
  frame.labelAt("mean", mean, "minimum-label");
  return `Mean (${rounded(mean[0], 2)}, ${rounded(mean[1], 2)}); covariance (${rounded(a, 2)}, ${rounded(b, 2)}; ${rounded(b, 2)}, ${rounded(d, 2)}), determinant ${rounded(a * d - b * b, 2)}.`;
}
