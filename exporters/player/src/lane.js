// The rows of the timeline: a canvas for a time range, and a legend.

const LINE = 'rgb(255 255 255 / 7%)';
const LABEL = 'rgb(255 255 255 / 38%)';
const WAVE = '#8d97a6';
const WAVE_BODY = '#c3ccd8';
// Opacity of the takes that are not selected.
const OTHERS_ALPHA = 0.32;
const FONT = '10px ui-sans-serif, system-ui, "Segoe UI", Roboto, sans-serif';

export function element(tag, className, text) {
  const node = document.createElement(tag);
  if (className) node.className = className;
  if (text !== undefined) node.textContent = text;
  return node;
}

class Lane {
  constructor(className) {
    this.row = element('div', `lane ${className}`);
    this.legend = element('div', 'legend');
    this.canvas = element('canvas');
    this.canvas.setAttribute('aria-hidden', 'true');
    const track = element('div', 'track');
    track.append(this.canvas);
    this.row.append(this.legend, track);
  }

  /** A cleared context in page pixels, with its size; null while the row has no size. */
  begin() {
    const { clientWidth: width, clientHeight: height } = this.canvas;
    if (!width || !height) return null;
    const ratio = window.devicePixelRatio || 1;
    this.canvas.width = Math.round(width * ratio);
    this.canvas.height = Math.round(height * ratio);
    const context = this.canvas.getContext('2d');
    context.scale(ratio, ratio);
    context.font = FONT;
    return { context, width, height };
  }
}

/** The time axis: seconds and frames, with readable spacing. */
export class Ruler extends Lane {
  constructor(timing) {
    super('ruler');
    this.timing = timing;
  }

  draw({ from, to }) {
    const surface = this.begin();
    if (!surface) return;
    const { context, width, height } = surface;
    const perSecond = width / (to - from);
    const frame = this.timing.secondsAt(1);
    const steps = [frame, 0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600];
    const major = steps.find((step) => step >= frame && step * perSecond >= 64) ?? 1200;
    const minor = frame * perSecond >= 6 ? frame : major / 5;
    context.textBaseline = 'middle';
    context.fillStyle = 'rgb(255 255 255 / 14%)';
    for (let i = Math.ceil(from / minor); i * minor <= to; i++) {
      context.fillRect(Math.round((i * minor - from) * perSecond), height - 4, 1, 4);
    }
    for (let i = Math.ceil(from / major - 1e-9); i * major <= to; i++) {
      const x = Math.round((i * major - from) * perSecond);
      context.fillStyle = 'rgb(255 255 255 / 26%)';
      context.fillRect(x, height - 8, 1, 8);
      context.fillStyle = LABEL;
      const text = major === frame ? `f ${i}` : clockText(i * major, major);
      if (x + context.measureText(text).width + 6 < width) context.fillText(text, x + 4, height / 2 - 1);
    }
  }
}

function clockText(seconds, step) {
  const digits = step < 1 ? 1 : 0;
  const minutes = Math.floor(seconds / 60 + 1e-9);
  const rest = (seconds - minutes * 60).toFixed(digits);
  return `${minutes}:${rest.padStart(digits ? 4 : 2, '0')}`;
}

/** The waveform: extremes as an outline, root mean square as the body. */
export class WaveLane extends Lane {
  constructor(waveform) {
    super('wave');
    this.waveform = waveform;
    this.legend.append(element('h3', '', 'Sound'));
  }

  draw({ from, to }) {
    const surface = this.begin();
    if (!surface) return;
    const { context, width, height } = surface;
    const middle = height / 2;
    const reach = middle - 3;
    context.fillStyle = LINE;
    context.fillRect(0, Math.round(middle), width, 1);
    const step = 0.5;
    for (let x = 0; x < width; x += step) {
      const at = from + ((to - from) * x) / width;
      const part = this.waveform.between(at, at + ((to - from) * step) / width);
      if (!part) continue;
      context.fillStyle = WAVE;
      context.globalAlpha = 0.55;
      context.fillRect(x, middle - part.high * reach, step, Math.max((part.high - part.low) * reach, 0.5));
      context.fillStyle = WAVE_BODY;
      context.globalAlpha = 0.9;
      context.fillRect(x, middle - part.rms * reach, step, 2 * part.rms * reach);
    }
    context.globalAlpha = 1;
  }
}

/** A group of channels on one scale. The legend shows values, and toggles channels. */
export class CurveLane extends Lane {
  constructor(group, takes, changed) {
    super('curves');
    Object.assign(this, group, { timings: takes.map(({ timing }) => timing), take: 0 });
    this.legend.append(element('h3', '', group.title));
    const chips = element('div', 'chips');
    chips.setAttribute('role', 'group');
    chips.setAttribute('aria-label', `${group.title}: channels shown`);
    for (const entry of this.entries) {
      const chip = element('button', 'chip');
      chip.type = 'button';
      chip.title = entry.names.join(', ');
      chip.style.setProperty('--hue', entry.color);
      chip.append(element('i'), element('span', 'name', entry.label));
      entry.reading = element('output', 'reading', '');
      chip.append(entry.reading);
      chip.addEventListener('click', (event) => {
        if (event.altKey) this.solo(entry);
        else entry.shown = !entry.shown;
        this.#press();
        changed(this);
      });
      entry.chip = chip;
      chips.append(chip);
    }
    this.#press();
    this.legend.append(chips);
  }

  /** Shows only one entry, or all entries if only that one is shown. */
  solo(entry) {
    const alone = this.entries.every((other) => other.shown === (other === entry));
    for (const other of this.entries) other.shown = alone || other === entry;
  }

  #press() {
    for (const { chip, shown } of this.entries) chip.setAttribute('aria-pressed', String(shown));
  }

  /** Writes the values of one frame into the legend. */
  read(frame) {
    for (const { perTake, reading } of this.entries) {
      const curves = perTake[this.take];
      const value = curves.reduce((sum, curve) => sum + curve[frame], 0) / curves.length;
      const text = this.angle ? `${value.toFixed(1)}°` : value.toFixed(2);
      if (reading.textContent !== text) reading.textContent = text.replace('-0.0°', '0.0°');
    }
  }

  draw({ from, to }) {
    const surface = this.begin();
    if (!surface) return;
    const { context, width, height } = surface;
    const top = 5;
    const span = height - 2 * top;
    const y = (value) => top + span * (1 - (value - this.low) / (this.high - this.low));
    context.fillStyle = LINE;
    for (const value of new Set([this.low, 0, this.high])) {
      context.fillRect(0, Math.round(y(value)), width, 1);
    }
    const window = { from, to, width, y };
    const drawn = this.entries.filter(({ shown }) => shown);
    context.lineWidth = 1;
    context.globalAlpha = OTHERS_ALPHA;
    for (const { perTake, color } of drawn) {
      context.strokeStyle = color;
      perTake.forEach(([curve], take) => {
        if (take === this.take) return;
        this.#trace(context, curve, { ...window, timing: this.timings[take] });
        context.stroke();
      });
    }
    window.timing = this.timings[this.take];
    for (const { perTake, color } of drawn) {
      const curves = perTake[this.take];
      context.strokeStyle = color;
      curves.forEach((curve, side) => {
        context.lineWidth = side === 0 ? 1.6 : 1;
        context.globalAlpha = side === 0 ? 0.95 : 0.5;
        if (side === 0 && curves.length === 1 && !this.angle) this.#fill(context, curve, color, window);
        this.#trace(context, curve, window);
        context.stroke();
      });
    }
    context.globalAlpha = 1;
    context.fillStyle = LABEL;
    context.textAlign = 'right';
    context.textBaseline = 'top';
    context.fillText(`${this.high}${this.unit}`, width - 4, top + 1);
  }

  #fill(context, curve, color, window) {
    const alpha = context.globalAlpha;
    const { from, to, width, y, timing } = window;
    this.#trace(context, curve, window);
    const end = Math.min(timing.secondsAt(curve.length - 1), to);
    const start = Math.max(0, from);
    context.lineTo(((end - from) / (to - from)) * width, y(0));
    context.lineTo(((start - from) / (to - from)) * width, y(0));
    context.closePath();
    context.globalAlpha = 0.1;
    context.fillStyle = color;
    context.fill();
    context.globalAlpha = alpha;
  }

  // If there are several frames per pixel, each pixel column shows their extremes, so that a closure
  // of one frame is visible at every zoom level.
  #trace(context, curve, { from, to, width, y, timing }) {
    const perSecond = width / (to - from);
    const first = Math.max(0, timing.frameAt(from) - 1);
    const last = Math.min(curve.length - 1, timing.frameAt(to) + 2);
    const x = (frame) => (timing.secondsAt(frame) - from) * perSecond;
    const perPixel = 1 / (perSecond * timing.secondsAt(1));
    context.beginPath();
    if (perPixel <= 1) {
      for (let frame = first; frame <= last; frame++) context.lineTo(x(frame), y(curve[frame]));
      return;
    }
    for (let frame = first; frame <= last; ) {
      const next = Math.min(last + 1, Math.max(frame + 1, Math.ceil(frame + perPixel)));
      let low = Infinity;
      let high = -Infinity;
      for (let i = frame; i < next; i++) {
        low = Math.min(low, curve[i]);
        high = Math.max(high, curve[i]);
      }
      context.lineTo(x(frame), y(low));
      if (high !== low) context.lineTo(x(frame), y(high));
      frame = next;
    }
  }
}
