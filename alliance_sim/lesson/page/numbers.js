// Statistics over clients, each with a 95 % interval: what luck alone could have made of it.
const NORMAL_95 = 1.959964;

function meanOf(values) {
  const known = values.filter(Number.isFinite);
  if (!known.length) return { value: NaN, low: NaN, high: NaN, count: 0 };
  const value = known.reduce((sum, one) => sum + one, 0) / known.length;
  const squares = known.reduce((sum, one) => sum + (one - value) ** 2, 0);
  const reach = known.length > 1 ? NORMAL_95 * Math.sqrt(squares / (known.length - 1) / known.length) : NaN;
  return { value, low: value - reach, high: value + reach, count: known.length };
}

// Share of true values; the interval is Wilson's (1927).
function shareOf(flags) {
  const n = flags.length, p = flags.filter(Boolean).length / n, z = NORMAL_95 ** 2 / n;
  const centre = (p + z / 2) / (1 + z), reach = (NORMAL_95 * Math.sqrt(p * (1 - p) / n + z / (4 * n))) / (1 + z);
  return { value: p, low: Math.max(0, centre - reach), high: Math.min(1, centre + reach), count: n };
}

function scaled(found, factor) {
  return { ...found, value: found.value * factor, low: found.low * factor, high: found.high * factor };
}

function levelsAt(chosen, pinned) {
  return { ...chosen.levels, ...pinned };
}

// The gaps between the same clients in two arms, first minus second.
function gaps(block, of, levels, arm, against, clients) {
  const own = ends(block, of, settingOf(block, levels, arm), clients);
  const other = ends(block, of, settingOf(block, levels, against), clients);
  return own.map((value, place) => value - other[place]);
}

// Bytes round; two numbers closer than this are equal but for rounding.
const ROUNDING = 1e-9;

function verdicts(values, near) {
  return values.filter(Number.isFinite).map((gap) => (Math.abs(gap) <= near + ROUNDING ? "same" : gap > 0 ? "higher" : "lower"));
}

function readoutOf(readout, chosen) {
  const block = lesson.blocks[readout.data], levels = levelsAt(chosen, readout.at);
  const clients = clientsOf(block, readout.group ?? chosen.client, chosen);
  if (readout.stat === "slope") {
    const here = ends(block, readout.of, settingOf(block, levels, readout.arm), clients);
    const there = ends(block, readout.of, settingOf(block, { ...levels, ...readout.to }, readout.arm), clients);
    return scaled(meanOf(there.map((value, place) => value - here[place])), readout.percent ? 100 : 1);
  }
  if (readout.stat === "mean") {
    const values = ends(block, readout.of, settingOf(block, levels, readout.arm), clients);
    return readout.percent ? scaled(shareOf(values.filter(Number.isFinite)), 100) : meanOf(values);
  }
  const found = gaps(block, readout.of, levels, readout.arm, readout.against, clients);
  if (readout.stat === "gap") return scaled(meanOf(found), readout.percent ? 100 : 1);
  return scaled(shareOf(verdicts(found, readout.near).map((verdict) => verdict === readout.stat)), 100);
}

function written(value, digits) {
  return Number.isFinite(value) ? value.toFixed(digits).replace(/^-(0(?:\.0+)?)$/, "$1").replace("-", "−") : "none";
}

function inWords(found, readout) {
  const unit = readout.unit ? ` ${readout.unit}` : "";
  if (found.count < 2 || !Number.isFinite(found.low)) return written(found.value, readout.digits) + unit;
  return `${written(found.value, readout.digits)}${unit} (${written(found.low, readout.digits)} to ${written(found.high, readout.digits)})`;
}
