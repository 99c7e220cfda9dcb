// Makes pages nicer; without it everything works.
"use strict";

// Shows present figures: every 15 seconds or as the page says, while it is seen. Asking for them keeps no session alive.
const LIVE_MS = 15000;

async function refresh(part) {
  if (document.hidden) return;
  const answer = await fetch(location.href, { headers: { "X-Live": "1" }, redirect: "error" });
  if (!answer.ok) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = page.querySelector("[data-live]");
  if (!fresh || fresh.dataset.live !== part.dataset.live) location.reload();
  else if (!part.contains(document.activeElement)) part.replaceChildren(...fresh.childNodes);
}

const live = document.querySelector("[data-live]");
if (live) setInterval(() => refresh(live).catch(() => {}), Number(live.dataset.live) || LIVE_MS);

// A form is sent once, however often its button is pressed; one that gives a file leaves its page open, and is sent again.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if ("again" in form.dataset) return;
  if (form.dataset.sent) event.preventDefault();
  form.dataset.sent = "1";
});
window.addEventListener("pageshow", () => {
  for (const form of document.forms) delete form.dataset.sent;
});

// The column assistant shows samples of the column that is chosen; why another one was proposed counts no more.
const assistant = document.querySelector("table.assistant");
if (assistant) {
  assistant.addEventListener("change", (event) => {
    if (!event.target.matches("select")) return;
    const row = event.target.closest("tr");
    const columns = document.querySelectorAll("[data-columns] tbody tr");
    const theirs = event.target.value === "" ? undefined : columns[event.target.value];
    row.querySelector("[data-chosen]").textContent = theirs ? theirs.lastElementChild.textContent : "";
    row.querySelector("[data-why]").textContent = "";
  });
}

// The form designer shows the screens while the form is typed, half a second after the last key.
const draft = document.querySelector("form[data-draft]");
let typing = 0;

async function preview(asked) {
  const fields = new FormData(draft);
  fields.set("do", "look");
  const answer = await fetch(draft.dataset.draft, { method: "POST", body: fields, redirect: "error" });
  if (!answer.ok || asked !== typing) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = page.querySelector("[data-preview]");
  if (fresh) document.querySelector("[data-preview]").replaceChildren(...fresh.childNodes);
}

if (draft) {
  draft.addEventListener("input", () => {
    typing += 1;
    const asked = typing;
    setTimeout(() => asked === typing && preview(asked).catch(() => {}), 500);
  });
}
