// Buttons inside our HTML: each says what it does (data-act) and with what (its other data).
// The names that may be triggered, for Gradio to know: "say" "verdict" "retry" "undo" "fresh" "edit" "write"
element.addEventListener("click", (event) => {
  const jump = event.target.closest("button[data-jump]");
  if (jump) document.getElementById(jump.dataset.jump)?.scrollIntoView({ behavior: "smooth" });
  const button = event.target.closest("button[data-act]");
  if (!button || !element.contains(button)) return;
  const { act, ...data } = button.dataset;
  if (act === "verdict") {
    // Shown at once; the server's answer confirms it.
    for (const other of button.parentElement.querySelectorAll("[aria-pressed]"))
      other.setAttribute("aria-pressed", String(other === button));
  }
  trigger(act, data);
});
