// Doing: buttons, keys, the address.
let state = fromFragment(location.hash.slice(1));
let update = () => {};
const root = document.getElementById("screen"), message = document.getElementById("message");

function keep() {
  history.replaceState(null, "", `#${toFragment(state)}`);
}

function show(focus) {
  document.body.dataset.view = state.view;
  update = render(root, state, act);
  document.getElementById("back").disabled = state.screen === 0;
  document.getElementById("next").disabled = state.screen === lesson.screens.length - 1 && isOpen(lesson.screens[state.screen], state);
  document.getElementById("progress").value = state.screen + 1;
  keep();
  if (focus) {
    const target = state.view === "lesson" ? document.getElementById("screen-title") : document.getElementById(state.view).querySelector("h2");
    target.focus({ preventScroll: true });
    window.scrollTo(0, 0);
  }
}

// Changes that leave the screen as it is: the focus stays where it was.
function again() {
  const focused = document.activeElement, mark = focused && root.contains(focused) ? [focused.name, focused.value, focused.id, focused.dataset.draw, focused.textContent] : null;
  show(false);
  if (!mark) return;
  const same = [...root.querySelectorAll("input, button")].find((one) => one.name === mark[0] && one.value === mark[1] && one.id === mark[2] && one.dataset.draw === mark[3] && one.textContent === mark[4]);
  same?.focus({ preventScroll: true });
}

function say(words) {
  message.textContent = words;
}

const act = {
  guess(screen, value) { state.guesses[screen.id] = value; document.getElementById("commit").disabled = false; keep(); },
  pen(screen, week, value) {
    const { block, real, start } = drawnLine(screen, state), line = state.guesses[screen.id] ?? Array.from({ length: block.weeks }, (_, k) => (k + 1 >= start ? real[start - 1] : NaN));
    if (week <= start) return;
    line[week - 1] = Math.round(value * SPREAD) / SPREAD;
    // weeks after the pen follow it until they are drawn themselves
    for (let later = week; later < block.weeks; later++) line[later] = line[week - 1];
    line[start - 1] = real[start - 1];
    this.guess(screen, line);
    update();
  },
  bend(screen, week, value, anchors) {
    const { block, real, start } = drawnLine(screen, state), now = state.guesses[screen.id];
    const heights = [[start, real[start - 1]], ...anchors.map((anchor) => [anchor, anchor === week ? value : now?.[anchor - 1] ?? value])];
    const line = Array.from({ length: block.weeks }, (_, k) => {
      const right = heights.findIndex(([at]) => at >= k + 1);
      if (k + 1 < start || right < 0) return NaN;
      const [x1, y1] = heights[right], [x0, y0] = heights[Math.max(right - 1, 0)];
      return Math.round((x1 === x0 ? y1 : y0 + ((y1 - y0) * (k + 1 - x0)) / (x1 - x0)) * SPREAD) / SPREAD;
    });
    this.guess(screen, line);
    update();
  },
  reveal(screen) { state.revealed[screen.id] = true; say("Shown."); show(false); document.querySelector(".gap")?.scrollIntoView({ block: "center", behavior: calm() ? "auto" : "smooth" }); document.getElementById("next").focus({ preventScroll: true }); },
  draw(screen, count) { state.drawn[screen.id] = count; again(); },
  set(name, value) { if (name === "client") state.client = value; else state.levels[name] = value; again(); },
  preset(preset) { for (const [name, value] of Object.entries(preset.set)) if (name === "client") state.client = value; else state.levels[name] = value; again(); say(`Set: ${preset.label}.`); },
  luck() { state.luck += 1; again(); },
  firstLuck() { state.luck = 0; again(); },
};

function calm() {
  return matchMedia("(prefers-reduced-motion: reduce)").matches;
}

let asked = null;
function next() {
  const screen = lesson.screens[state.screen];
  if (!isOpen(screen, state)) {
    if (state.guesses[screen.id] !== undefined) return act.reveal(screen);
    if (asked !== screen.id) { asked = screen.id; return say("Predict first. Press again to see it without a prediction."); }
    return act.reveal(screen);
  }
  if (state.screen < lesson.screens.length - 1) { state.screen += 1; say(""); show(true); }
}

function back() {
  if (state.screen > 0) { state.screen -= 1; say(""); show(true); }
}

function look(name) {
  state.view = state.view === name ? "lesson" : name;
  show(true);
}

function reset() {
  state = fresh(); asked = null; say("Everything is as at the beginning."); show(true);
}

function projector() {
  const on = document.documentElement.classList.toggle("projector");
  document.getElementById("projector").setAttribute("aria-pressed", on);
  show(false);
}

function theme() {
  const dark = (document.documentElement.dataset.theme ?? (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light")) === "dark";
  document.documentElement.dataset.theme = dark ? "light" : "dark";
  document.getElementById("theme").setAttribute("aria-pressed", !dark);
}

async function link() {
  keep();
  const field = document.getElementById("address");
  field.value = location.href;
  document.getElementById("link-dialog").showModal();
  field.select();
  const code = document.getElementById("qr");
  code.replaceChildren();
  if (location.protocol.startsWith("http")) {
    const made = qrcode(0, "M");
    made.addData(location.href);
    made.make();
    code.innerHTML = made.createSvgTag({ cellSize: 6, margin: 24, scalable: true, alt: "QR code of this page's address", title: "QR code of this page's address" });
  } else code.textContent = "This page is a file on this machine. Put it on a web server to share the address; a QR code for phones then stands here.";
  try { await navigator.clipboard.writeText(location.href); say("The address is copied."); } catch { say("Copy the address from the field."); }
}

const BUTTONS = { skip: (event) => { event.preventDefault(); document.getElementById("screen-title").focus(); }, back, next, reset, projector, theme, link, worksheet: () => look("worksheet"), notes: () => look("notes"), print: () => window.print() };
for (const [name, doing] of Object.entries(BUTTONS)) for (const button of document.querySelectorAll(`[data-do="${name}"]`)) button.addEventListener("click", doing);

const KEYS = { ArrowRight: next, PageDown: next, n: next, ArrowLeft: back, PageUp: back, b: back, p: projector, d: theme, r: reset, l: () => act.luck() };
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
  const inField = event.target.closest("input, select, textarea, summary, .scroll");
  if (inField && event.key.startsWith("Arrow")) return;
  if (inField && event.target.type === "text") return;
  const doing = KEYS[event.key];
  if (doing && state.view === "lesson") { event.preventDefault(); doing(); }
  else if (event.key === "Escape" && state.view !== "lesson") look(state.view);
});

window.addEventListener("hashchange", () => { state = fromFragment(location.hash.slice(1)); show(false); });
let width = window.innerWidth;
window.addEventListener("resize", () => { if (window.innerWidth !== width) { width = window.innerWidth; update(); } });
show(false);
