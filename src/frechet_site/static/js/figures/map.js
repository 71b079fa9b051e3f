// A 2×2 matrix as what it does: the unit square and circle, and their images.
import { Frame } from "./frame.js";

const AROUND = 96;
const SQUARE = [[0, 0], [1, 0], [1, 1], [0, 1]];
const circle = Array.from({ length: AROUND }, (_, k) => [Math.cos((2 * Math.PI * k) / AROUND), Math.sin((2 * Math.PI * k) / AROUND)]);

export function draw(board) {
  const { figure } = board;
  const shown = board.show.size ? board.show : new Set(["square", "columns"]);
  const frame = new Frame(board, figure.window ?? [-3, 3, -3, 3], { equal: true });
  const matrix = () => board.values[figure.matrix];
  const image = ([x, y]) => matrix().map((row) => row[0] * x + row[1] * y);
  for (const j of [0, 1]) {
    const get = () => matrix().map((row) => row[j]);
    const set = (numbers) => {
      numbers.forEach((entry, i) => (matrix()[i][j] = entry));
      board.changed();
    };
    frame.handle(`column ${j + 1} of ${figure.matrix}`, get, set);
    board.addFields(`column ${j + 1} =`, get, set);
  }
  board.onDraw(() => {
    frame.begin();
    if (shown.has("circle")) {
      frame.path(circle, "before", { closed: true });
      frame.path(circle.map(image), "after", { closed: true });
    }
    if (shown.has("square")) {
      frame.path(SQUARE, "before", { closed: true });
      frame.path(SQUARE.map(image), "after", { closed: true });
    }
    if (shown.has("eigenvectors")) eigenlines(frame, matrix());
    for (const j of [0, 1]) frame.arrow([0, 0], matrix().map((row) => row[j]), j ? "follower follower-1" : "free", `${figure.matrix} e${"₁₂"[j]}`);
    frame.end();
  });
}

// The lines that the matrix maps to themselves, if they are real.
function eigenlines(frame, [[a, b], [c, d]]) {
  const [half, product] = [(a + d) / 2, a * d - b * c];
  const root = Math.sqrt(half * half - product);
  if (!Number.isFinite(root)) return;
  for (const value of new Set([half + root, half - root])) {
    const way = Math.abs(b) > 1e-12 ? [b, value - a] : Math.abs(c) > 1e-12 ? [value - d, c] : value === a ? [1, 0] : [0, 1];
    const size = Math.hypot(...way) / 20;
    frame.path([way.map((v) => -v / size), way.map((v) => v / size)], "eigenline");
  }
}
