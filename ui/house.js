// Signing out, and refusals: a server that is asked too much says when to come back, and so does the page.
element.addEventListener("click", async (event) => {
  if (!event.target.closest('button[data-act="leave"]')) return;
  await fetch(new URL("logout", document.baseURI), { method: "POST", redirect: "manual" });
  location.reload();
});
if (!window.convrecAsks) {
  window.convrecAsks = window.fetch;
  window.fetch = async (...asked) => {
    const answer = await window.convrecAsks.apply(window, asked);
    if (answer.status === 401) location.reload();
    if (answer.status === 429 || answer.status === 503) {
      const notice = document.querySelector("#cr-notice");
      const words = (await answer.clone().text()).trim();
      if (notice && words.length < 300) notice.dataset.refused = words;
      setTimeout(() => notice?.removeAttribute("data-refused"), 1000 * Number(answer.headers.get("retry-after") ?? 5));
    }
    return answer;
  };
}
