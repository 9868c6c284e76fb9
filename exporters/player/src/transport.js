// Buttons, keyboard shortcuts and the time display.

import { element } from './lane.js';

const SPEEDS = [1, 0.5, 0.25];
const VIEW_KEYS = { 1: 'front', 2: 'threequarter', 3: 'profile', 4: 'mouth' };

const byId = (id) => document.getElementById(id);

export class Transport {
  constructor(player, sound) {
    this.player = player;
    this.sound = sound;
    const { clock } = player;
    const press = {
      play: () => player.toggle(),
      start: () => player.seek(0),
      back: () => player.step(-1),
      forward: () => player.step(1),
      loop: () => clock.setLooping(!clock.looping),
      mute: () => {
        sound?.setMuted(!sound.muted);
        this.update();
      },
      speed: () => {
        clock.setSpeed(SPEEDS[(SPEEDS.indexOf(clock.speed) + 1) % SPEEDS.length]);
        this.update();
      },
      zoomin: () => player.timeline.zoom(0.5),
      zoomout: () => player.timeline.zoom(2),
      info: () => byId('about').showModal(),
      close: () => byId('about').close(),
    };
    for (const [id, action] of Object.entries(press)) byId(id).addEventListener('click', action);
    byId('mute').hidden = !sound;
    for (const button of document.querySelectorAll('[data-view]')) {
      button.addEventListener('click', () => player.stage?.setView(button.dataset.view));
    }
    byId('total').textContent = timeText(clock.duration);
    const slider = byId('timeline');
    slider.setAttribute('aria-valuemax', clock.duration.toFixed(3));
    this.#addTakes();
    addEventListener('keydown', (event) => this.#key(event, press));
    this.#resizeDock();
    this.update();
  }

  /** Adds a button per take if there are several; digit keys then select takes instead of views. */
  #addTakes() {
    const { takes } = this.player;
    byId('takes').hidden = takes.length < 2;
    if (takes.length < 2) return;
    document.documentElement.classList.add('several');
    for (const button of document.querySelectorAll('[data-view]')) button.title = '';
    takes.forEach(({ label }, take) => {
      const button = element('button');
      button.type = 'button';
      if (take < 9) button.append(element('kbd', '', String(take + 1)));
      button.append(label);
      button.addEventListener('click', () => this.player.choose(take));
      byId('takes').append(button);
    });
  }

  /** Marks the shown take, and displays its rate and length. */
  showTake(take) {
    [...byId('takes').children].forEach((button, index) => {
      button.setAttribute('aria-pressed', String(index === take));
    });
    const { timing } = this.player.clip;
    byId('rate').textContent = timing.label;
    byId('lastframe').textContent = String(timing.frameCount - 1);
  }

  /** Makes the bar between face and curves movable, by dragging and with the arrow keys. */
  #resizeDock() {
    const bar = byId('divider');
    const dock = byId('dock');
    const set = (height) => {
      const limit = Math.max(innerHeight - 160, 120);
      dock.style.height = `${Math.max(56, Math.min(height, limit))}px`;
      dock.style.maxHeight = 'none';
    };
    bar.addEventListener('pointerdown', (event) => bar.setPointerCapture(event.pointerId));
    bar.addEventListener('pointermove', (event) => {
      if (bar.hasPointerCapture(event.pointerId)) set(innerHeight - event.clientY);
    });
    bar.addEventListener('keydown', (event) => {
      const step = { ArrowUp: 24, ArrowDown: -24 }[event.key];
      if (!step) return;
      event.preventDefault();
      set(dock.offsetHeight + step);
    });
  }

  #key(event, press) {
    if (event.ctrlKey || event.metaKey || event.altKey || byId('about').open) return;
    const { player } = this;
    const { clock } = player;
    const stepFrames = event.shiftKey ? 10 : 1;
    const actions = {
      ' ': press.play,
      k: press.play,
      ArrowLeft: () => player.step(-stepFrames),
      ArrowRight: () => player.step(stepFrames),
      Home: press.start,
      End: () => player.step(Infinity),
      l: press.loop,
      m: press.mute,
      s: press.speed,
      Escape: () => {
        player.timeline.setRange(null);
        clock.setRange(null);
      },
      '+': press.zoomin,
      '=': press.zoomin,
      '-': press.zoomout,
      v: () => this.#nextView(),
      i: press.info,
      '?': press.info,
    };
    const action = actions[event.key] ?? this.#digit(event.key);
    if (!action) return;
    // Otherwise, Space would also press a focused button.
    event.preventDefault();
    action();
  }

  #digit(key) {
    const { player } = this;
    if (player.takes.length > 1) return player.takes[key - 1] && (() => player.choose(key - 1));
    return VIEW_KEYS[key] && (() => player.stage?.setView(VIEW_KEYS[key]));
  }

  /** Shows the next named view. */
  #nextView() {
    const views = Object.values(VIEW_KEYS);
    const { stage } = this.player;
    stage?.setView(views[(views.indexOf(stage.view) + 1) % views.length]);
  }

  /** Updates the states of the buttons. */
  update() {
    const { clock } = this.player;
    const play = byId('play');
    play.setAttribute('aria-label', clock.playing ? 'Pause' : 'Play');
    play.classList.toggle('playing', clock.playing);
    byId('loop').setAttribute('aria-pressed', String(clock.looping));
    byId('mute').setAttribute('aria-pressed', String(!!this.sound?.muted));
    byId('speed').textContent = `${clock.speed}×`;
  }

  showView(view) {
    for (const button of document.querySelectorAll('[data-view]')) {
      button.setAttribute('aria-pressed', String(button.dataset.view === view));
    }
  }

  showTime(seconds, frame) {
    const { startFrame } = this.player.clip;
    byId('time').textContent = timeText(seconds);
    byId('frame').textContent = String(frame);
    const code = byId('timecode');
    code.hidden = !startFrame;
    if (startFrame) code.textContent = `time code ${+(startFrame + frame).toFixed(3)}`;
    const slider = byId('timeline');
    slider.setAttribute('aria-valuenow', seconds.toFixed(3));
    slider.setAttribute('aria-valuetext', `${seconds.toFixed(2)} seconds, frame ${frame}`);
  }
}

/** `0:01.233`. */
function timeText(seconds) {
  const milliseconds = Math.round(seconds * 1000);
  const minutes = Math.floor(milliseconds / 60000);
  return `${minutes}:${((milliseconds % 60000) / 1000).toFixed(3).padStart(6, '0')}`;
}
