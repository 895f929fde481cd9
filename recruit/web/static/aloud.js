// A page is read aloud by the browser itself. Without JavaScript, or without a voice on this machine,
// there is no button, and the page is the same.
"use strict";

const BLOCKS = "h1, h2, h3, p, li, dt, dd, legend, label";
const LANGUAGES = { en: "en-GB", fr: "fr-FR" };

// A voice that speaks elsewhere would be sent what the page says.
const voices = () => window.speechSynthesis.getVoices().filter((voice) => voice.localService);
const languageOf = (element) => element.closest("[lang]").lang;
const voiceFor = (language) => voices().find((voice) => voice.lang.toLowerCase().startsWith(language));

function pieces() {
  const shown = (element) => element.checkVisibility() && !element.closest("[data-aloud], nav, .unseen");
  return [...document.querySelectorAll("main :is(" + BLOCKS + ")")]
    .filter((element) => shown(element) && !element.querySelector(BLOCKS))
    .map((element) => ({ element, words: element.innerText.trim() }))
    .filter((piece) => piece.words);
}

function prepare(box) {
  const speech = window.speechSynthesis;
  const [play, stop] = box.querySelectorAll("button");
  const status = box.querySelector("[role=status]");
  let state = "idle";
  let left = [];

  const show = (next) => {
    state = next;
    play.textContent = play.dataset[next];
    stop.hidden = next === "idle";
    status.textContent = box.dataset[next];
  };
  const speak = () => {
    const piece = left.shift();
    if (!piece) {
      show("idle");
      return;
    }
    const language = languageOf(piece.element);
    const said = new SpeechSynthesisUtterance(piece.words);
    said.lang = LANGUAGES[language] || language;
    said.voice = voiceFor(language) || null;
    piece.element.classList.add("is-read");
    said.onend = said.onerror = () => {
      piece.element.classList.remove("is-read");
      if (state !== "idle") speak();
    };
    speech.speak(said);
  };

  play.addEventListener("click", () => {
    if (state === "reading") {
      speech.pause();
      show("paused");
    } else if (state === "paused") {
      speech.resume();
      show("reading");
    } else {
      left = pieces().filter((piece) => voiceFor(languageOf(piece.element)));
      show("reading");
      speak();
    }
  });
  stop.addEventListener("click", () => {
    left = [];
    show("idle");
    speech.cancel();
    play.focus();
  });
  window.addEventListener("pagehide", () => speech.cancel());
  show("idle");
}

function offer() {
  for (const box of document.querySelectorAll("[data-aloud]")) {
    box.hidden = !voiceFor(document.documentElement.lang);
  }
}

if ("speechSynthesis" in window) {
  document.querySelectorAll("[data-aloud]").forEach(prepare);
  window.speechSynthesis.addEventListener("voiceschanged", offer);
  offer();
}
