// The lesson and its blocks of numbers, unpacked once.
const lesson = JSON.parse(document.getElementById("lesson").textContent);
const NOTHING = 255;

function bytesOf(text) {
  return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
}

for (const block of Object.values(lesson.blocks)) {
  for (const packed of [...Object.values(block.lines), ...Object.values(block.ends)]) packed.bytes = bytesOf(packed.bytes);
  block.marks = bytesOf(block.marks);
  block.names = Object.keys(block.groups);
  block.people = block.names.length * block.clients;
  block.followed = block.names.length * block.follow;
}

function unpacked(packed, place) {
  const byte = packed.bytes[place];
  return byte === NOTHING ? NaN : packed.low + packed.step * byte;
}

// The place of a setting: factors in order, arms innermost, as the engine's lattice is laid out.
function settingOf(block, levels, arm) {
  let place = 0;
  for (const [factor, values] of Object.entries(block.factors)) {
    const level = values.findIndex((value) => String(value) === String(levels[factor]));
    place = place * values.length + Math.max(level, 0);
  }
  return place * block.arms.length + block.arms.indexOf(arm);
}

// One client's weeks: numbers of a quantity, NaN where there is none.
function weekly(block, quantity, setting, followed) {
  const start = (setting * block.followed + followed) * block.weeks;
  return Array.from({ length: block.weeks }, (_, week) => unpacked(block.lines[quantity], start + week));
}

const TYPES = ["none", "withdrawal", "confrontation"], SOURCES = ["none", "goal", "task", "bond"], ENDS = ["no", "dropout", "completed"];
const STEPS = ["noticed", "acknowledged", "explored", "negotiated", "defensive", "over-apologised", "pressed on"];

function happened(block, setting, followed) {
  const start = (setting * block.followed + followed) * block.weeks;
  return Array.from({ length: block.weeks }, (_, week) => {
    const what = block.marks[2 * (start + week)], steps = block.marks[2 * (start + week) + 1];
    return {
      week: week + 1, attended: (what & 1) > 0, rupture: TYPES[(what >> 1) & 3], source: SOURCES[(what >> 3) & 3],
      repaired: (what & 32) > 0, left: ENDS[(what >> 6) & 3], steps: STEPS.filter((_, place) => steps & (1 << place)),
    };
  });
}

function ends(block, quantity, setting, clients) {
  return clients.map((client) => unpacked(block.ends[quantity], setting * block.people + client));
}

// Places of the clients of a group: all of them, one kind, or only the one who is shown.
function clientsOf(block, group, luck) {
  if (group === "all") return Array.from({ length: block.people }, (_, place) => place);
  if (group === "shown") return [shownClient(block, luck)];
  const start = Math.max(block.names.indexOf(group), 0) * block.clients;
  return Array.from({ length: block.clients }, (_, place) => start + place);
}

function kindOf(block, group) {
  return Math.max(block.names.indexOf(group), 0);
}

function shownClient(block, chosen) {
  return kindOf(block, chosen.client) * block.clients + chosen.luck % Math.max(block.follow, 1);
}

function shownFollowed(block, chosen) {
  return kindOf(block, chosen.client) * block.follow + chosen.luck % Math.max(block.follow, 1);
}
