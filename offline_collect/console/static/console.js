// Makes pages nicer; without it everything works.
"use strict";

// Shows present figures: every 15 seconds, while the page is seen. Asking for them keeps no session alive.
const LIVE_MS = 15000;

async function refresh(part) {
  if (document.hidden) return;
  const answer = await fetch(location.href, { headers: { "X-Live": "1" }, redirect: "error" });
  if (!answer.ok) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = page.querySelector("[data-live]");
  if (fresh && !part.contains(document.activeElement)) part.replaceChildren(...fresh.childNodes);
}

const live = document.querySelector("[data-live]");
if (live) setInterval(() => refresh(live).catch(() => {}), LIVE_MS);

// A form is sent once, however often its button is pressed.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.dataset.sent) event.preventDefault();
  form.dataset.sent = "1";
});
window.addEventListener("pageshow", () => {
  for (const form of document.forms) delete form.dataset.sent;
});
