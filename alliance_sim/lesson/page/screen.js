// One screen: words, what is asked, pictures, what is seen, controls.
const CLAIMS = {
  assumed: ["assumed", "This was put into the model; it cannot be a result."],
  fitted: ["fitted", "Numbers were set so that published findings are met."],
  emerges: ["emerges", "Nobody put this in; it follows from the rules."],
};

function isOpen(screen, state) {
  return !screen.predict || state.revealed[screen.id] === true;
}

function render(root, state, act) {
  const screen = lesson.screens[state.screen], [claim, meaning] = CLAIMS[screen.claim];
  const text = html("div", { class: "text" });
  text.innerHTML = screen.text;
  const after = html("div", { class: "after", role: "status" });
  const figures = screen.figures.map((figure, number) => figureBox(screen, figure, number, state, act));
  root.replaceChildren(...[
    html("p", { class: "step" }, `${state.screen + 1} of ${lesson.screens.length}`),
    html("h2", { tabindex: -1, id: "screen-title" }, screen.title),
    html("p", { class: "claim" }, html("span", { class: `badge ${claim}`, title: meaning }, claim), html("span", {}, ` ${screen.because}`)),
    text,
    screen.controls.length ? controlBox(screen, state, act) : null,
    // what is drawn into stands above what draws into it
    ...figures.filter((_, number) => drawnInto(screen, number)).map((box) => box.root),
    screen.predict ? predictBox(screen, state, act) : null,
    ...figures.filter((_, number) => !drawnInto(screen, number)).map((box) => box.root),
    after,
    screen.luck || screen.controls.length ? luckBox(screen, state, act) : null,
  ].filter(Boolean));
  const update = () => {
    const chosen = chosenOn(screen, state), open = isOpen(screen, state);
    figures.forEach((box) => box.update(chosen, open));
    after.innerHTML = open ? screen.after : "";
    for (const place of root.querySelectorAll("[data-readout]")) {
      const readout = screen.readouts[place.dataset.readout];
      if (readout) place.textContent = inWords(readoutOf(readout, chosen, screen), readout);
    }
    if (open && screen.predict) after.prepend(gapBox(screen, state, chosen));
  };
  update();
  return update;
}

function drawnLine(screen, state) {
  const predict = screen.predict, figure = screen.figures[predict.figure], block = lesson.blocks[figure.data], chosen = chosenOn(screen, state);
  const setting = settingOf(block, levelsAt(chosen, figure.at), predict.arm);
  const real = weekly(block, predict.quantity, setting, shownFollowed(block, chosen)), start = weekOf(predict.start, block, figure, chosen);
  return { figure, block, real, start };
}

function drawnInto(screen, number) {
  return screen.predict?.kind === "draw" && screen.predict.figure === number;
}

function figureBox(screen, figure, number, state, act) {
  const place = html("div", { class: "picture" }), words = html("p", { class: "unseen" }), table = html("div", {});
  const more = figure.kind === "draws" ? html("div", { class: "row" }) : null;
  const root = html("figure", { role: "group", "aria-label": figure.title }, html("h3", {}, figure.title), place, words, more, html("details", {}, html("summary", {}, "The numbers as a table"), table));
  const predicted = drawnInto(screen, number);
  const update = (chosen, open) => {
    root.hidden = figure.after && !open;
    if (root.hidden) return;
    const guess = predicted ? state.guesses[screen.id] : null;
    const pen = predicted && !open ? (week, value) => act.pen(screen, week, value) : null;
    const count = state.drawn[screen.id] ?? (screen.controls.length ? Infinity : 1);
    const said = state.guesses[screen.id], amount = open && screen.predict?.kind === "amount" && said !== undefined ? { value: said, words: `${said} ${screen.predict.unit}` } : null;
    const made = KINDS[figure.kind](place, figure, chosen, { revealed: open, guess, onGuess: pen, count, screen, amount });
    words.textContent = made.words;
    table.replaceChildren(tableOf(made.table, figure.title));
    if (more) {
      more.replaceChildren(...[["One more client", 1], ["Ten more", 10], ["All of them", made.all]].map(([label, step]) => html("button", { type: "button", "data-draw": step, "aria-disabled": count >= made.all ? "true" : "false", onclick: () => act.draw(screen, Math.min(Math.min(count, made.all) + step, made.all)) }, label)), html("span", { role: "status" }, ` ${Math.min(count, made.all)} of ${made.all} clients`));
    }
  };
  return { root, update };
}

function tableOf({ head, rows }, caption) {
  return html("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": `${caption}: table` }, html("table", {}, html("caption", {}, caption),
    html("thead", {}, html("tr", {}, ...head.map((cell) => (cell ? html("th", { scope: "col" }, cell) : html("td", {}))))),
    html("tbody", {}, ...rows.map((row) => html("tr", {}, html("th", { scope: "row" }, String(row[0])), ...row.slice(1).map((cell) => html("td", {}, String(cell))))))));
}

function predictBox(screen, state, act) {
  const predict = screen.predict, open = isOpen(screen, state), guess = state.guesses[screen.id];
  const box = html("fieldset", { class: "predict", disabled: open }, html("legend", {}, "Predict before you see"), html("p", { class: "ask" }, predict.ask));
  if (predict.kind === "choose") {
    predict.options.forEach((option, number) => box.append(html("label", { class: "option" }, html("input", { type: "radio", name: "guess", value: number, checked: guess === number, onchange: () => act.guess(screen, number) }), html("span", {}, option.say))));
  } else if (predict.kind === "amount") {
    const shown = html("output", {}, guess === undefined ? "move the slider" : `${guess} ${predict.unit}`);
    box.append(html("label", { class: "amount" }, html("span", {}, "My guess: ", shown), html("input", { type: "range", min: predict.low, max: predict.high, step: predict.step, value: guess ?? (predict.low + predict.high) / 2, oninput: (event) => { shown.textContent = `${event.target.value} ${predict.unit}`; act.guess(screen, +event.target.value); } })));
  } else {
    const { figure, block, start } = drawnLine(screen, state);
    box.append(html("p", {}, "Draw with the pen, the mouse or a finger in the picture above, or move the sliders."));
    const anchors = [0.34, 0.67, 1].map((part) => Math.round(start + part * (block.weeks - start)));
    box.append(html("div", { class: "anchors" }, ...[...new Set(anchors)].map((week) => html("label", {}, html("span", {}, `Week ${week}`), html("input", { type: "range", min: figure.low, max: figure.high, step: (figure.high - figure.low) / 50, "data-week": week, value: guess?.[week - 1] ?? (figure.low + figure.high) / 2, oninput: (event) => act.bend(screen, week, +event.target.value, anchors) })))));
  }
  box.append(html("button", { type: "button", class: "main", id: "commit", disabled: guess === undefined, onclick: () => act.reveal(screen) }, open ? "Seen" : "That is my prediction: show me"));
  return box;
}

// What was said, what came, and the gap between them, in words.
function gapBox(screen, state, chosen) {
  const predict = screen.predict, guess = state.guesses[screen.id], said = html("p", { class: "gap" });
  if (guess === undefined) { said.textContent = "Shown without a prediction."; return said; }
  if (predict.kind === "draw") {
    const { real, start } = drawnLine(screen, state), off = guess.map((value, week) => (week >= start ? value - real[week] : NaN)).filter(Number.isFinite);
    const size = off.reduce((sum, one) => sum + Math.abs(one), 0) / Math.max(off.length, 1), tilt = off.reduce((sum, one) => sum + one, 0);
    said.textContent = `Your line is ${written(size, 2)} off on average, mostly too ${tilt > 0 ? "high" : "low"}.`;
    return said;
  }
  const readout = screen.readouts[predict.of], found = readoutOf(readout, chosen, screen);
  if (predict.kind === "amount") {
    const off = guess - found.value;
    said.textContent = `You said ${guess} ${predict.unit}. The model says ${inWords(found, readout)}. The gap: ${written(Math.abs(off), readout.digits)} ${predict.unit === "%" ? "percentage points" : predict.unit}, too ${off > 0 ? "high" : "low"}.`;
    return said;
  }
  const right = predict.options.findIndex((option) => found.value >= (option.low ?? -Infinity) && found.value < (option.high ?? Infinity));
  const same = right === guess;
  said.textContent = `You said: “${predict.options[guess].say}” The model says: ${same ? "so it is" : `“${predict.options[right]?.say ?? "none of these"}”`} (${readout.label ? `${readout.label}: ` : ""}${inWords(found, readout)}).`;
  return said;
}

function controlBox(screen, state, act) {
  const box = html("div", { class: "controls", role: "group", "aria-label": "Settings" });
  for (const preset of screen.presets.length ? [screen.presets] : []) {
    box.append(html("div", { class: "row presets" }, html("span", {}, "Try: "), ...preset.map((one) => html("button", { type: "button", onclick: () => act.preset(one) }, one.label))));
  }
  for (const name of screen.controls) {
    const control = lesson.controls[name], now = name === "client" ? state.client : state.levels[name], block = blockWith(screen, name);
    const choices = name === "client" ? [...Object.entries(block.groups), ["all", "all of them"]] : block.factors[name].map((level) => [level, String(level)]);
    box.append(html("fieldset", { class: "control" }, html("legend", { title: control.note }, control.label), control.note ? html("p", { class: "note" }, control.note) : null,
      html("div", { class: "row" }, ...choices.map(([value, words]) => html("label", { class: "choice" }, html("input", { type: "radio", name: `control-${name}`, value, checked: String(value) === String(now), onchange: () => act.set(name, value) }), html("span", {}, words))))));
  }
  return box;
}

function blockWith(screen, factor) {
  const named = [...screen.figures, ...Object.values(screen.readouts)].map((part) => lesson.blocks[part.data]).filter(Boolean);
  return named.find((block) => factor === "client" || factor in block.factors) ?? Object.values(lesson.blocks)[0];
}

function luckBox(screen, state, act) {
  if (!screen.figures.some((figure) => figure.kind === "lines")) return null;
  return html("div", { class: "row luck" }, html("button", { type: "button", id: "luck", onclick: act.luck }, "New luck: another client"), html("button", { type: "button", id: "same-luck", onclick: act.firstLuck }, "The first client again"),
    html("span", { role: "status" }, ` Client ${state.luck + 1}. A change of settings keeps the luck: the same person, the same weeks.`));
}
