// Arrows in the plane: some can be moved, the others follow from them.
import { Field } from "./contours.js";
import { Frame } from "./frame.js";

export function draw(board) {
  const { figure, program } = board;
  const window = figure.window ?? [-4, 4, -4, 4];
  const frame = new Frame(board, window, { equal: true });
  const column = (formula) => board.value(formula).map(([entry]) => entry);
  const start = (arrow) => (arrow.from ? column(arrow.from) : [0, 0]);
  const end = (arrow) => {
    const from = start(arrow);
    const by = arrow.formula ? column(arrow.formula) : board.vector(arrow.name);
    return [from[0] + by[0], from[1] + by[1]];
  };
  for (const arrow of figure.arrow.filter((one) => !one.formula)) {
    const name = arrow.label ?? arrow.name;
    const set = (to) => {
      const from = start(arrow);
      board.setVector(arrow.name, [to[0] - from[0], to[1] - from[1]]);
    };
    frame.handle(`end of ${name}`, () => end(arrow), set);
    board.addFields(`${arrow.name} =`, () => board.vector(arrow.name), (numbers) => board.setVector(arrow.name, numbers));
  }
  board.onDraw(() => {
    frame.begin();
    for (const { formula, over } of figure.line ?? []) {
      const f = program.along(formula.place, over, board.values);
      frame.segments(new Field((x, y) => f([[x], [y]]), window).line(0), "constraint");
    }
    let followers = 0;
    for (const arrow of figure.arrow) {
      const kind = arrow.formula ? `follower follower-${(followers += 1)}` : "free";
      frame.arrow(start(arrow), end(arrow), kind, arrow.label ?? arrow.name);
    }
    frame.end();
  });
}
