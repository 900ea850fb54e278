// What a reader has unfolded stays unfolded when its surroundings are drawn anew.
const unfolded = new Set();
element.addEventListener("toggle", (event) => {
  const key = event.target.dataset?.keep;
  if (key) event.target.open ? unfolded.add(key) : unfolded.delete(key);
}, true);
watch("value", () => {
  for (const details of element.querySelectorAll("details[data-keep]")) details.open = unfolded.has(details.dataset.keep);
});
