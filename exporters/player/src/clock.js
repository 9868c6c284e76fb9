// The clock of the page. With a sound, the audio output is the master clock, so that picture and sound
// cannot drift; without one, it is the browser's monotonic clock.

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
    const elapsed = this.sound ? this.sound.played() : (performance.now() - this.startedAt) / 1000;
    // A frame that is drawn late does not show a time beyond the end.
    return Math.min(this.origin + elapsed * this.speed, Math.max(this.#activeRange().to, this.origin));
  }

  async play() {
    if (this.playing) return;
    const { from, to } = this.#activeRange();
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
    // The sound was started with the previous end.
    if (this.playing && this.range) this.seek(now);
    this.changed();
  }

  async setSpeed(speed) {
    this.origin = this.time;
    this.speed = speed;
    if (this.playing) await this.#begin();
  }

  /** Plays and loops only `from` to `to` seconds; null for everything. */
  setRange(range) {
    const now = this.time;
    this.range = range;
    if (range) this.looping = true;
    if (this.playing) this.seek(range ? range.from : now);
    this.changed();
  }

  /** Called once per drawn frame; loops or stops at the end. */
  tick() {
    const { from, to } = this.#activeRange();
    if (!this.playing || this.starting || this.time < to) return;
    if (this.looping) {
      this.origin = from;
      this.#begin();
    } else {
      this.pause();
    }
  }

  /** The range that is played: the selected range while looping, otherwise everything. */
  #activeRange() {
    return (this.looping && this.range) || { from: 0, to: this.duration };
  }

  async #begin() {
    // The last call wins: a seek while the output is still starting supersedes the earlier start.
    const start = (this.starting = Symbol('start'));
    if (this.sound) await this.sound.start(this.origin, this.speed, this.#activeRange().to);
    if (this.starting !== start) return;
    this.starting = null;
    if (!this.playing) this.sound?.stop();
    this.startedAt = performance.now();
    this.changed();
  }
}
