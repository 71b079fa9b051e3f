// The map of lectures or skills: one line each, in order, and on the left an arc from each to what needs it.
import { element } from "./board.js";
import { svg } from "./frame.js";

const ROW = 30;

export function draw(board) {
  const { nodes, edges, groups } = board.figure.map;
  const place = new Map(nodes.map(({ id }, at) => [id, at]));
  const arcs = edges.filter(([a, b]) => place.has(a) && place.has(b)).map(([a, b]) => [place.get(a), place.get(b)]);
  const list = element("ol", { class: "map-list" });
  nodes.forEach((node, at) => {
    const head = at === 0 || nodes[at - 1].group !== node.group ? groups[node.group] : "";
    const title = node.address ? element("a", { href: node.address }, node.title) : element("span", { tabindex: "0" }, node.title);
    const needs = arcs.filter(([, to]) => to === at).map(([from]) => nodes[from].title);
    const hidden = needs.length ? [element("span", { class: "visually-hidden" }, ` needs ${needs.join(", ")}`)] : [];
    const row = element("li", { class: head ? "map-row map-head" : "map-row", "data-group": head || undefined }, title, ...hidden);
    for (const event of ["mouseenter", "focusin"]) row.addEventListener(event, () => mark(at));
    list.append(row);
  });
  const picture = svg("svg", { class: "map-arcs", "aria-hidden": "true" });
  const box = element("div", { class: "map" }, picture, list);
  board.drawing.replaceChildren(box);

  function mark(at) {
    picture.querySelectorAll("path").forEach((path, k) => {
      path.classList.toggle("needs", arcs[k][1] === at);
      path.classList.toggle("unlocks", arcs[k][0] === at);
    });
    [...list.children].forEach((row, k) => {
      row.classList.toggle("needs", arcs.some(([a, b]) => b === at && a === k));
      row.classList.toggle("unlocks", arcs.some(([a, b]) => a === at && b === k));
    });
  }

  board.onDraw(() => {
    const width = Math.min(120, board.width * 0.24);
    picture.setAttribute("width", width);
    const top = list.getBoundingClientRect().top;
    const middles = [...list.children].map((row) => {
      const line = row.firstElementChild.getBoundingClientRect();
      return line.top - top + line.height / 2;
    });
    const height = list.clientHeight;
    for (const [name, value] of Object.entries({ width, height, viewBox: `0 0 ${width} ${height}` })) picture.setAttribute(name, value);
    const marks = middles.map((y) => svg("circle", { cx: width - 5, cy: y, r: 4 }));
    const paths = arcs.map(([from, to]) => {
      const reach = Math.min(width - 12, 10 + (Math.abs(middles[to] - middles[from]) / ROW) * 7);
      const x = width - 5;
      return svg("path", { d: `M${x},${middles[from]}C${x - reach * 1.3},${middles[from]} ${x - reach * 1.3},${middles[to]} ${x},${middles[to]}` });
    });
    picture.replaceChildren(...paths, ...marks);
  });
}
