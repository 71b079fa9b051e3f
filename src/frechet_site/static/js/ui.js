// The small behaviors of every page: theme, copying, tabs, menus, steps. Each page works without them.

import "./page.js";

const root = document.documentElement;

function toggleTheme() {
  const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  root.dataset.theme = dark ? "light" : "dark";
  document.cookie = `theme=${root.dataset.theme}; path=/; max-age=31536000; samesite=lax`;
  document.dispatchEvent(new CustomEvent("frechet:theme", { detail: root.dataset.theme }));
}

async function copy(button) {
  const source = button.dataset.copy ?? button.closest(".code").querySelector("code").textContent;
  try {
    await navigator.clipboard.writeText(source);
    announce(button, "Copied");
  } catch {
    announce(button, "Press Ctrl+C");
  }
}

function announce(button, words) {
  const before = (button.dataset.label ??= button.textContent);
  button.textContent = words;
  document.getElementById("status").textContent = words;
  setTimeout(() => (button.textContent = before), 1600);
}

// <div data-tabs><section id data-tab="Name">…: the arrow keys move, Home and End jump.
function tabs(box) {
  const panels = [...box.querySelectorAll(":scope > [data-tab]")];
  const list = document.createElement("div");
  list.className = "tab-list";
  list.setAttribute("role", "tablist");
  list.setAttribute("aria-label", box.dataset.tabs || "Views");
  const buttons = panels.map((panel) => {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "tab";
    button.id = `${panel.id}-tab`;
    button.textContent = panel.dataset.tab;
    button.setAttribute("role", "tab");
    button.setAttribute("aria-controls", panel.id);
    panel.setAttribute("role", "tabpanel");
    panel.setAttribute("aria-labelledby", button.id);
    panel.querySelector(":scope > .tab-heading")?.setAttribute("hidden", "");
    list.append(button);
    return button;
  });
  const show = (chosen, focus) => {
    buttons.forEach((button, index) => {
      button.setAttribute("aria-selected", index === chosen);
      button.tabIndex = index === chosen ? 0 : -1;
      panels[index].hidden = index !== chosen;
    });
    if (focus) buttons[chosen].focus();
  };
  list.addEventListener("click", (event) => show(Math.max(0, buttons.indexOf(event.target)), true));
  list.addEventListener("keydown", (event) => {
    const at = buttons.indexOf(document.activeElement);
    const last = buttons.length - 1;
    const to = { ArrowRight: at === last ? 0 : at + 1, ArrowLeft: at === 0 ? last : at - 1, Home: 0, End: last }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    show(to, true);
  });
  box.prepend(list);
  show(Math.max(0, panels.findIndex((panel) => `#${panel.id}` === location.hash)), false);
  delete box.dataset.tabs;
}

// <button data-next-step="id of the list">: opens the first closed step and moves there.
function nextStep(button) {
  const list = document.getElementById(button.dataset.nextStep);
  const closed = list.querySelector(".step > details:not([open])");
  if (!closed) return;
  closed.open = true;
  closed.querySelector("summary").focus();
  button.disabled = !list.querySelector(".step > details:not([open])");
}

function openSteps(button) {
  const steps = [...document.getElementById(button.dataset.allSteps).querySelectorAll(".step > details")];
  const open = steps.some((step) => !step.open);
  for (const step of steps) step.open = open;
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  for (const menu of document.querySelectorAll(".menu[open]")) if (!menu.contains(event.target)) menu.open = false;
  if (!button) return;
  if ("themeToggle" in button.dataset) toggleTheme();
  if (button.classList.contains("copy") || "copy" in button.dataset) copy(button);
  if ("nextStep" in button.dataset) nextStep(button);
  if ("allSteps" in button.dataset) openSteps(button);
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of document.querySelectorAll(".menu[open]")) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});

export function enhance(place = document) {
  for (const box of place.querySelectorAll("[data-tabs]")) tabs(box);
}

enhance();
document.addEventListener("htmx:load", (event) => enhance(event.detail.elt));
