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

// Gradio's send and stop buttons carry a drawing only.
const box = document.getElementById("cr-box");
const name = () => {
  box.querySelector(".submit-button")?.setAttribute("aria-label", "Send");
  box.querySelector(".stop-button")?.setAttribute("aria-label", "Stop");
};
if (box) {
  name();
  new MutationObserver(name).observe(box, { childList: true, subtree: true });
}
