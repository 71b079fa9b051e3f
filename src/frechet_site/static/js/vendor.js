// Large libraries, each loaded when a page first asks for it: `const JXG = await jsxgraph();`
// base.html names their addresses in <meta name="vendor-..."> elements.

const loading = new Map();
const address = (name) => document.querySelector(`meta[name="vendor-${name}"]`).content;
const nonce = () => document.querySelector('meta[name="style-nonce"]')?.content ?? "";

function once(name, load) {
  if (!loading.has(name)) loading.set(name, load());
  return loading.get(name);
}

function script(name, global) {
  return new Promise((resolve, reject) => {
    const element = document.createElement("script");
    element.src = address(name);
    element.onload = () => resolve(window[global]);
    element.onerror = () => reject(new Error(`${name} could not be loaded`));
    document.head.append(element);
  });
}

function sheet(name) {
  const element = document.createElement("link");
  element.rel = "stylesheet";
  element.href = address(name);
  document.head.append(element);
}

export const jsxgraph = () => once("jsxgraph", () => (sheet("jsxgraph-css"), script("jsxgraph", "JXG")));
export const plotly = () => once("plotly", () => script("plotly", "Plotly"));
export const codemirror = () => once("codemirror", () => import(address("codemirror")));
export const mathlive = () =>
  once("mathlive", async () => {
    const library = await import(address("mathlive"));
    library.MathfieldElement.fontsDirectory = null; // KaTeX's sheet declares the same fonts
    library.MathfieldElement.soundsDirectory = null;
    return library;
  });
export { nonce as styleNonce };
