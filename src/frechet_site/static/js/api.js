// Sends the example that stands in the field, and shows what comes back.

async function send(form) {
  const place = form.querySelector(".try-answer");
  const text = form.querySelector("textarea").value;
  place.textContent = "…";
  try {
    const asked = JSON.parse(text);
    const get = form.dataset.method === "GET";
    const address = get ? `${form.dataset.try}?${new URLSearchParams(asked)}` : form.dataset.try;
    const options = get ? {} : { method: "POST", body: text, headers: { "Content-Type": "application/json" } };
    const response = await fetch(address, options);
    show(place, response.status, JSON.stringify(await response.json(), null, 2));
  } catch (error) {
    show(place, "", error instanceof SyntaxError ? `This is not JSON: ${error.message}` : "The site did not answer.");
  }
}

function show(place, status, text) {
  const badge = document.createElement("p");
  badge.className = "small quiet";
  badge.textContent = status ? `Status ${status}` : "";
  const box = document.createElement("pre");
  box.tabIndex = 0;
  box.setAttribute("role", "group");
  box.setAttribute("aria-label", "Answer");
  box.textContent = text;
  place.replaceChildren(badge, box);
}

document.addEventListener("submit", (event) => {
  if (!event.target.matches("[data-try]")) return;
  event.preventDefault();
  send(event.target);
});
