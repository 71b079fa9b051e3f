// What tells this open page from others: its newer questions take the place of older ones that wait.

export const asked = { "X-Page": Math.random().toString(36).slice(2) };

document.addEventListener("htmx:configRequest", (event) => Object.assign(event.detail.headers, asked));
