// The criteria editor: pointing at a rule marks its words in the text, and the other way round; one
// key for each decision. keys.js walks from criterion to criterion and turns all of them off.
// Everything works without this file.
"use strict";

const KEYS_OFF = "recruit-keys";

// ------------------------------------------------------------ linking
function light(target) {
  const pointed = target?.closest?.("[data-of]");
  const numbers = new Set(pointed?.dataset.of.split(" "));
  for (const each of document.querySelectorAll("[data-of]")) {
    const lit = each.dataset.of.split(" ").some((number) => numbers.has(number));
    each.classList.toggle("lit", lit);
  }
  return pointed;
}

// The text scrolls in its own box beside the rules: what is marked comes into view there.
function show(pointed) {
  const box = document.querySelector(".source-text");
  if (!pointed || !box || box.contains(pointed)) return;
  const words = box.querySelector(".lit");
  if (!words || box.scrollHeight <= box.clientHeight) return;
  const from = box.getBoundingClientRect();
  const at = words.getBoundingClientRect();
  if (at.top < from.top || at.bottom > from.bottom) {
    box.scrollTop += at.top - from.top - box.clientHeight / 3;
  }
}

document.addEventListener("mouseover", (event) => show(light(event.target)));
document.addEventListener("focusin", (event) => show(light(event.target)));

// ------------------------------------------------------------ keys
document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("input, select, textarea, [contenteditable]");
  if (typing || event.ctrlKey || event.altKey || event.metaKey) return;
  if (localStorage.getItem(KEYS_OFF) === "off" || !/^[aqseu?]$/.test(event.key)) return;
  const card = document.activeElement.closest(".rule-card");
  const wanted = `[data-key="${event.key}"]`;
  const found = card?.querySelector(wanted) ?? document.querySelector(`:not(.rule-card *)${wanted}`);
  if (!found) return;
  event.preventDefault();
  found.click();
  if (event.key === "?") found.focus();
});

// ------------------------------------------------------------ in turn
// Undo is sent by the form itself, with the revision that the bar names: it waits for the answers to
// the decisions before it, or whoever is quick would be told of a change of their own.
let next = null;
const deciding = () => document.querySelector("#rules .htmx-request") !== null;

document.addEventListener("submit", (event) => {
  if (event.target.id !== "decide" || !deciding()) return;
  event.preventDefault();
  next = event.submitter?.dataset.key ? "#decide [data-key]" : "#decide [formaction]";
});

document.addEventListener("htmx:afterSettle", () => {
  if (!next || deciding()) return;
  const button = document.querySelector(next);
  next = null;
  button?.click();
});

// ------------------------------------------------------------ answers
// An answer from another address is the sign-in page, or worse: the whole page is asked for again.
document.addEventListener("htmx:beforeOnLoad", (event) => {
  const { xhr, requestConfig } = event.detail;
  const came = new URL(xhr.responseURL).pathname;
  if (came !== new URL(requestConfig.path, location.href).pathname) {
    event.preventDefault();
    location.reload();
  }
});

// A decision that was refused: the plain way shows why.
document.addEventListener("htmx:responseError", (event) => {
  const { elt, requestConfig } = event.detail;
  if (requestConfig.verb !== "get" && elt.form) {
    elt.removeAttribute("hx-post");
    elt.classList.remove("htmx-request"); // answered: nothing waits for it any more
    elt.form.requestSubmit(elt);
  }
});

// A page that says what somebody else did has taken the editor's place.
document.addEventListener("htmx:afterSettle", () => {
  if (!document.getElementById("rules")) document.getElementById("main")?.focus();
});
