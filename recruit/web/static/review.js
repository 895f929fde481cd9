// a, q, n, x and u press what carries that key beside a match; ? opens and closes the list of keys.
// keys.js walks with j and k, and turns all of them off. Everything works without this file.
"use strict";

const help = document.querySelector("[data-help]");

function press(key) {
  const place = document.querySelector(`[data-key="${key}"]`);
  if (!place) return false;
  place.focus();
  place.click();
  return true;
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
