"use strict";
// Shows one step at a time. The step is in the fragment of the address; without this script all steps are on the page.
const steps = [...document.querySelectorAll("section.step")];
const at = document.getElementById("at");
const buttons = { back: document.getElementById("back"), forward: document.getElementById("forward") };
let now = 0;
function show() {
  const named = steps.findIndex((step) => "#" + step.id === location.hash);
  now = Math.max(named, 0);
  steps.forEach((step, index) => step.classList.toggle("now", index === now));
  at.textContent = `Step ${now + 1} of ${steps.length}`;
  buttons.back.disabled = now === 0;
  buttons.forward.disabled = now === steps.length - 1;
}
function go(index) {
  const step = steps[Math.min(Math.max(index, 0), steps.length - 1)];
  if (step) location.hash = step.id;
}
const keys = { ArrowLeft: () => now - 1, ArrowRight: () => now + 1, Home: () => 0, End: () => steps.length - 1 };
if (steps.length > 0) {
  document.body.classList.add("one");
  document.getElementById("bar").hidden = false;
  buttons.back.addEventListener("click", () => go(now - 1));
  buttons.forward.addEventListener("click", () => go(now + 1));
  addEventListener("hashchange", show);
  addEventListener("keydown", (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey || !Object.hasOwn(keys, event.key)) return;
    event.preventDefault();
    go(keys[event.key]());
  });
  show();
}
