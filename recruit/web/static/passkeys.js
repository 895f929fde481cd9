// Fills our passkey forms with what the device makes, and sends them as any form is sent.
// Without this file the forms stay hidden, and people sign in by code.
"use strict";

const bytes = (text) =>
  Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (sign) => sign.charCodeAt(0));
const text = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replace(/\+/g, "-")
    .replace(/\//g, "_")
    .replace(/=+$/, "");

function asked(question) {
  const options = JSON.parse(question);
  options.challenge = bytes(options.challenge);
  if (options.user) options.user.id = bytes(options.user.id);
  for (const known of options.excludeCredentials ?? []) known.id = bytes(known.id);
  return { publicKey: options };
}

function told(key) {
  const { response } = key;
  const given = { clientDataJSON: text(response.clientDataJSON) };
  if (response.attestationObject) {
    given.attestationObject = text(response.attestationObject);
  } else {
    given.authenticatorData = text(response.authenticatorData);
    given.signature = text(response.signature);
    if (response.userHandle) given.userHandle = text(response.userHandle);
  }
  return JSON.stringify({
    id: key.id,
    rawId: text(key.rawId),
    type: key.type,
    response: given,
    clientExtensionResults: {},
  });
}

async function use(event) {
  const form = event.target;
  event.preventDefault();
  const problem = form.querySelector(".problem");
  problem.hidden = true;
  try {
    const key = await navigator.credentials[form.dataset.passkey](asked(form.dataset.question));
    form.elements.credential.value = told(key);
  } catch {
    problem.hidden = false;
    return;
  }
  form.submit();
}

if (window.PublicKeyCredential) {
  for (const form of document.querySelectorAll("form[data-passkey]")) {
    form.addEventListener("submit", use);
    form.hidden = false;
  }
  for (const part of document.querySelectorAll("[data-passkey-part]")) part.hidden = false;
}
