// a, q, n, x and u press what carries that key beside a match; ? opens and closes the list of keys.
// keys.js walks with j and k, and turns all of them off. Everything works without this file.
//
// Whoever stays with a match, or touches what decides about it, takes it in hand: to walk past one,
// or a page that is fetched and never seen, keeps nobody else from it.
"use strict";

const STAYS = 5_000; // milliseconds: longer than walking past, shorter than reading
const AGAIN = 60_000;
const help = document.querySelector("[data-help]");
const claim = document.querySelector("[data-claim]");
let taken = -AGAIN;
let staying = 0;

function press(key) {
  const place = document.querySelector(`[data-key="${key}"]`);
  if (!place) return false;
  place.focus();
  place.click();
  return true;
}

async function take() {
  const seen = document.visibilityState === "visible";
  if (!seen || performance.now() - taken < AGAIN) return;
  taken = performance.now();
  let answer;
  try {
    answer = await fetch(claim.action, {
      method: "POST",
      body: new FormData(claim),
      headers: { "X-Requested-With": "fetch" },
    });
  } catch {
    taken = -AGAIN; // the page is being left, or the service cannot be reached: the next touch asks again
    return;
  }
  document.querySelector("[data-taken]").hidden = answer.status !== 204;
  document.querySelector("[data-not-taken]").hidden = answer.status !== 409;
  claim.hidden = answer.status === 204 && !claim.contains(document.activeElement);
}

function stay() {
  clearTimeout(staying);
  if (document.visibilityState === "visible") staying = setTimeout(take, STAYS);
}

function touched(event) {
  if (!claim.contains(event.target)) take();
}

if (claim) {
  const bar = claim.closest(".deciding-bar");
  bar.addEventListener("focusin", touched);
  bar.addEventListener("pointerdown", touched);
  document.addEventListener("visibilitychange", stay);
  stay();
}

document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("input, select, textarea, [contenteditable]");
  const off = localStorage.getItem("recruit-keys") === "off";
  if (off || typing || event.repeat || event.ctrlKey || event.altKey || event.metaKey) return;
  if (event.key === "?" && help) {
    event.preventDefault();
    help.open = !help.open;
    help.querySelector("summary").focus();
  } else if ("aqnxu".includes(event.key) && event.key.length === 1 && press(event.key)) {
    event.preventDefault();
  }
});
