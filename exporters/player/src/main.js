// Connects the parts of the page: the clock, the stage and timeline that follow it, and the controls.

import { Clock } from './clock.js';
import { readGlb, readSound, readTakes } from './page_data.js';
import { decodeSound } from './sound.js';
import { Stage } from './stage.js';
import { Timeline } from './timeline.js';
import { Transport } from './transport.js';

// If the median time of this many frames is longer than this, rendering is simplified.
const SLOW_FRAME_MILLISECONDS = 60;
const MEASURED_FRAMES = 15;

const page = (id) => document.getElementById(id);
const hash = new URLSearchParams(location.hash.slice(1));
const withChrome = hash.get('chrome') !== 'off';
document.documentElement.classList.toggle('bare', !withChrome);

function notice(text) {
  const line = document.createElement('p');
  line.textContent = text;
  page('notices').append(line);
}

async function open() {
  const takes = readTakes();
  const sound = await loadSound();
  const stage = createStage();
  // At least one frame, so that an empty clip has a timeline.
  const ends = takes.map(({ timing }) => Math.max(timing.clipDuration, timing.secondsAt(1)));
  const duration = Math.max(...ends, sound?.duration ?? 0);
  const clock = new Clock(sound, duration);
  const player = new Player(takes, clock, stage);
  if (stage) {
    await stage.load(readGlb(), takes).catch((error) => {
      const compressed = /draco|meshopt|ktx|basis/i.test(error.message);
      const remedy = compressed ? ' Export it without mesh or texture compression.' : '';
      notice(`This page cannot draw the character: ${error.message}${remedy}`);
    });
    stage.setView(hash.get('view') ?? 'front');
    new ResizeObserver(() => stage.resize()).observe(stage.canvas);
    stage.resize();
  }
  if (withChrome) player.addChrome(sound);
  if (!player.choose(Number(hash.get('take')) - 1)) player.choose(0);
  await player.seek(Number(hash.get('t') ?? 0));
  player.run();
  return player;
}

async function loadSound() {
  const bytes = readSound();
  if (!bytes) return null;
  try {
    return await decodeSound(bytes);
  } catch {
    notice('This browser cannot decode the sound; the face plays silently.');
    return null;
  }
}

function createStage() {
  try {
    return new Stage(page('stage'));
  } catch {
    notice('This browser has no WebGL 2, so the face cannot be drawn; the curves still play.');
    return null;
  }
}

class Player {
  constructor(takes, clock, stage) {
    Object.assign(this, { takes, clock, stage, take: 0 });
  }

  /** The clip of the selected take. */
  get clip() {
    return this.takes[this.take];
  }

  addChrome(sound) {
    const { takes, clock, stage } = this;
    let resume = false;
    this.timeline = new Timeline(page('lanes'), {
      takes,
      sound,
      duration: clock.duration,
      seek: (seconds) => this.scrub(seconds),
      select: (range) => clock.setRange(range),
      scrubbing: (started) => {
        if (started) {
          resume = clock.playing;
          clock.pause();
        } else if (resume) {
          clock.play();
        }
      },
    });
    this.transport = new Transport(this, sound);
    clock.changed = () => this.transport.update();
    if (stage) {
      stage.viewChanged = (view) => this.transport.showView(view);
      this.transport.showView(stage.view);
    }
    this.timeline.time = 0;
    this.timeline.draw();
  }

  get frame() {
    return this.clip.timing.frameAt(this.clock.time);
  }

  async seek(seconds) {
    await this.clock.seek(seconds);
    this.timeline?.reveal(this.clock.time);
    this.update();
    this.stage?.draw();
  }

  /** Shows another take at the same time; returns whether it exists. */
  choose(take) {
    if (!this.takes[take]) return false;
    this.take = take;
    this.stage?.choose(take);
    this.timeline?.choose(take);
    this.transport?.showTake(take);
    this.frameRead = null;
    this.update();
    this.stage?.draw();
    return true;
  }

  /** Steps by `count` frames, to the exact time of the frame. */
  step(count) {
    this.clock.pause();
    const { timing } = this.clip;
    const frame = Math.max(0, Math.min(this.frame + count, timing.frameCount - 1));
    return this.scrub(timing.secondsAt(frame));
  }

  /** Seeks and, while paused, plays a snippet of the sound. */
  scrub(seconds) {
    const seeking = this.seek(seconds);
    if (!this.clock.playing) this.clock.sound?.playSnippet(this.clock.time);
    return seeking;
  }

  toggle() {
    if (this.clock.playing) this.clock.pause();
    else return this.clock.play();
  }

  /** Updates face, playhead and values to the clock's time. */
  update() {
    const { time, playing } = this.clock;
    this.stage?.pose(time);
    this.timeline?.show(time, playing);
    const frame = this.clip.timing.frameAt(time);
    this.transport?.showTime(time, frame);
    if (frame !== this.frameRead) {
      this.frameRead = frame;
      this.timeline?.read(frame);
    }
  }

  run() {
    let last = 0;
    let intervals = [];
    const next = (now) => {
      const moved = this.clock.playing;
      this.clock.tick();
      if (moved) this.update();
      this.stage?.drawIfStale();
      intervals = moved ? [...intervals, now - last] : [];
      last = now;
      if (intervals.length === MEASURED_FRAMES) {
        const median = intervals.sort((a, b) => a - b)[MEASURED_FRAMES >> 1];
        if (median > SLOW_FRAME_MILLISECONDS) this.stage?.simplify();
        intervals = [];
      }
      requestAnimationFrame(next);
    };
    requestAnimationFrame(next);
  }
}

const opened = open();
opened.then(
  () => (document.documentElement.dataset.state = 'ready'),
  (error) => {
    document.documentElement.dataset.state = 'failed';
    notice(`This page cannot be shown: ${error.message}`);
  },
);

let player = null;
/** The interface for tests, contact sheets and the console. Times are in seconds from the start of the sound. */
window.metaface = {
  ready: opened.then((result) => {
    player = result;
    window.metaface.takes = result.takes.map(({ label }) => label);
  }),
  seek: async (seconds) => (await opened).seek(seconds),
  play: async () => (await opened).clock.play(),
  pause: () => player?.clock.pause(),
  camera: (view) => {
    const known = player?.stage?.setView(view) ?? false;
    player?.stage?.draw();
    return known;
  },
  /** The labels of the takes; `choose(1)` shows the second. */
  takes: [],
  choose: (take) => player?.choose(take) ?? false,
  weights: () => player?.stage?.weights() ?? [],
  get currentTime() {
    return player?.clock.time ?? 0;
  },
  get duration() {
    return player?.clock.duration ?? 0;
  },
  get take() {
    return player?.take ?? 0;
  },
  get frame() {
    return player?.frame ?? 0;
  },
  get playing() {
    return player?.clock.playing ?? false;
  },
  /** The time of the face's current pose. */
  get posedAt() {
    return player?.stage?.posedAt ?? 0;
  },
};
