// Buttons, keys and the time display.

const SPEEDS = [1, 0.5, 0.25];
const VIEW_KEYS = { 1: 'front', 2: 'threequarter', 3: 'profile', 4: 'mouth' };

const byId = (id) => document.getElementById(id);

export class Transport {
  constructor(player, sound) {
    this.player = player;
    this.sound = sound;
    const { clock, clip } = player;
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
    byId('rate').textContent = clip.timing.label;
    byId('total').textContent = timeText(clock.duration);
    byId('lastframe').textContent = String(clip.timing.frameCount - 1);
    const slider = byId('timeline');
    slider.setAttribute('aria-valuemax', clock.duration.toFixed(3));
    addEventListener('keydown', (event) => this.#key(event, press));
    this.#resizeDock();
    this.update();
  }

  /** The bar between face and curves can be dragged, or moved with the arrow keys. */
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
    const far = event.shiftKey ? 10 : 1;
    const actions = {
      ' ': press.play,
      k: press.play,
      ArrowLeft: () => player.step(-far),
      ArrowRight: () => player.step(far),
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
      i: press.info,
      '?': press.info,
    };
    const action =
      actions[event.key] ??
      (VIEW_KEYS[event.key] && (() => player.stage?.setView(VIEW_KEYS[event.key])));
    if (!action) return;
    // Space on a focused button would press that button too.
    event.preventDefault();
    action();
  }

  /** Brings the buttons' states up to date. */
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
