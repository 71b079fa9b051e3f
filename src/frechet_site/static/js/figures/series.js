// Curves of one or more formulas over one number.
import { Frame } from "./frame.js";

const POINTS = 240;

export function draw(board) {
  const { figure, program } = board;
  const window = [...(figure.window ?? [0, 10, 0, 10])];
  if (figure.log) [window[2], window[3]] = [2, 3].map((k) => (window[k] > 0 ? Math.log10(window[k]) : window[k]));
  const frame = new Frame(board, window);
  board.onDraw(() => {
    frame.begin();
    figure.series.forEach(({ label, formula, over }, k) => {
      const f = program.along(formula.place, over, board.values);
      const points = Array.from({ length: POINTS + 1 }, (_, i) => {
        const t = frame.left + ((frame.right - frame.left) * i) / POINTS;
        const value = f([[t]]);
        return [t, figure.log ? Math.log10(value) : value];
      });
      frame.path(points, `series series-${k % 4}`);
      frame.label(`— ${label}`, frame.x(frame.right) - 6, frame.y(frame.top) + 14 + 18 * k, `series-label-${k % 4}`, "end");
    });
    if (figure.log) frame.label("log₁₀", frame.x(frame.left) + 6, frame.y(frame.top) + 14);
    frame.end();
  });
}
