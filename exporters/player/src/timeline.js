// The lanes below the face, with a common time window and playhead.

import { lanesOf } from './channel_groups.js';
import { CurveLane, Ruler, WaveLane, element } from './lane.js';

const SHORTEST_WINDOW_FRAMES = 8;

export class Timeline {
  /**
   * Callbacks: `seek(seconds)` while the user scrubs, `scrubbing(started)` when scrubbing starts and
   * ends, and `select(range)` when a range is selected with Shift and drag; null clears it.
   */
  constructor(root, { takes, sound, duration, seek, scrubbing, select }) {
    this.root = root;
    this.takes = takes;
    this.timing = takes[0].timing;
    this.duration = duration;
    this.seek = seek;
    this.scrubbing = scrubbing;
    this.select = select;
    this.range = null;
    this.from = 0;
    this.to = duration;

    this.ruler = new Ruler(this.timing);
    this.curves = lanesOf(takes).map(
      (group) => new CurveLane(group, takes, (lane) => lane.draw(this)),
    );
    this.lanes = [this.ruler, ...(sound ? [new WaveLane(sound.waveform)] : []), ...this.curves];
    const head = element('div', 'head-lanes');
    const pinned = sound ? 2 : 1;
    head.append(...this.lanes.slice(0, pinned).map((lane) => lane.row));
    // The knob is in the pinned ruler; the line crosses all lanes.
    this.playhead = element('div', 'playhead');
    this.band = element('div', 'band');
    this.knob = element('div', 'knob');
    this.ruler.canvas.parentElement.append(this.knob);
    root.append(head, ...this.lanes.slice(pinned).map((lane) => lane.row));
    if (!this.curves.length) root.append(element('p', 'empty', 'No channel moves in this clip.'));
    root.append(this.band, this.playhead);
    this.#listen();
    new ResizeObserver(() => this.draw()).observe(root);
  }

  get span() {
    return this.to - this.from;
  }

  /** Brings a take's curves to the front. */
  choose(take) {
    this.timing = this.ruler.timing = this.takes[take].timing;
    for (const lane of this.curves) lane.take = take;
    this.draw();
  }

  draw() {
    for (const lane of this.lanes) lane.draw(this);
    this.#place();
  }

  /** Moves the playhead; while playing, pages the window when the playhead leaves it. */
  show(seconds, playing) {
    this.time = seconds;
    if (playing && this.span < this.duration && (seconds > this.to || seconds < this.from)) {
      this.#window(seconds, seconds + this.span);
      return;
    }
    this.#place();
  }

  /** Scrolls a time into the window. */
  reveal(seconds) {
    if (seconds < this.from) this.#window(seconds, seconds + this.span);
    else if (seconds > this.to) this.#window(seconds - this.span, seconds);
  }

  /** Writes the values of one frame into the legends. */
  read(frame) {
    for (const lane of this.curves) lane.read(frame);
  }

  /** Scales the window by `factor`, with the position of `anchor` fixed. */
  zoom(factor, anchor = this.time) {
    const shortest = Math.min(this.timing.secondsAt(SHORTEST_WINDOW_FRAMES), this.duration);
    const span = Math.max(shortest, Math.min(this.span * factor, this.duration));
    const share = (Math.max(this.from, Math.min(anchor, this.to)) - this.from) / this.span;
    const from = this.from + share * this.span - share * span;
    this.#window(from, from + span);
  }

  #window(from, to) {
    const span = Math.min(to - from, this.duration);
    this.from = Math.max(0, Math.min(from, this.duration - span));
    this.to = this.from + span;
    this.draw();
  }

  #track() {
    return this.ruler.canvas.getBoundingClientRect();
  }

  #place() {
    const track = this.#track();
    const x = ((this.time - this.from) / this.span) * track.width;
    const inside = x >= -0.5 && x <= track.width + 0.5;
    const left = track.left - this.root.getBoundingClientRect().left;
    for (const [mark, at] of [[this.knob, x], [this.playhead, left + x]]) {
      mark.style.visibility = inside ? 'visible' : 'hidden';
      mark.style.transform = `translateX(${at.toFixed(2)}px)`;
    }
    this.band.hidden = !this.range;
    if (!this.range) return;
    const pixel = (seconds) =>
      Math.max(0, Math.min(((seconds - this.from) / this.span) * track.width, track.width));
    this.band.style.left = `${left + pixel(this.range.from)}px`;
    this.band.style.width = `${pixel(this.range.to) - pixel(this.range.from)}px`;
  }

  #timeAt(clientX) {
    const track = this.#track();
    const share = (clientX - track.left) / track.width;
    return Math.max(0, Math.min(this.from + share * this.span, this.duration));
  }

  #frameTimeAt(clientX) {
    const { timing } = this;
    return timing.secondsAt(timing.frameAt(this.#timeAt(clientX) + timing.secondsAt(0.5)));
  }

  /** Marks a range of time; null clears it. */
  setRange(range) {
    this.range = range;
    this.#place();
  }

  #listen() {
    const { root } = this;
    root.addEventListener('pointerdown', (event) => {
      if (event.button !== 0 || !event.target.closest('.track')) return;
      root.setPointerCapture(event.pointerId);
      if (event.shiftKey) {
        this.anchor = this.#frameTimeAt(event.clientX);
        this.setRange(null);
        return;
      }
      this.dragging = true;
      this.scrubbing(true);
      this.seek(this.#timeAt(event.clientX));
    });
    root.addEventListener('pointermove', (event) => {
      if (this.dragging) this.seek(this.#timeAt(event.clientX));
      if (this.anchor === undefined) return;
      const [from, to] = [this.anchor, this.#frameTimeAt(event.clientX)].sort((a, b) => a - b);
      this.range = to > from ? { from, to } : null;
      this.#place();
    });
    const release = () => {
      if (this.anchor !== undefined) {
        this.anchor = undefined;
        this.select(this.range);
      }
      if (!this.dragging) return;
      this.dragging = false;
      this.scrubbing(false);
    };
    root.addEventListener('pointerup', release);
    root.addEventListener('pointercancel', release);
    root.addEventListener(
      'wheel',
      (event) => {
        if (!event.target.closest('.track')) return;
        const sideways = event.shiftKey ? event.deltaX || event.deltaY : event.deltaX;
        if (event.ctrlKey || event.metaKey) {
          event.preventDefault();
          this.zoom(Math.exp(event.deltaY * 0.004), this.#timeAt(event.clientX));
        } else if (Math.abs(sideways) > 0 && this.span < this.duration) {
          event.preventDefault();
          const shift = (sideways / this.#track().width) * this.span;
          this.#window(this.from + shift, this.to + shift);
        }
      },
      { passive: false },
    );
  }
}
