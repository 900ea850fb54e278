// A new message is brought to the top of the view, and stays there while its answer grows below it, unless the
// reader has moved on. What happens is told to screen readers by one line that stays where it is.
let newest = null;
let follow = false;
let heard = "";
const still = window.matchMedia("(prefers-reduced-motion: reduce)");
for (const moved of ["wheel", "touchmove", "keydown"])
  window.addEventListener(moved, (event) => {
    if (moved !== "keydown" || ["PageUp", "PageDown", "Home", "End", "ArrowUp"].includes(event.key)) follow = false;
  }, { passive: true });
const line = document.createElement("p");
line.id = "cr-spoken";
line.setAttribute("role", "status");
line.setAttribute("aria-live", "polite");
document.body.append(line);
const tell = (turn) => {
  const status = turn.querySelector(".cr-status")?.textContent;
  const cards = turn.querySelectorAll(".cr-card").length;
  const reply = turn.dataset.state === "working" ? "" : turn.querySelector(".cr-reply, .cr-note")?.textContent ?? "";
  const now = status || reply || (cards ? `${cards}` : "");
  if (now && now !== heard) line.textContent = heard = now;
};
watch("value", () => {
  const turn = element.querySelector("[data-turn]");
  const number = turn ? turn.dataset.turn : null;
  if (number !== newest) follow = number !== null;
  newest = number;
  if (turn) tell(turn);
  if (follow) turn.scrollIntoView({ block: "start", behavior: still.matches ? "auto" : "smooth" });
});
