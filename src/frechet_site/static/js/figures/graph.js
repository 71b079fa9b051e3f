// The computation graph of a formula: leaves below, the result on top, the Jacobian on each edge.
import { element } from "./board.js";
import { svg } from "./frame.js";
import { typeset } from "../math.js";

const ROW = 104;
const COLUMN = 118;

export function draw(board) {
  const { nodes, edges } = board.figure.formula.graph;
  const levels = levelsOf(nodes, edges);
  board.onDraw(() => {
    const width = Math.max(board.width, COLUMN * Math.max(...levels.rows.map((row) => row.length)));
    const height = ROW * levels.rows.length;
    const spot = (at) => {
      const row = levels.rows[levels.of[at]];
      return [(width * (row.indexOf(at) + 0.5)) / row.length, height - ROW * (levels.of[at] + 0.5)];
    };
    const box = element("div", { class: "graph", role: "group", tabindex: "0", "aria-label": "computation graph" });
    const lines = svg("svg", { width, height, viewBox: `0 0 ${width} ${height}`, "aria-hidden": "true" });
    const plane = element("div", { class: "graph-plane" }, lines);
    plane.style.width = `${width}px`;
    plane.style.height = `${height}px`;
    for (const edge of edges) {
      const [[x1, y1], [x2, y2]] = [spot(edge.from), spot(edge.to)];
      const moves = nodes[edge.from].moves;
      lines.append(svg("path", { d: `M${x1},${y1}C${x1},${(y1 + y2) / 2} ${x2},${(y1 + y2) / 2} ${x2},${y2}`, class: moves ? "edge moving" : "edge" }));
      if (edge.latex) plane.append(placed(edge.latex, (x1 + x2) / 2, (y1 + y2) / 2, "edge-label"));
    }
    nodes.forEach((node, at) => plane.append(placed(node.latex, ...spot(at), `node${node.moves ? " moving" : ""}${node.leaf ? " leaf" : ""}`)));
    box.append(plane);
    board.drawing.replaceChildren(box, told(nodes, edges));
    typeset(board.drawing);
  });
}

// How far each part stands above the leaves; a constant stands right below what uses it first.
function levelsOf(nodes, edges) {
  const of = nodes.map(() => 0);
  nodes.forEach((_, at) => {
    for (const { from } of edges.filter(({ to }) => to === at)) of[at] = Math.max(of[at], of[from] + 1);
  });
  for (let at = nodes.length - 1; at >= 0; at -= 1) {
    const uses = edges.filter(({ from }) => from === at).map(({ to }) => of[to]);
    if (uses.length && !nodes[at].moves) of[at] = Math.min(...uses) - 1;
  }
  const rows = Array.from({ length: Math.max(...of) + 1 }, () => []);
  nodes.forEach((_, at) => rows[of[at]].push(at));
  for (const row of rows.slice(0, -1).reverse()) {
    const pull = (at) => {
      const above = edges.filter(({ from }) => from === at).map(({ to }) => rows[of[to]].indexOf(to) / rows[of[to]].length);
      return above.reduce((sum, v) => sum + v, 0) / Math.max(1, above.length);
    };
    row.sort((a, b) => pull(a) - pull(b) || a - b);
  }
  return { of, rows };
}

function placed(latex, x, y, kind) {
  const made = element("span", { class: `graph-spot ${kind}` }, element("span", { class: "math", "data-tex": latex }, latex));
  made.style.left = `${x}px`;
  made.style.top = `${y}px`;
  return made;
}

// The graph in words, for those who do not see it.
function told(nodes, edges) {
  const moving = edges.filter(({ from }) => nodes[from].moves);
  const lines = moving.map(({ from, to, latex }) => {
    const math = (text) => element("span", { class: "math", "data-tex": text }, text);
    return element("li", {}, math(nodes[to].latex), " by ", math(nodes[from].latex), ": ", math(latex || "0"));
  });
  return element("details", { class: "opener graph-words" }, element("summary", {}, "The edges as a list"), element("ul", {}, ...lines));
}
