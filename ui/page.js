// The one script of the page: every button says what it does (data-act) and with what (its other data); this element
// hands it to the server ("answer" for what makes an answer, "act" for all else) and does what the server tells it.
const ANSWERS = ["say", "retry", "write"];
const narrow = window.matchMedia("(max-width: 900px)");
const $ = (what) => document.querySelector(what);
const send = (data) => trigger(ANSWERS.includes(data.act) ? "answer" : "act", data);
const box = () => $("#cr-box textarea");

// Buttons.
const fields = (start) => {
  const found = {};
  for (const field of start.closest("[data-form]")?.querySelectorAll("input[name]") ?? []) {
    found[field.name] = field.value;
    field.value = "";
  }
  return found;
};
document.addEventListener("click", (event) => {
  const tab = event.target.closest("[data-tab][role=tab]");
  if (tab) return choose(tab.dataset.tab, true);
  const side = event.target.closest("[data-side]");
  if (side) return sheet(side.dataset.side === "open");
  const button = event.target.closest("button[data-act]");
  if (!button || button.closest("#cr-name")) return;  // signing out is another script's
  if (button.dataset.act === "verdict") {
    // Shown at once; the server's answer confirms it.
    const on = button.getAttribute("aria-pressed") === "true";
    for (const other of button.parentElement.querySelectorAll("[aria-pressed]"))
      other.setAttribute("aria-pressed", String(other === button && !on));
  }
  if (ANSWERS.includes(button.dataset.act) && button.dataset.act !== "write" && narrow.matches) sheet(false);
  send({ ...fields(button), ...button.dataset });
});

// Fields that say something when they change, or at Enter.
const said = (field) => {
  const { change, as, scale, ...data } = field.dataset;
  const value = scale ? String(Number(field.value) / Number(scale)) : field.value;
  if (data.name) remember(data.name, value);
  send({ ...data, act: change, [as]: value });
};
document.addEventListener("change", (event) => {
  if (event.target.dataset?.change) said(event.target);
  if (event.target.dataset?.file && event.target.files[0]) read(event.target.files[0]).finally(() => (event.target.value = ""));
});
let waiting = 0;
document.addEventListener("input", (event) => {
  const { type, as } = event.target.dataset ?? {};
  if (!type) return;
  clearTimeout(waiting);
  waiting = setTimeout(() => send({ act: type, [as]: event.target.value }), 250);
});

// Files: read here, sent in parts, kept nowhere on the way.
const PART = 50000;
const MOST = 2000000;
const read = async (file) => {
  const text = file.size > 4 * MOST ? "" : await file.text();
  if (!text || text.length > MOST || text.includes("\u0000")) return send({ act: "file", name: file.name, sending: "", part: "9", of: "0", text: "" });
  const of = String(Math.ceil(text.length / PART));
  const sending = String(Date.now());
  for (let part = 0; part < Number(of); part++)
    send({ act: "file", name: file.name, sending, part: String(part), of, text: text.slice(part * PART, (part + 1) * PART) });
};
const carries = (event) => [...(event.dataTransfer?.types ?? [])].includes("Files");
for (const kind of ["dragover", "drop"])
  document.addEventListener(kind, (event) => {
    if (!carries(event)) return;
    event.preventDefault();  // else the browser would leave the page for the file
    $("#cr-side")?.classList.toggle("cr-over", kind === "dragover");
    if (kind === "drop" && event.dataTransfer.files[0]) {
      choose("history", true);
      sheet(true);
      read(event.dataTransfer.files[0]);
    }
  });
document.addEventListener("dragleave", (event) => event.relatedTarget || $("#cr-side")?.classList.remove("cr-over"));

// The side: tabs, and on a small screen a sheet over the talk.
let open = "taste";
const choose = (name, ask) => {
  open = name;
  const side = $("#cr-side");
  if (!side) return;
  side.dataset.tab = name;
  for (const tab of side.querySelectorAll("[role=tab]")) {
    const here = tab.dataset.tab === name;
    tab.setAttribute("aria-selected", String(here));
    tab.tabIndex = here ? 0 : -1;
    const pane = $(`#cr-pane-${tab.dataset.tab}`);
    pane?.setAttribute("role", "tabpanel");
    pane?.setAttribute("aria-labelledby", tab.id);
  }
  if (ask) {
    side.scrollTop = 0;
    $(`#cr-pane-${name}`)?.classList.add("cr-stale");
    send({ act: "tab", tab: name });
  }
};
let before = null;
const sheet = (on) => {
  const side = $("#cr-side");
  if (!side || !narrow.matches || side.classList.contains("cr-open") === on) return;
  side.classList.toggle("cr-open", on);
  for (const behind of ["#cr-talk", "#cr-top"]) $(behind).inert = on;
  if (on) {
    before = document.activeElement;
    side.querySelector("[role=tab][aria-selected=true]")?.focus();
  } else before?.focus?.();
};
narrow.addEventListener("change", () => {
  for (const behind of ["#cr-talk", "#cr-top"]) $(behind).inert = false;
  $("#cr-side").classList.remove("cr-open");
});

// The keyboard.
const typing = (where) => where.matches?.("input, textarea, select");
document.addEventListener("keydown", (event) => {
  const where = event.target;
  const field = where.dataset?.enter;
  if (event.key === "Enter" && field && where.value.trim()) return send({ ...fields(where), act: field, polarity: where.dataset.polarity });
  if (where.matches?.("[role=tab]") && ["ArrowLeft", "ArrowRight", "Home", "End"].includes(event.key)) {
    const all = [...where.parentElement.querySelectorAll("[role=tab]")];
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    const next = step ? all[(all.indexOf(where) + step + all.length) % all.length] : all[event.key === "Home" ? 0 : all.length - 1];
    choose(next.dataset.tab, true);
    next.focus();
    event.preventDefault();
  } else if (event.key === "Escape") {
    if ($("#cr-side.cr-open")) sheet(false);
    else $("#cr-box .stop-button")?.click();
  } else if (event.key === "/" && !typing(where)) {
    box()?.focus();
    event.preventDefault();
  } else if (event.key === "ArrowUp" && where === box() && !where.value) {
    const turn = $("#cr-live [data-turn]");
    if (turn && turn.dataset.state !== "working") send({ act: "undo" });
  } else if (event.altKey && /^Digit[1-6]$/.test(event.code)) {
    const chip = [...document.querySelectorAll("#cr-live .cr-next .cr-chip, #cr-live .cr-welcome .cr-chip")][event.code.at(-1) - 1];
    if (chip) (event.preventDefault(), chip.click());
  } else if (event.altKey && event.code === "KeyP") {
    event.preventDefault();
    if (narrow.matches) sheet(!$("#cr-side.cr-open"));
    else $("#cr-main").classList.toggle("cr-alone");
  }
});

// What is set is remembered by this browser, in a cookie that goes along with every request.
const COOKIE = "convrec_choices";
const remember = (name, value) => {
  const kept = document.cookie.split("; ").find((one) => one.startsWith(`${COOKIE}=`))?.slice(COOKIE.length + 1) ?? "";
  const all = new URLSearchParams(kept);
  all.set(name, value);
  const secure = location.protocol === "https:" ? "; Secure" : "";
  document.cookie = `${COOKIE}=${all}; Path=/; SameSite=Strict; Max-Age=31536000${secure}`;
};
const system = window.matchMedia("(prefers-color-scheme: dark)");
let theme = "auto";
const dress = () => document.body.classList.toggle("dark", theme === "dark" || (theme === "auto" && system.matches));
system.addEventListener("change", () => setTimeout(dress));

// What the server tells.
const labels = { send: "Send", stop: "Stop" };
const name = () => {
  // Gradio's send and stop buttons carry a drawing only, and are made anew whenever they change places.
  for (const [mark, label] of [["submit", labels.send], ["stop", labels.stop]]) {
    const button = $(`#cr-box .${mark}-button`);
    if (button && button.getAttribute("aria-label") !== label) button.setAttribute("aria-label", label);
  }
};
new MutationObserver(name).observe($("gradio-app") ?? document.body, { childList: true, subtree: true });
const save = (file, text) => {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: "application/json" }));
  link.download = file;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
};
const told = (it) => {
  for (const pane of document.querySelectorAll(".cr-stale")) pane.classList.remove("cr-stale");
  for (const key of ["send", "stop"]) if (it[key]) labels[key] = it[key];
  name();
  if (it.language) document.documentElement.lang = it.language;
  if (it.theme) (theme = it.theme), dress();
  if (it.set) remember(it.set, it.value);
  if (it.tab) choose(it.tab, false);
  else choose(open, false);
  if (it.side) sheet(it.side === "open");
  if (it.file) save(it.file, it.text);
  if (it.again) setTimeout(() => send({ act: "look" }), 700);
  if (it.end) setTimeout(() => $("#cr-live")?.scrollIntoView({ block: "start" }), 100);
  if (it.focus === "box" && !narrow.matches) setTimeout(() => { const it = box(); it?.focus(); it?.setSelectionRange(it.value.length, it.value.length); }, 60);
};
let last = 0;
watch("value", () => {
  const found = element.querySelector("[data-tell]");
  const it = found ? JSON.parse(found.dataset.tell) : null;
  if (it && it.number !== last) (last = it.number), told(it);
});
choose("taste", false);
name();
