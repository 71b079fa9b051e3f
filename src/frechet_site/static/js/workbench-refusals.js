// Says so when the site does not answer: too many questions, or no connection.

const WORDS = { 429: "That was very often. Wait a little, then try again." };

export function complain(place, status) {
  const alert = document.createElement("div");
  alert.className = "alert alert-warning";
  alert.setAttribute("role", "alert");
  alert.textContent = WORDS[status] ?? "No answer came. Check the connection, then try again.";
  place.querySelector(":scope > .alert-warning")?.remove();
  place.prepend(alert);
}

for (const name of ["htmx:responseError", "htmx:sendError"]) {
  document.addEventListener(name, (event) => complain(event.detail.target, event.detail.xhr?.status));
}
