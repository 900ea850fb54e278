// A new message is brought to the top of the view, and stays there while its answer grows below it, unless the
// reader has moved on.
let newest = null;
let follow = false;
const still = window.matchMedia("(prefers-reduced-motion: reduce)");
for (const moved of ["wheel", "touchmove", "keydown"])
  window.addEventListener(moved, (event) => {
    if (moved !== "keydown" || ["PageUp", "PageDown", "Home", "End", "ArrowUp"].includes(event.key)) follow = false;
  }, { passive: true });
watch("value", () => {
  const turn = element.querySelector("[data-turn]");
  const number = turn ? turn.dataset.turn : null;
  if (number !== newest) follow = number !== null;
  newest = number;
  if (follow) turn.scrollIntoView({ block: "start", behavior: still.matches ? "auto" : "smooth" });
});

// Gradio's send and stop buttons carry a drawing only, and are made anew whenever they change places.
const name = () => {
  document.querySelector("#cr-box .submit-button")?.setAttribute("aria-label", "Send");
  document.querySelector("#cr-box .stop-button")?.setAttribute("aria-label", "Stop");
};
name();
new MutationObserver(name).observe(document.querySelector("gradio-app") ?? document.body, { childList: true, subtree: true });
