// MathLive, loaded when a page first asks for it; base.html names its address in a <meta> element.

let loading = null;

async function load() {
  const library = await import(document.querySelector('meta[name="vendor-mathlive"]').content);
  library.MathfieldElement.fontsDirectory = null; // KaTeX's sheet declares the same fonts
  library.MathfieldElement.soundsDirectory = null;
  return library;
}

export const mathlive = () => (loading ??= load());
