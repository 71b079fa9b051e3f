// Draws the figures of a page when they come into view: <figure data-figure="id of its data">.
import { Board } from "./board.js";

const KINDS = {
  plane: () => import("./plane.js"),
  curve: () => import("./curve.js"),
  surface: () => import("./surface.js"),
  arrows: () => import("./arrows.js"),
  map: () => import("./map.js"),
  points: () => import("./points.js"),
  shapes: () => import("./shapes.js"),
  graph: () => import("./graph.js"),
  skills: () => import("./skills.js"),
  series: () => import("./series.js"),
  certainty: () => import("./certainty.js"),
  budget: () => import("./budget.js"),
};

async function show(place) {
  const figure = JSON.parse(document.getElementById(place.dataset.figure).textContent);
  const { draw } = await KINDS[figure.kind]();
  draw(new Board(place, figure));
  place.dataset.drawn = "";
}

const watcher = new IntersectionObserver(
  (seen) => {
    for (const { isIntersecting, target } of seen) {
      if (!isIntersecting) continue;
      watcher.unobserve(target);
      show(target);
    }
  },
  { rootMargin: "400px" },
);

for (const place of document.querySelectorAll("[data-figure]")) watcher.observe(place);
