// The graph of a function of two numbers in three dimensions, turned by dragging, arrow keys or sliders.
import { rounded } from "./board.js";
import { Methods } from "./descent.js";
import { svg } from "./frame.js";

const CELLS = 26;
const CLICK = 4;

export function draw(board) {
  const { figure, program, show } = board;
  const [left, right, bottom, top] = figure.window ?? [-3, 3, -3, 3];
  const picture = svg("svg", { class: "figure-picture surface", tabindex: 0, role: "img", "aria-label": `${figure.title}; the arrow keys turn it` });
  board.drawing.append(picture);
  board.free.turn = 35;
  board.free.tilt = 30;
  const point = () => board.vector(figure.over);
  board.addFields(`${figure.over} =`, point, (x) => board.setVector(figure.over, x));
  board.addSlider({ name: "turn", label: "turn", min: -180, max: 180, step: 1 });
  board.addSlider({ name: "tilt", label: "tilt", min: 5, max: 85, step: 1 });
  turnable(board, picture);
  const xs = Array.from({ length: CELLS + 1 }, (_, i) => left + ((right - left) * i) / CELLS);
  const ys = Array.from({ length: CELLS + 1 }, (_, j) => bottom + ((top - bottom) * j) / CELLS);
  board.onDraw(() => {
    const f = program.along(figure.formula.place, figure.over, board.values);
    const heights = xs.map((x) => ys.map((y) => f([[x], [y]])));
    const all = heights.flat().filter(Number.isFinite);
    const [low, high] = [Math.min(...all), Math.max(...all)];
    const methods = new Methods(board);
    const view = camera(board, { left, right, bottom, top, low, high });
    const faces = patches(xs, ys, (i, j) => heights[i][j], "surface-face", view, low, high);
    const x = point();
    if (show.has("tangent plane") || show.has("model")) faces.push(...touching(methods, x, show, { xs, ys, low, high, view }));
    faces.sort((a, b) => b.depth - a.depth);
    const [px, py] = view([...x, methods.value(x)]);
    const mark = svg("circle", { cx: px, cy: py, r: 6, class: "handle-dot" });
    picture.setAttribute("viewBox", `0 0 ${board.width} ${view.height}`);
    picture.setAttribute("width", board.width);
    picture.setAttribute("height", view.height);
    const words = svg("text", { x: 8, y: 18, class: "figure-label" }, `height from ${rounded(low, 2)} to ${rounded(high, 2)}; here ${rounded(methods.value(x), 2)}`);
    picture.replaceChildren(...faces.map(({ face }) => face), mark, words);
  });
}

// From a point of space to one of the screen, and how far away it is.
function camera(board, { left, right, bottom, top, low, high }) {
  const [turn, tilt] = ["turn", "tilt"].map((name) => (board.free[name] * Math.PI) / 180);
  const height = Math.round(Math.min(440, board.width * 0.78));
  const size = Math.min(board.width * 0.36, height * 0.44);
  const view = ([x, y, z]) => {
    const u = (2 * (x - left)) / (right - left) - 1;
    const v = (2 * (y - bottom)) / (top - bottom) - 1;
    const w = high > low ? (1.3 * (z - low)) / (high - low) - 0.65 : 0;
    const [across, along] = [u * Math.cos(turn) - v * Math.sin(turn), u * Math.sin(turn) + v * Math.cos(turn)];
    return [board.width / 2 + size * across, height / 2 - size * (along * Math.sin(tilt) + w * Math.cos(tilt)), along * Math.cos(tilt) - w * Math.sin(tilt)];
  };
  view.height = height;
  return view;
}

function patches(xs, ys, z, kind, view, low, high) {
  const found = [];
  for (let i = 0; i + 1 < xs.length; i += 1) {
    for (let j = 0; j + 1 < ys.length; j += 1) {
      const corners = [[i, j], [i + 1, j], [i + 1, j + 1], [i, j + 1]].map(([a, b]) => [xs[a], ys[b], z(a, b)]);
      if (!corners.flat().every(Number.isFinite)) continue;
      const seen = corners.map(view);
      const mean = corners.reduce((sum, corner) => sum + corner[2], 0) / 4;
      const face = svg("polygon", {
        points: seen.map(([x, y]) => `${x.toFixed(1)},${y.toFixed(1)}`).join(" "),
        class: kind,
        "fill-opacity": kind === "surface-face" ? 0.12 + (0.6 * (mean - low)) / (high - low || 1) : undefined,
      });
      found.push({ face, depth: seen.reduce((sum, [, , depth]) => sum + depth, 0) / 4 });
    }
  }
  return found;
}

// The tangent plane or the quadratic model near the point.
function touching(methods, x, show, { xs, ys, low, high, view }) {
  const [f, g, h] = [methods.value(x), methods.gradient(x), methods.hessian(x)];
  const [reachX, reachY] = [(xs.at(-1) - xs[0]) / 5, (ys.at(-1) - ys[0]) / 5];
  const around = (middle, reach) => Array.from({ length: 9 }, (_, k) => middle + reach * (k / 4 - 1));
  const [us, vs] = [around(x[0], reachX), around(x[1], reachY)];
  const z = (i, j) => {
    const [a, b] = [us[i] - x[0], vs[j] - x[1]];
    const bend = show.has("model") ? (h[0][0] * a * a + 2 * h[0][1] * a * b + h[1][1] * b * b) / 2 : 0;
    return f + g[0] * a + g[1] * b + bend;
  };
  return patches(us, vs, z, "tangent-face", view, low, high).map((part) => ({ ...part, depth: part.depth - 0.02 }));
}

function turnable(board, picture) {
  const turnBy = (a, b) => {
    board.free.turn = ((board.free.turn + a + 540) % 360) - 180;
    board.free.tilt = Math.max(5, Math.min(85, board.free.tilt + b));
    board.changed();
  };
  picture.addEventListener("keydown", (event) => {
    const way = { ArrowLeft: [-CLICK, 0], ArrowRight: [CLICK, 0], ArrowUp: [0, CLICK], ArrowDown: [0, -CLICK] }[event.key];
    if (!way) return;
    event.preventDefault();
    turnBy(...way);
  });
  picture.addEventListener("pointerdown", (event) => picture.setPointerCapture(event.pointerId));
  picture.addEventListener("pointermove", (event) => {
    if (picture.hasPointerCapture(event.pointerId)) turnBy(event.movementX / 2, event.movementY / 2);
  });
}
