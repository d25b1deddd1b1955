// Small pieces of SVG, in the size of the text around them, so that pictures are as readable as words.
const NS = "http://www.w3.org/2000/svg";

function svg(name, attributes = {}, ...children) {
  const made = document.createElementNS(NS, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

function html(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
    else if (value === true) made.setAttribute(key, "");
    else if (value !== false && value !== null && value !== undefined) made.setAttribute(key, value);
  }
  made.append(...children.filter((child) => child !== null && child !== undefined));
  return made;
}

function textSize() {
  return parseFloat(getComputedStyle(document.body).fontSize);
}

// A frame to draw in: sizes in pixels, x and y from numbers to pixels.
function frameOf(width, height, margin, [x0, x1], [y0, y1]) {
  const inner = { left: margin.left, right: width - margin.right, top: margin.top, bottom: height - margin.bottom };
  return {
    width, height, ...inner, x0, x1, y0, y1,
    x: (value) => inner.left + ((value - x0) / (x1 - x0)) * (inner.right - inner.left),
    y: (value) => inner.bottom - ((value - y0) / (y1 - y0)) * (inner.bottom - inner.top),
  };
}

function ticksOf(low, high, count) {
  const raw = (high - low) / Math.max(count, 1), power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 2.5, 5, 10].map((one) => one * power).find((one) => one >= raw * 0.999);
  const found = [];
  for (let at = Math.ceil(low / step - 1e-9); at * step <= high + 1e-9; at++) found.push(+(at * step).toPrecision(10));
  return found;
}

function axes(frame, { xs, ys, xLabel, yLabel, xWords = String, yWords = String }) {
  const size = textSize() * 0.85, group = svg("g", { class: "axes", "aria-hidden": "true" });
  for (const y of ys) {
    group.append(svg("line", { x1: frame.left, x2: frame.right, y1: frame.y(y), y2: frame.y(y), class: "grid" }),
      svg("text", { x: frame.left - 8, y: frame.y(y) + size * 0.35, "text-anchor": "end" }, yWords(y)));
  }
  for (const x of xs) group.append(svg("text", { x: frame.x(x), y: frame.bottom + size * 1.3, "text-anchor": "middle" }, xWords(x)));
  group.append(svg("line", { x1: frame.left, x2: frame.right, y1: frame.bottom, y2: frame.bottom, class: "axis" }));
  if (xLabel) group.append(svg("text", { x: (frame.left + frame.right) / 2, y: frame.bottom + size * 2.7, "text-anchor": "middle" }, xLabel));
  if (yLabel) group.append(svg("text", { x: 2, y: size }, yLabel));
  return group;
}

function pathOf(points) {
  let pen = "M";
  return points.map(([x, y]) => {
    if (!Number.isFinite(y)) { pen = "M"; return ""; }
    const word = `${pen}${x.toFixed(1)},${y.toFixed(1)}`;
    pen = "L";
    return word;
  }).join("");
}

// Labels at the ends of lines, pushed apart until none lies on another.
function endLabels(frame, labels) {
  const gap = textSize() * 1.05, group = svg("g", { class: "labels", "aria-hidden": "true" });
  const placed = labels.map((label) => ({ ...label, at: label.y })).sort((one, other) => one.at - other.at);
  for (let turn = 0; turn < 60; turn++) {
    for (let k = 1; k < placed.length; k++) {
      const short = gap - (placed[k].at - placed[k - 1].at);
      if (short > 0) { placed[k].at += short / 2; placed[k - 1].at -= short / 2; }
    }
  }
  // none below the axis, none above the frame
  let lowest = frame.bottom - textSize() * 0.2;
  for (const label of [...placed].reverse()) { label.at = Math.min(label.at, lowest); lowest = label.at - gap; }
  for (const label of placed) {
    const at = Math.max(label.at, frame.top);
    group.append(svg("text", { x: label.x + 12, y: at + textSize() * 0.3, class: `label ${label.look}` }, label.words));
  }
  return group;
}

function widthOf(words, size) {
  widthOf.canvas ??= document.createElement("canvas").getContext("2d");
  widthOf.canvas.font = `600 ${size}px ${getComputedStyle(document.body).fontFamily}`;
  return Math.max(...words.map((word) => widthOf.canvas.measureText(word).width));
}
