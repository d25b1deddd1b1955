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

// A number for each client: the value in an arm, the gap between two arms, or the slope between two settings.
function eachOf(readout, chosen) {
  const block = lesson.blocks[readout.data], levels = levelsAt(chosen, readout.at);
  const clients = clientsOf(block, readout.group ?? chosen.client, chosen);
  if (readout.stat === "mean") return ends(block, readout.of, settingOf(block, levels, readout.arm), clients);
  if (readout.stat !== "slope") return gaps(block, readout.of, levels, readout.arm, readout.against, clients);
  const here = ends(block, readout.of, settingOf(block, levels, readout.arm), clients);
  const there = ends(block, readout.of, settingOf(block, { ...levels, ...readout.to }, readout.arm), clients);
  return there.map((value, place) => value - here[place]);
}

// The difference of two means: of the same clients pair by pair, of others with both errors together.
function differenceOf(own, other, same) {
  if (same) return meanOf(own.map((value, place) => value - other[place]));
  const one = meanOf(own), two = meanOf(other), value = one.value - two.value;
  const reach = Math.hypot(one.high - one.value, two.high - two.value);
  return { value, low: value - reach, high: value + reach, count: Math.min(one.count, two.count) };
}

function readoutOf(readout, chosen, screen) {
  const each = eachOf(readout, chosen);
  if (readout.minus) {
    const other = screen.readouts[readout.minus], same = other.data === readout.data && (other.group ?? null) === (readout.group ?? null);
    return scaled(differenceOf(each, eachOf(other, chosen), same), readout.percent ? 100 : 1);
  }
  if (readout.stat === "mean" && readout.percent && each.every((value) => [0, 1].includes(value) || Number.isNaN(value))) return scaled(shareOf(each.filter(Number.isFinite)), 100);
  if (["mean", "gap", "slope"].includes(readout.stat)) return scaled(meanOf(each), readout.percent ? 100 : 1);
  return scaled(shareOf(verdicts(each, readout.near).map((verdict) => verdict === readout.stat)), 100);
}

function written(value, digits) {
  return Number.isFinite(value) ? value.toFixed(digits).replace(/^-(0(?:\.0+)?)$/, "$1").replace("-", "−") : "none";
}

function inWords(found, readout) {
  const unit = readout.unit ? ` ${readout.unit}` : "";
  if (found.count < 2 || !Number.isFinite(found.low)) return written(found.value, readout.digits) + unit;
  return `${written(found.value, readout.digits)}${unit} (${written(found.low, readout.digits)} to ${written(found.high, readout.digits)})`;
}
