// Typesets the formulas of a page: <span class="math" data-tex="...">text</span>.
// The text that the server wrote stays when a formula cannot be typeset.

const OPTIONS = { throwOnError: true, trust: false, strict: "ignore", maxExpand: 200, maxSize: 20, output: "htmlAndMathml" };

export function typeset(root = document) {
  const pending = root.querySelectorAll(".math[data-tex]:not([data-typeset])");
  const all = root.matches?.(".math[data-tex]:not([data-typeset])") ? [root, ...pending] : pending;
  for (const place of all) typesetOne(place);
}

function typesetOne(place) {
  const options = { ...OPTIONS, displayMode: place.classList.contains("math-display") };
  const text = document.createElement("span");
  try {
    window.katex.render(place.dataset.tex, text, options);
    place.replaceChildren(...text.childNodes);
    place.dataset.typeset = "";
  } catch {
    place.dataset.typeset = "no";
  }
}

typeset();
document.addEventListener("htmx:load", (event) => typeset(event.detail.elt));
