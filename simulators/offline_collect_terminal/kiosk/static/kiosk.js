// What makes the pages nicer; without it meta elements reload them, and the pages work the same.
"use strict";
const page = document.body.dataset;
for (const button of document.querySelectorAll("button.print")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}
const problem = document.querySelector(".said");
if (problem) problem.focus();
if (page.reload) setTimeout(() => location.reload(), 1000 * page.reload);
if (page.idle) watch(document.getElementById("still"), 1000 * page.warn, 1000 * page.idle);

function watch(still, warnMs, idleMs) {
  const token = still.querySelector("[name=token]").value;
  let last = Date.now(), ending = false;
  const active = () => {
    still.hidden = true;
    if (Date.now() - last < warnMs / 8) return;
    last = Date.now();
    fetch("/stay", { method: "POST", body: new URLSearchParams({ token }) }).catch(() => {});
  };
  for (const kind of ["input", "keydown", "pointerdown", "scroll"]) addEventListener(kind, active, { passive: true });
  still.addEventListener("submit", (event) => { event.preventDefault(); active(); });
  setInterval(() => {
    const away = Date.now() - last;
    if (away >= idleMs && !ending) {
      ending = true;
      const ended = () => location.replace("/ended");
      fetch("/end", { method: "POST", body: new URLSearchParams({ token }) }).then(ended, ended);
    }
    else if (away >= warnMs && still.hidden) { still.hidden = false; still.querySelector("button").focus(); }
  }, 500);
}
