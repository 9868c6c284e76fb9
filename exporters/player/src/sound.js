// The decoded sound: playback from any time, and the waveform.

// High enough for speech without audible loss; the browser resamples for output.
const DECODED_RATE = 48000;
const SAMPLES_PER_BIN = 64;
// Long enough to recognise a phone, short enough for scrubbing.
const SNIPPET_SECONDS = 0.09;
const SNIPPET_FADE_SECONDS = 0.012;

/** Decodes the page's sound; throws the browser's error if that fails. */
export async function decodeSound(bytes) {
  // Offline contexts need no user gesture, so the waveform is available before the first click.
  const context = new OfflineAudioContext(1, 1, DECODED_RATE);
  const copy = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);
  return new Sound(await context.decodeAudioData(copy));
}

class Sound {
  constructor(buffer) {
    this.buffer = buffer;
    this.duration = buffer.duration;
    this.waveform = new Waveform(buffer);
    this.context = null;
    this.gain = null;
    this.source = null;
    this.muted = false;
    this.generation = 0;
  }

  /** Plays from `offset` to `end` seconds; resolves when the output has started. */
  async start(offset, speed, end) {
    const source = await this.#newSource(this.#output());
    if (!source) return;
    source.playbackRate.value = speed;
    this.startedAt = this.context.currentTime;
    if (offset < this.duration) source.start(this.startedAt, offset, Math.max(0, end - offset));
  }

  /** Plays a short snippet while the user scrubs or steps. */
  async playSnippet(offset) {
    if (this.muted || offset >= this.duration) return;
    const output = this.#output();
    const envelope = this.context.createGain();
    envelope.connect(output);
    const source = await this.#newSource(envelope);
    if (!source) return;
    const now = this.context.currentTime;
    const end = now + SNIPPET_SECONDS;
    const { gain } = envelope;
    gain.setValueAtTime(0, now);
    gain.linearRampToValueAtTime(1, now + SNIPPET_FADE_SECONDS);
    gain.setValueAtTime(1, end - SNIPPET_FADE_SECONDS);
    gain.linearRampToValueAtTime(0, end);
    source.onended = () => envelope.disconnect();
    source.start(now, Math.max(0, offset - SNIPPET_SECONDS / 2), SNIPPET_SECONDS);
  }

  #output() {
    if (!this.context) {
      this.context = new AudioContext({ latencyHint: 'interactive' });
      this.gain = this.context.createGain();
      this.gain.connect(this.context.destination);
      this.setMuted(this.muted);
    }
    return this.gain;
  }

  /** Replaces the current source; null if another call has replaced it meanwhile. */
  async #newSource(output) {
    this.stop();
    const { generation } = this;
    // Browsers may block the output until the user has interacted with the page.
    await this.context.resume();
    if (generation !== this.generation) return null;
    this.source = this.context.createBufferSource();
    this.source.buffer = this.buffer;
    this.source.connect(output);
    return this.source;
  }

  stop() {
    this.generation++;
    if (!this.source) return;
    try {
      this.source.stop();
    } catch {
      // The source was never started, because nothing was left to play.
    }
    this.source.disconnect();
    this.source = null;
  }

  /** Seconds of output that the loudspeaker has played since `start`, without queued output. */
  played() {
    const { context } = this;
    const stamp = context.getOutputTimestamp?.();
    let now = context.currentTime - (context.outputLatency || 0);
    if (stamp?.contextTime > 0) {
      const since = (performance.now() - stamp.performanceTime) / 1000;
      // The timestamp advances smoothly, while currentTime advances in steps. Outdated timestamps are
      // ignored.
      if (since >= 0 && since < 0.5) now = stamp.contextTime + since;
    }
    return Math.max(0, Math.min(now, context.currentTime) - this.startedAt);
  }

  setMuted(muted) {
    this.muted = muted;
    if (this.gain) this.gain.gain.value = muted ? 0 : 1;
  }
}

/** Maximum, minimum and mean square of the samples per bin, over all audio channels. */
class Waveform {
  constructor(buffer) {
    this.secondsPerBin = SAMPLES_PER_BIN / buffer.sampleRate;
    const bins = Math.ceil(buffer.length / SAMPLES_PER_BIN);
    this.low = new Float32Array(bins);
    this.high = new Float32Array(bins);
    this.power = new Float32Array(bins);
    for (let c = 0; c < buffer.numberOfChannels; c++) {
      const samples = buffer.getChannelData(c);
      for (let i = 0; i < samples.length; i++) {
        const bin = (i / SAMPLES_PER_BIN) | 0;
        const value = samples[i];
        if (value < this.low[bin]) this.low[bin] = value;
        if (value > this.high[bin]) this.high[bin] = value;
        this.power[bin] += value * value;
      }
    }
    const perBin = SAMPLES_PER_BIN * buffer.numberOfChannels;
    let peak = 1e-4;
    for (let bin = 0; bin < bins; bin++) {
      this.power[bin] /= perBin;
      peak = Math.max(peak, this.high[bin], -this.low[bin]);
    }
    this.peak = peak;
  }

  /** Extremes and root mean square between two times, as shares of the loudest sample. */
  between(from, to) {
    const first = Math.max(0, Math.floor(from / this.secondsPerBin));
    const last = Math.min(this.low.length, Math.max(first + 1, Math.ceil(to / this.secondsPerBin)));
    if (first >= last) return null;
    let low = 0;
    let high = 0;
    let power = 0;
    for (let bin = first; bin < last; bin++) {
      low = Math.min(low, this.low[bin]);
      high = Math.max(high, this.high[bin]);
      power += this.power[bin];
    }
    const rms = Math.sqrt(power / (last - first)) / this.peak;
    return { low: low / this.peak, high: high / this.peak, rms };
  }
}
