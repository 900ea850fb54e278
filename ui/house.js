// Signing out, and refusals: a server that is asked too much says when to come back, and so does the page.
element.addEventListener("click", async (event) => {
  if (!event.target.closest('button[data-act="leave"]')) return;
  await fetch(new URL("logout", document.baseURI), { method: "POST", redirect: "manual" });
  location.reload();
});
const refuse = (words, seconds) => {
  const box = document.querySelector("#cr-say");
  if (!box || !words || words.length > 300) return;
  const told = document.querySelector("#cr-refused") ?? document.createElement("p");
  told.id = "cr-refused";
  told.setAttribute("role", "alert");
  told.textContent = words;
  box.prepend(told);
  setTimeout(() => told.remove(), 1000 * Math.max(4, seconds));
};
if (!window.convrecAsks) {
  window.convrecAsks = window.fetch;
  window.fetch = async (...asked) => {
    const answer = await window.convrecAsks.apply(window, asked);
    if (answer.status === 401) location.reload();
    if (answer.status === 429 || answer.status === 503)
      refuse((await answer.clone().text()).trim(), Number(answer.headers.get("retry-after") ?? 5));
    return answer;
  };
}
