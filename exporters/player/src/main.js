// Joins the page's parts: one clock, a stage and a timeline that follow it, buttons and keys.

import { Clock } from './clock.js';
import { readGlb, readSound, readTakes } from './page_data.js';
import { decodeSound } from './sound.js';
import { Stage } from './stage.js';
import { Timeline } from './timeline.js';
import { Transport } from './transport.js';

// A machine that takes longer than this for the middle one of so many frames has no GPU to speak of.
const SLOW_FRAME_MILLISECONDS = 60;
const FRAMES_JUDGED = 15;

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
  const sound = await soundOf();
  const stage = stageOf();
  // Never zero, so that an empty clip still has a timeline.
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

async function soundOf() {
  const bytes = readSound();
  if (!bytes) return null;
  try {
    return await decodeSound(bytes);
  } catch {
    notice('This browser cannot decode the sound; the face plays silently.');
    return null;
  }
}

function stageOf() {
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

  /** The clip of the chosen take. */
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
      scrubbing: (begins) => {
        if (begins) {
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
    this.follow();
    this.stage?.draw();
  }

  /** Shows another take at the same moment; whether there is one. */
  choose(take) {
    if (!this.takes[take]) return false;
    this.take = take;
    this.stage?.choose(take);
    this.timeline?.choose(take);
    this.transport?.showTake(take);
    this.frameRead = null;
    this.follow();
    this.stage?.draw();
    return true;
  }

  /** Steps to the frame `count` away, exactly onto its time. */
  step(count) {
    this.clock.pause();
    const { timing } = this.clip;
    const frame = Math.max(0, Math.min(this.frame + count, timing.frameCount - 1));
    return this.scrub(timing.secondsAt(frame));
  }

  /** Seeks and, while nothing plays, lets the moment be heard. */
  scrub(seconds) {
    const sought = this.seek(seconds);
    if (!this.clock.playing) this.clock.sound?.glimpse(this.clock.time);
    return sought;
  }

  toggle() {
    if (this.clock.playing) this.clock.pause();
    else return this.clock.play();
  }

  /** Brings face, playhead and readings to the clock's time. */
  follow() {
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
      if (moved) this.follow();
      this.stage?.drawIfStale();
      intervals = moved ? [...intervals, now - last] : [];
      last = now;
      if (intervals.length === FRAMES_JUDGED) {
        const median = intervals.sort((a, b) => a - b)[FRAMES_JUDGED >> 1];
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
/** For tests, contact sheets and anyone's console. Times in seconds since the start of the sound. */
window.metaface = {
  ready: opened.then((it) => {
    player = it;
    window.metaface.takes = it.takes.map(({ label }) => label);
  }),
  seek: async (seconds) => (await opened).seek(seconds),
  play: async () => (await opened).clock.play(),
  pause: () => player?.clock.pause(),
  camera: (view) => {
    const known = player?.stage?.setView(view) ?? false;
    player?.stage?.draw();
    return known;
  },
  /** The takes' labels, and the one that is shown; `choose(1)` shows the second. */
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
  /** The time that the drawn face was last posed at. */
  get posedAt() {
    return player?.stage?.posedAt ?? 0;
  },
};
