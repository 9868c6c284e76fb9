// The one clock of the page. With a sound, the sound's output is the master and everything else
// reads it, so that nothing can drift; without one, the browser's monotonic clock is.

export class Clock {
  /** `sound` may be null; `duration` is in seconds. */
  constructor(sound, duration) {
    this.sound = sound;
    this.duration = duration;
    this.playing = false;
    this.looping = false;
    this.range = null;
    this.speed = 1;
    this.origin = 0;
    this.startedAt = 0;
    this.changed = () => {};
  }

  /** Seconds since the start of the sound. */
  get time() {
    if (!this.playing || this.starting) return this.origin;
    const elapsed = this.sound ? this.sound.heard() : (performance.now() - this.startedAt) / 1000;
    // However late a frame is drawn, it never shows what lies beyond the end.
    return Math.min(this.origin + elapsed * this.speed, Math.max(this.#stretch().to, this.origin));
  }

  async play() {
    if (this.playing) return;
    const { from, to } = this.#stretch();
    if (this.origin >= to - 1e-6 || this.origin < from - 1e-6) this.origin = from;
    this.playing = true;
    await this.#begin();
  }

  pause() {
    if (!this.playing) return;
    this.origin = this.time;
    this.playing = false;
    this.sound?.stop();
    this.changed();
  }

  async seek(seconds) {
    this.origin = Math.max(0, Math.min(Number.isFinite(seconds) ? seconds : 0, this.duration));
    if (this.playing) await this.#begin();
    else this.changed();
  }

  setLooping(looping) {
    const now = this.time;
    this.looping = looping;
    // The sound was started with its present end.
    if (this.playing && this.range) this.seek(now);
    this.changed();
  }

  async setSpeed(speed) {
    this.origin = this.time;
    this.speed = speed;
    if (this.playing) await this.#begin();
  }

  /** Plays and loops `from` to `to` seconds only; null for everything. */
  setRange(range) {
    const now = this.time;
    this.range = range;
    if (range) this.looping = true;
    if (this.playing) this.seek(range ? range.from : now);
    this.changed();
  }

  /** Called once per drawn frame: the end either loops or stops. */
  tick() {
    const { from, to } = this.#stretch();
    if (!this.playing || this.starting || this.time < to) return;
    if (this.looping) {
      this.origin = from;
      this.#begin();
    } else {
      this.pause();
    }
  }

  #stretch() {
    return (this.looping && this.range) || { from: 0, to: this.duration };
  }

  async #begin() {
    // Whoever began last wins: a seek while the output is still starting supersedes it.
    const beginning = (this.starting = Symbol('beginning'));
    if (this.sound) await this.sound.start(this.origin, this.speed, this.#stretch().to);
    if (this.starting !== beginning) return;
    this.starting = null;
    if (!this.playing) this.sound?.stop();
    this.startedAt = performance.now();
    this.changed();
  }
}
