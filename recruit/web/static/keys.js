// j and k walk through matches: over the rows of the table, or to the next and previous match.
// Single keys can get in the way of speech input (WCAG 2.1.4), so a button turns them off.
// Everything works without this file.
"use strict";

const place = document.querySelector("[data-keys]");
const STORE = "recruit-keys";
let on = localStorage.getItem(STORE) !== "off";

function step(forward) {
  const link = document.querySelector(`[data-step="${forward ? "j" : "k"}"]`);
  if (link) {
    link.click();
    return;
  }
  const rows = [...document.querySelectorAll("[data-row]")];
  const now = rows.findIndex((row) => row.contains(document.activeElement));
  const next = now < 0 ? rows[0] : rows[now + (forward ? 1 : -1)];
  next?.focus();
}

document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("input, select, textarea, [contenteditable]");
  if (!on || typing || event.ctrlKey || event.altKey || event.metaKey) return;
  if (event.key === "j" || event.key === "k") {
    event.preventDefault();
    step(event.key === "j");
  }
});

if (place) {
  const line = document.createElement("p");
  const button = document.createElement("button");
  const words = () => {
    button.textContent = on ? place.dataset.off : place.dataset.on;
  };
  line.className = "keys";
  button.type = "button";
  button.className = "outline";
  button.addEventListener("click", () => {
    on = !on;
    localStorage.setItem(STORE, on ? "on" : "off");
    words();
  });
  words();
  line.append(place.dataset.keys, button);
  place.after(line);
}
