// What a student has done: kept in the address, so that a link brings back the exact state.
const SPREAD = 100;

function fresh() {
  const levels = {};
  for (const block of Object.values(lesson.blocks)) for (const [factor, values] of Object.entries(block.factors)) levels[factor] = values[Math.floor(values.length / 2)];
  for (const [name, control] of Object.entries(lesson.controls)) if (name !== "client") levels[name] = control.start;
  return { screen: 0, view: "lesson", levels, client: lesson.controls.client?.start ?? Object.values(lesson.blocks)[0].names[0], luck: 0, drawn: {}, guesses: {}, revealed: {} };
}

function toFragment(state) {
  const words = new URLSearchParams(), start = fresh();
  words.set("s", lesson.screens[state.screen].id);
  for (const [factor, level] of Object.entries(state.levels)) if (String(level) !== String(start.levels[factor])) words.set(`c.${factor}`, level);
  if (state.client !== start.client) words.set("client", state.client);
  if (state.luck) words.set("luck", state.luck);
  for (const [screen, count] of Object.entries(state.drawn)) words.set(`n.${screen}`, count);
  for (const [screen, guess] of Object.entries(state.guesses)) words.set(`g.${screen}`, Array.isArray(guess) ? guess.map((one) => (Number.isFinite(one) ? Math.round(one * SPREAD) : "")).join("_") : guess);
  for (const screen of Object.keys(state.revealed)) words.set(`r.${screen}`, 1);
  if (state.view !== "lesson") words.set("view", state.view);
  return words.toString();
}

function fromFragment(text) {
  const state = fresh(), words = new URLSearchParams(text);
  const kinds = Object.fromEntries(lesson.screens.map((screen) => [screen.id, screen.predict?.kind]));
  for (const [key, value] of words) {
    const [kind, name] = [key.slice(0, 2), key.slice(2)];
    if (key === "s") state.screen = Math.max(0, lesson.screens.findIndex((screen) => screen.id === value));
    else if (key === "client") { if (value === "all" || Object.values(lesson.blocks).some((block) => block.names.includes(value))) state.client = value; }
    else if (key === "luck") state.luck = Math.abs(parseInt(value, 10)) || 0;
    else if (key === "view" && ["worksheet", "notes"].includes(value)) state.view = value;
    else if (kind === "c.") {
      for (const block of Object.values(lesson.blocks)) for (const level of block.factors[name] ?? []) if (String(level) === value) state.levels[name] = level;
    } else if (!(name in kinds)) continue;
    else if (kind === "n.") state.drawn[name] = Math.abs(parseInt(value, 10)) || 0;
    else if (kind === "r.") state.revealed[name] = true;
    else if (kind === "g.") {
      if (kinds[name] === "draw") state.guesses[name] = value.split("_").map((one) => (one === "" ? NaN : parseFloat(one) / SPREAD));
      else if (Number.isFinite(parseFloat(value))) state.guesses[name] = parseFloat(value);
    }
  }
  return state;
}

// What a screen shows: settings that have no control there are at their start.
function chosenOn(screen, state) {
  const start = fresh(), levels = { ...start.levels };
  for (const name of screen.controls) if (name !== "client") levels[name] = state.levels[name];
  const client = screen.controls.includes("client") ? state.client : start.client;
  return { levels, client, luck: screen.luck || screen.controls.length ? state.luck : 0 };
}
