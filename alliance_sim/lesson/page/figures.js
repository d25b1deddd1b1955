// The four pictures of a lesson: lines of one client, clients drawn one by one, means, bars.
const NAMES = {
  goal: "goal", task: "task", bond: "bond", alliance: "alliance, felt", expressed: "alliance, shown", engagement: "engagement",
  security: "security", wai_client: "alliance, rated", symptoms: "symptoms",
  alliance_end: "alliance at the end, felt (0 none, 1 full)", symptoms_end: "symptoms at the end, points",
  symptoms_fall: "improvement in symptoms, points", ruptures: "ruptures", repairs: "repairs", dropout: "dropout", nod: "alliance shown beyond what is felt, at the end", goal_end: "agreement on goals at the end, felt", task_end: "agreement on tasks at the end, felt", bond_end: "bond at the end, felt", hidden: "alliance shown beyond what is felt, in the first rupture",
};
const MEASURED = ["symptoms", "wai_client"];
const COMPONENTS = { goal: "c1", task: "c2", bond: "c3", expressed: "c5 dashed" };
const ARM_LOOKS = ["c4 dashed", "c3 dotted", "c1", "c2", "c5"];

function armWords(arm) {
  return lesson.arms[arm] ?? arm;
}

function armLook(block, arm) {
  return ARM_LOOKS[block.arms.indexOf(arm) % ARM_LOOKS.length];
}

function widthFor(place) {
  return Math.max(place.clientWidth || 320, 280);
}

function weekOf(word, block, figure, chosen) {
  if (word !== "rupture") return word;
  const arm = figure.arms[0], events = happened(block, settingOf(block, levelsAt(chosen, figure.at), arm), shownFollowed(block, chosen));
  return events.find((event) => event.rupture !== "none")?.week ?? Math.ceil(block.weeks / 2);
}

function linesOf(figure, chosen) {
  const block = lesson.blocks[figure.data], followed = shownFollowed(block, chosen), made = [];
  for (const arm of figure.arms) {
    const setting = settingOf(block, levelsAt(chosen, figure.at), arm), events = happened(block, setting, followed);
    for (const quantity of figure.quantities) {
      const both = figure.arms.length > 1 && figure.quantities.length > 1;
      const words = both ? `${NAMES[quantity]}: ${armWords(arm)}` : figure.arms.length > 1 ? armWords(arm) : NAMES[quantity];
      const look = figure.arms.length > 1 ? armLook(block, arm) : COMPONENTS[quantity] ?? "c4";
      made.push({ arm, quantity, words, look, events, values: weekly(block, quantity, setting, followed) });
    }
  }
  return made;
}

function drawLines(place, figure, chosen, { revealed, guess, onGuess }) {
  const block = lesson.blocks[figure.data], lines = linesOf(figure, chosen), size = textSize(), width = widthFor(place);
  const until = revealed || figure.until === null ? block.weeks : weekOf(figure.until, block, figure, chosen);
  const room = widthOf([...lines.map((line) => line.words), ...(guess ? ["you said"] : [])], size) + 14;
  const narrow = room > width * 0.38;
  const margin = { left: size * 2.6, right: narrow ? size : room, top: size * (narrow ? 1.8 + 1.2 * lines.length : 1.9), bottom: size * 2.9 };
  const frame = frameOf(width, Math.max(size * 17, Math.min(width * 0.5, size * 22)), margin, [1, block.weeks], [figure.low, figure.high]);
  const image = svg("svg", { width, height: frame.height, viewBox: `0 0 ${width} ${frame.height}`, "aria-hidden": "true" });
  image.append(axes(frame, {
    xs: block.weeks > 12 && width < 520 ? [1, 4, 8, 12, 16].filter((week) => week <= block.weeks) : ticksOf(1, block.weeks, 16).filter((week) => week % 2 === 0 || block.weeks < 13),
    ys: ticksOf(figure.low, figure.high, 5), xLabel: "week of treatment", yLabel: figure.unit || "felt, from 0 none to 1 full",
  }));
  const labels = [];
  for (const line of lines) {
    const shown = line.values.map((value, week) => (week < until ? value : NaN));
    const points = shown.map((value, week) => [frame.x(week + 1), frame.y(value)]);
    image.append(svg("path", { d: pathOf(MEASURED.includes(line.quantity) ? points.filter(([, y]) => Number.isFinite(y)) : points), class: `line ${line.look}` }));
    // what is measured is known only in sessions that took place: a dot for each
    if (MEASURED.includes(line.quantity)) for (const [cx, cy] of points) if (Number.isFinite(cy)) image.append(svg("circle", { cx, cy, r: 3.5, class: `mark full ${line.look}` }));
    const last = shown.findLastIndex(Number.isFinite), left = until >= block.weeks ? line.events.find((event) => event.left !== "no")?.left : undefined;
    if (last >= 0) labels.push({ x: frame.x(last + 1), y: frame.y(shown[last]), words: line.words + ({ dropout: ", leaves", completed: ", ends well" }[left] ?? ""), look: line.look });
  }
  for (const line of figure.quantities.length > 1 ? ofTheirSource(lines) : lines) marks(image, frame, line, until);
  if (guess) {
    image.append(svg("path", { d: pathOf(guess.map((value, week) => [frame.x(week + 1), frame.y(value)])), class: "line guess" }));
    const last = guess.findLastIndex(Number.isFinite);
    if (last >= 0) labels.push({ x: frame.x(last + 1), y: frame.y(guess[last]), words: "you said", look: "guess" });
  }
  if (narrow) labels.forEach((label, row) => image.append(svg("text", { x: frame.left, y: size * (2.6 + 1.2 * row), class: `label ${label.look}` }, `— ${label.words}`)));
  else image.append(endLabels(frame, labels));
  if (onGuess) catchPen(image, frame, block.weeks, figure, onGuess);
  place.replaceChildren(image, ...markKey(lines, until));
  return { words: lineWords(lines, until), table: lineTable(lines, until, block.weeks) };
}

// With goal, task and bond side by side, a rupture stands on the line that it is about.
function ofTheirSource(lines) {
  return lines.map((line) => ({ ...line, events: line.events.map((event) => (event.source === line.quantity || !["goal", "task", "bond"].includes(line.quantity) ? event : { ...event, rupture: "none", repaired: false })) }));
}

function marks(image, frame, line, until) {
  const size = textSize() * 0.5;
  for (const event of line.events) {
    const value = line.values[event.week - 1];
    if (event.week > until || !Number.isFinite(value)) continue;
    const x = frame.x(event.week), y = frame.y(value);
    if (event.rupture !== "none") {
      const up = event.rupture === "confrontation" ? -1 : 1;
      image.append(svg("path", { d: `M${x - size},${y - up * size}L${x + size},${y - up * size}L${x},${y + up * size}Z`, class: `mark ${line.look} ${event.repaired ? "full" : "open"}` }));
    } else if (event.repaired) image.append(svg("circle", { cx: x, cy: y, r: size, class: `mark ${line.look} full` }));
  }
}

// What the marks mean, where there are any.
function markKey(lines, until) {
  const seen = lines.flatMap((line) => line.events).filter((event) => event.week <= until && (event.rupture !== "none" || event.repaired));
  if (!seen.length) return [];
  const words = [];
  if (seen.some((event) => event.rupture === "withdrawal")) words.push("▽ withdrawal rupture");
  if (seen.some((event) => event.rupture === "confrontation")) words.push("△ confrontation rupture");
  words.push("filled: repaired in that session");
  if (seen.some((event) => event.rupture === "none")) words.push("● repaired later");
  return [html("p", { class: "key", "aria-hidden": "true" }, words.join("; "))];
}

function eventWords(event) {
  const what = event.rupture === "none" ? "an older rupture" : `a ${event.rupture} rupture about the ${event.source}`;
  const met = event.steps.length ? event.steps.join(", ") : "not noticed";
  return `week ${event.week}: ${what} (${met}${event.repaired ? ", repaired" : event.rupture === "none" ? "" : ", not repaired"})`;
}

function lineWords(lines, until) {
  const parts = lines.map((line) => {
    const shown = line.values.slice(0, until), known = shown.filter(Number.isFinite);
    return `${line.words}: from ${written(known[0], 2)} in the first week to ${written(known[known.length - 1], 2)} in week ${shown.findLastIndex(Number.isFinite) + 1}`;
  });
  const seen = new Map();
  for (const line of lines) for (const event of line.events) if (event.week <= until && (event.rupture !== "none" || event.repaired)) seen.set(`${line.arm}${event.week}`, `${armWords(line.arm)}, ${eventWords(event)}`);
  return `${parts.join("; ")}. ${seen.size ? `Ruptures: ${[...seen.values()].join("; ")}.` : "No rupture so far."}`;
}

function lineTable(lines, until, weeks) {
  const rows = Array.from({ length: Math.min(until, weeks) }, (_, week) => [week + 1, ...lines.map((line) => written(line.values[week], 2))]);
  return { head: ["week", ...lines.map((line) => line.words)], rows };
}

// Drawing with a finger, a pen or a mouse: the nearest week takes the height of the pointer.
function catchPen(image, frame, weeks, figure, onGuess) {
  image.classList.add("draw");
  const put = (event) => {
    const box = image.getBoundingClientRect(), x = ((event.clientX - box.left) / box.width) * frame.width, y = ((event.clientY - box.top) / box.height) * frame.height;
    const week = Math.round(frame.x0 + ((x - frame.left) / (frame.right - frame.left)) * (frame.x1 - frame.x0));
    const value = figure.low + ((frame.bottom - y) / (frame.bottom - frame.top)) * (figure.high - figure.low);
    onGuess(Math.min(Math.max(week, 1), weeks), Math.min(Math.max(value, figure.low), figure.high));
  };
  image.addEventListener("pointerdown", (event) => { event.preventDefault(); put(event); });
  image.addEventListener("pointermove", (event) => { if (event.buttons & 1) put(event); });
}

// Clients as dots, each at the gap between its two lives; piles grow as clients are drawn.
function drawDraws(place, figure, chosen, { count, amount }) {
  const block = lesson.blocks[figure.data], clients = mixed(clientsOf(block, figure.group ?? chosen.client, chosen));
  const all = gaps(block, figure.of, levelsAt(chosen, figure.at), figure.arm, figure.against, clients).filter(Number.isFinite);
  const shown = all.slice(0, count), size = textSize(), width = widthFor(place), bin = figure.bin;
  const binOf = (gap) => (Math.abs(gap) <= figure.near + ROUNDING ? 0 : Math.sign(gap) * Math.max(1, Math.ceil(Math.abs(gap) / bin - 1e-6)));
  const most = Math.max(...all.map((gap) => Math.abs(binOf(gap))), 3) + 0.7, piles = new Map();
  for (const gap of all) piles.set(binOf(gap), (piles.get(binOf(gap)) ?? 0) + 1);
  const tallest = Math.max(...piles.values()), height = Math.max(size * 16, Math.min(width * 0.42, size * 20));
  const frame = frameOf(width, height, { left: size, right: size, top: size * 3.4, bottom: size * 2.9 }, [-most, most], [0, Math.max(tallest, 8)]);
  const image = svg("svg", { width, height, viewBox: `0 0 ${width} ${height}`, "aria-hidden": "true" });
  const shareWords = verdicts(shown, figure.near), counted = (verdict) => shareWords.filter((one) => one === verdict).length;
  const steps = ticksOf(-most * bin, most * bin, width < 520 ? 4 : 8);
  image.append(axes(frame, { xs: steps.map((step) => step / bin), ys: [], xWords: (x) => written(x * bin, bin < 0.1 ? 2 : bin < 1 ? 1 : 0), xLabel: `${armWords(figure.arm)} minus ${armWords(figure.against)}${figure.unit ? `, ${figure.unit}` : ""}` }));
  image.append(svg("line", { x1: frame.x(0), x2: frame.x(0), y1: frame.top - size, y2: frame.bottom, class: "axis" }));
  const words = [["lower", frame.left, "start"], ["same", frame.x(0), "middle"], ["higher", frame.right, "end"]];
  for (const [verdict, x, anchor] of words) image.append(svg("text", { x, y: size * 1.4, "text-anchor": anchor, class: `label verdict-${verdict}` }, `${verdict} ${counted(verdict)}`));
  if (amount) image.append(svg("text", { x: frame.right, y: size * 2.7, "text-anchor": "end", class: "label guess" }, `you said ${amount.words}`));
  const heights = new Map(), reach = Math.min((frame.x(1) - frame.x(0)) * 0.46, ((frame.bottom - frame.top) / Math.max(tallest, 8)) * 0.5);
  for (const gap of shown) {
    const pile = binOf(gap), at = heights.get(pile) ?? 0, verdict = pile === 0 ? "same" : gap > 0 ? "higher" : "lower";
    heights.set(pile, at + 1);
    image.append(svg("circle", { cx: frame.x(pile), cy: frame.y(at + 0.5), r: Math.max(reach, 1.2), class: `dot verdict-${verdict}` }));
  }
  place.replaceChildren(image);
  const summary = `${shown.length} of ${all.length} clients drawn: higher ${counted("higher")}, the same ${counted("same")}, lower ${counted("lower")}${figure.near ? ` (the same: within ${figure.near})` : ""}; mean gap ${written(meanOf(shown).value, 2)}.`;
  const rows = [...piles.keys()].sort((one, other) => one - other).map((pile) => [written(pile * bin, 2), heights.get(pile) ?? 0]);
  return { words: summary, table: { head: ["gap, about", "clients"], rows }, all: all.length };
}

// An order of clients that mixes groups, the same on every machine.
function mixed(clients) {
  const order = clients.map((client) => [((client + 1) * 2654435761) % 4294967296, client]);
  return order.sort((one, other) => one[0] - other[0]).map((pair) => pair[1]);
}

function drawMeans(place, figure, chosen) {
  const block = lesson.blocks[figure.data], xs = block.factors[figure.by], clients = clientsOf(block, figure.group ?? chosen.client, chosen);
  const each = figure.per ? block.factors[figure.per].map((level) => ({ words: `${lesson.controls[figure.per]?.label ?? figure.per}: ${level}`, levels: { [figure.per]: level }, arm: figure.arms[0] }))
    : figure.arms.map((arm) => ({ words: armWords(arm), levels: {}, arm }));
  const looks = ["c1", "c3 dashed", "c2", "c4 dotted", "c5"];
  const lines = each.map((line, place) => ({ ...line, look: looks[place % looks.length], found: xs.map((x) => meanOf(ends(block, figure.of, settingOf(block, { ...levelsAt(chosen, figure.at), ...line.levels, [figure.by]: x }, line.arm), clients))) }));
  const size = textSize(), width = widthFor(place), room = widthOf(lines.map((line) => line.words), size) + 14, narrow = room > width * 0.4;
  const margin = { left: size * 2.8, right: narrow ? size * 1.5 : room, top: size * (narrow ? 1.8 + 1.2 * lines.length : 1.9), bottom: size * 2.9 };
  const frame = frameOf(width, Math.max(size * 17, Math.min(width * 0.5, size * 22)), margin, [-0.15, xs.length - 0.85], [figure.low, figure.high]);
  const image = svg("svg", { width, height: frame.height, viewBox: `0 0 ${width} ${frame.height}`, "aria-hidden": "true" });
  image.append(axes(frame, { xs: xs.map((_, k) => k), ys: ticksOf(figure.low, figure.high, 5), xWords: (k) => String(xs[k]), xLabel: lesson.controls[figure.by]?.label ?? figure.by, yLabel: figure.unit || NAMES[figure.of] || figure.of }));
  const labels = [];
  lines.forEach((line, row) => {
    image.append(svg("path", { d: pathOf(line.found.map((found, k) => [frame.x(k), frame.y(found.value)])), class: `line ${line.look}` }));
    line.found.forEach((found, k) => {
      if (Number.isFinite(found.low)) image.append(svg("line", { x1: frame.x(k) + row * 3 - 3, x2: frame.x(k) + row * 3 - 3, y1: frame.y(found.low), y2: frame.y(found.high), class: `line thin ${line.look}` }));
    });
    const last = line.found[line.found.length - 1];
    labels.push({ x: frame.x(xs.length - 1), y: frame.y(last.value), words: line.words, look: line.look });
  });
  if (narrow) labels.forEach((label, row) => image.append(svg("text", { x: frame.left, y: size * (2.6 + 1.2 * row), class: `label ${label.look}` }, `— ${label.words}`)));
  else image.append(endLabels(frame, labels));
  place.replaceChildren(image);
  const rows = xs.map((x, k) => [String(x), ...lines.map((line) => inWords(line.found[k], { digits: 2, unit: "" }))]);
  return { words: `${NAMES[figure.of] ?? figure.of}, means with 95 % intervals. ${rows.map((row) => `${lesson.controls[figure.by]?.label ?? figure.by} ${row[0]}: ${lines.map((line, k) => `${line.words} ${row[k + 1]}`).join("; ")}`).join(". ")}.`, table: { head: [lesson.controls[figure.by]?.label ?? figure.by, ...lines.map((line) => line.words)], rows } };
}

function drawBars(place, figure, chosen, { screen, amount }) {
  const bars = figure.bars.map((name) => ({ readout: screen.readouts[name], found: readoutOf(screen.readouts[name], chosen, screen), words: screen.readouts[name].label || name }));
  const size = textSize(), width = widthFor(place), row = size * 3.1;
  const said = amount ? bars.findIndex((bar) => bar.readout === screen.readouts[screen.predict.of]) : -1;
  // below the bar that was guessed there is room for the guess
  const topOf = (k) => size * 0.5 + k * row + (said >= 0 && k > said ? size * 1.3 : 0), height = topOf(bars.length) + size * (said === bars.length - 1 ? 2.8 : 1.5);
  const frame = frameOf(width, height, { left: 4, right: size * 3.5, top: size * 0.5, bottom: size * 1.5 }, [figure.low, figure.high], [0, 1]);
  const image = svg("svg", { width, height, viewBox: `0 0 ${width} ${height}`, "aria-hidden": "true" });
  bars.forEach((bar, k) => {
    const y = topOf(k), inside = (value) => frame.x(Math.min(Math.max(value, figure.low), figure.high));
    const zero = inside(0), end = inside(bar.found.value), known = Number.isFinite(bar.found.value), error = Number.isFinite(bar.found.low);
    image.append(svg("text", { x: frame.left, y: y + size, class: "label" }, bar.words));
    if (known) image.append(svg("rect", { x: Math.min(zero, end), y: y + size * 1.35, width: Math.max(Math.abs(end - zero), 1), height: size * 1.2, class: `bar c${(k % 3) + 1}` }));
    if (error) image.append(svg("line", { x1: inside(bar.found.low), x2: inside(bar.found.high), y1: y + size * 1.95, y2: y + size * 1.95, class: "error" }));
    image.append(svg("line", { x1: zero, x2: zero, y1: y + size * 1.2, y2: y + size * 2.7, class: "axis" }),
      svg("text", { x: (known ? Math.max(zero, end, error ? inside(bar.found.high) : 0) : zero) + 6, y: y + size * 2.3, class: "label" }, written(bar.found.value, bar.readout.digits) + (bar.readout.unit === "%" ? " %" : "")));
  });
  if (said >= 0) {
    const x = frame.x(Math.min(Math.max(amount.value, figure.low), figure.high)), y = topOf(said), right = x > (frame.left + frame.right) * 0.6;
    image.append(svg("line", { x1: x, x2: x, y1: y + size * 1.15, y2: y + size * 3.1, class: "line guess" }),
      svg("text", { x: right ? x - 8 : x + 8, y: y + size * 3.6, "text-anchor": right ? "end" : "start", class: "label guess" }, `you said ${amount.words}`));
  }
  place.replaceChildren(image);
  const rows = bars.map((bar) => [bar.words, inWords(bar.found, bar.readout)]);
  return { words: `${rows.map(([words, value]) => `${words}: ${value}`).join("; ")}. In brackets: 95 % intervals.`, table: { head: ["", "value"], rows } };
}

const KINDS = { lines: drawLines, draws: drawDraws, means: drawMeans, bars: drawBars };
