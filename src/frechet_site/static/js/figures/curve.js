// A function of one number, with its tangent, its quadratic model, and steps toward a minimum.
import { Methods } from "./descent.js";
import { Frame } from "./frame.js";

const POINTS = 240;

export function draw(board) {
  const { figure, program, show } = board;
  const frame = new Frame(board, figure.window ?? [-3, 3, -2, 8]);
  const at = () => board.values[figure.over][0][0];
  const set = ([x]) => board.setVector(figure.over, [x]);
  const value = (x) => new Methods(board).value([x]);
  frame.handle(`${figure.over}, the point`, () => [at(), value(at())], set);
  board.addFields(`${figure.over} =`, () => [at()], set);
  const sampled = (f) =>
    Array.from({ length: POINTS + 1 }, (_, k) => {
      const x = frame.left + ((frame.right - frame.left) * k) / POINTS;
      return [x, f(x)];
    });
  const graph = (formula) => {
    const f = program.along(formula.place, figure.over, board.values);
    return sampled((x) => f([[x]]));
  };
  board.onDraw(() => {
    const methods = new Methods(board);
    const x = at();
    const [f, slope, bend] = [methods.value([x]), methods.gradient([x])[0], methods.hessian([x])[0][0]];
    const { formula } = figure;
    frame.begin();
    const legend = [["f", "curve"]];
    if (show.has("derivative")) legend.push(["f′", "derivative"]);
    if (show.has("second derivative")) legend.push(["f″", "second"]);
    if (show.has("derivative")) frame.path(graph(formula.gradient), "path derivative");
    if (show.has("second derivative")) frame.path(graph(formula.hessian), "path second");
    frame.path(graph(formula), "curve");
    if (show.has("model")) frame.path(sampled((u) => f + slope * (u - x) + (bend / 2) * (u - x) ** 2), "path model");
    if (show.has("tangent")) frame.path([frame.left, frame.right].map((u) => [u, f + slope * (u - x)]), "tangent");
    drawSteps(board, frame, methods, x);
    legend.forEach(([name, kind], k) => frame.label(`— ${name}`, frame.x(frame.left) + 8, frame.y(frame.top) + 14 + 18 * k, `${kind}-label`));
    frame.end();
  });
}

// Each step up to the curve and along to the next point.
function drawSteps(board, frame, methods, x) {
  const { figure, show } = board;
  const steps = Math.round(board.number(figure.steps, 15));
  const paths = [];
  if (show.has("descent")) paths.push(["descent", methods.descent([x], board.number(figure.rate, 0.1), steps)]);
  if (show.has("newton")) paths.push(["newton", methods.newton([x], steps)]);
  for (const [kind, points] of paths) {
    const onCurve = points.map(([u]) => [u, methods.value([u])]);
    frame.path(onCurve, `path ${kind}`);
    frame.dots(onCurve, `step ${kind}`, 3.5);
  }
}
