// A form that takes a while says so, and is sent once however often its button is pressed.
// Without JavaScript the browser shows by itself that it waits.
"use strict";

const waiting = new Set();

for (const form of document.querySelectorAll("form[data-waiting]")) {
  form.addEventListener("submit", (event) => {
    if (waiting.has(form)) {
      event.preventDefault();
      return;
    }
    waiting.add(form);
    const status = form.querySelector("[data-words]");
    status.textContent = status.dataset.words;
    form.querySelector("button[type=submit]").setAttribute("aria-busy", "true");
  });
}

// Whoever comes back to the page by the browser's own way back can send again.
window.addEventListener("pageshow", () => {
  for (const form of waiting) {
    form.querySelector("[data-words]").textContent = "";
    form.querySelector("button[type=submit]").removeAttribute("aria-busy");
  }
  waiting.clear();
});
