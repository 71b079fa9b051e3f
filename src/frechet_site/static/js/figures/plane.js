// Level lines of a function of two numbers, with what happens at a point that one moves.
import { Field, drawLevels } from "./contours.js";
import { rounded } from "./board.js";
import { Methods } from "./descent.js";
import { Frame } from "./frame.js";

const LENGTHS = [1, 1 / 2, 1 / 5, 1 / 10, 1 / 20, 1 / 50, 1 / 100, 1 / 200];

export function draw(board) {
  const { figure, program, show } = board;
  const window = figure.window ?? [-3, 3, -3, 3];
  const frame = new Frame(board, window, { equal: true });
  const gaps = show.has("convergence") ? new Frame(board, [0, 1, -10, 1], { label: "Convergence" }) : null;
  const point = () => board.vector(figure.over);
  const place = (x) => board.setVector(figure.over, figure.constrained ? onCurve(board, x) : x);
  const sample = (formula) => {
    const f = program.along(formula.place, figure.over, board.values);
    return new Field((x, y) => f([[x], [y]]), window);
  };
  frame.handle(`${figure.over}, the point`, point, place);
  board.addFields(`${figure.over} =`, point, place);
  if (figure.constrained) place(point());
  board.onDraw(() => {
    const methods = new Methods(board);
    const x = point();
    const field = sample(figure.formula);
    frame.begin();
    drawLevels(frame, field);
    frame.segments(field.line(methods.value(x)), "contour-here");
    if (figure.constraint) frame.segments(sample(figure.constraint).line(0), "constraint");
    if (show.has("hessian")) drawModel(frame, methods, x, window);
    drawPaths(board, frame, gaps, methods, x);
    drawArrows(board, frame, methods, x);
    frame.end();
  });
}

// The nearest place, about, where the constraint holds.
function onCurve(board, start) {
  const { figure, program } = board;
  let x = start;
  for (let k = 0; k < 30; k += 1) {
    const values = { ...board.values, [figure.over]: x.map((entry) => [entry]) };
    const c = program.number(figure.constraint.place, values);
    const g = program.value(figure.constraint.gradient.place, values).map(([entry]) => entry);
    const size = g[0] ** 2 + g[1] ** 2;
    if (Math.abs(c) < 1e-9 || size < 1e-12) break;
    x = x.map((entry, i) => entry - (c * g[i]) / size);
  }
  return x;
}

// The level line of the quadratic model through the point, and where the model has its center.
export function drawModel(frame, methods, x, window) {
  const [g, h] = [methods.gradient(x), methods.hessian(x)];
  const model = new Field((u, v) => {
    const [a, b] = [u - x[0], v - x[1]];
    return g[0] * a + g[1] * b + (h[0][0] * a * a + (h[0][1] + h[1][0]) * a * b + h[1][1] * b * b) / 2;
  }, window);
  frame.segments(model.line(0), "model");
  const center = methods.newtonStep(x).map((entry, i) => entry + x[i]);
  frame.dots([center], "model-center", 4);
  if (center.every(Number.isFinite)) frame.labelAt("model", center, "model-label");
}

function drawPaths(board, frame, gaps, methods, x) {
  const { figure, show } = board;
  const steps = Math.round(board.number(figure.steps, 20));
  const paths = [];
  if (show.has("descent")) paths.push(["gradient descent", "descent", methods.descent(x, board.number(figure.rate, 0.1), steps)]);
  if (show.has("newton")) paths.push(["Newton", "newton", methods.newton(x, Math.min(steps, 12))]);
  for (const [, kind, points] of paths) {
    frame.path(points, `path ${kind}`);
    frame.dots(points.slice(1), `step ${kind}`, 3);
  }
  const best = show.has("minimum") || gaps ? methods.minimum(x) : null;
  if (best && show.has("minimum")) {
    frame.dots([best], "minimum", 5);
    frame.labelAt("minimum", best, "minimum-label");
  }
  if (paths.length) legend(frame, paths);
  if (gaps) drawGaps(gaps, methods, paths, best);
}

function legend(frame, paths) {
  paths.forEach(([name, kind], k) => {
    const y = frame.y(frame.top) + 14 + 18 * k;
    frame.label(`— ${name}`, frame.x(frame.left) + 8, y, `${kind}-label`);
  });
}

// How far each step still is above the minimum, by powers of ten.
function drawGaps(gaps, methods, paths, best) {
  const floor = -10;
  const levels = best
    ? paths.map(([, kind, points]) => [kind, points.map((x, k) => [k, Math.max(floor, Math.log10(Math.max(methods.value(x) - methods.value(best), 1e-16)))])])
    : [];
  gaps.right = Math.max(2, ...levels.map(([, points]) => points.length - 1));
  gaps.top = Math.max(1, Math.ceil(Math.max(...levels.flatMap(([, points]) => points.map(([, v]) => v)), 0)));
  gaps.begin();
  for (const [kind, points] of levels) {
    gaps.path(points, `path ${kind}`);
    gaps.dots(points, `step ${kind}`, 2.5);
  }
  gaps.label(best ? "log₁₀ of the gap to the minimum, by step" : "no minimum was found from here", gaps.x(gaps.right) - 4, gaps.y(gaps.top) + 14, "", "end");
}

function drawArrows(board, frame, methods, x) {
  const { figure, program, show } = board;
  const arrows = [];
  if (show.has("gradient")) arrows.push(["∇f", "gradient", methods.gradient(x)]);
  if (show.has("negative gradient")) arrows.push(["−∇f", "gradient", methods.gradient(x).map((entry) => -entry)]);
  if (show.has("constraint gradient")) arrows.push(["∇c", "normal", program.value(figure.constraint.gradient.place, board.values).map(([entry]) => entry)]);
  const most = 0.42 * Math.min(frame.right - frame.left, frame.top - frame.bottom);
  const longest = Math.max(...arrows.map(([, , v]) => Math.hypot(...v)), 0);
  const length = LENGTHS.find((k) => k * longest <= most) ?? LENGTHS.at(-1);
  for (const [name, kind, v] of arrows) {
    frame.arrow(x, x.map((entry, i) => entry + length * v[i]), kind, name);
  }
  if (arrows.length && length < 1) frame.label(`arrows drawn at 1/${rounded(1 / length)} of their length`, frame.x(frame.right) - 6, frame.y(frame.bottom) - 10, "", "end");
}
