// Groups the channels into lanes and assigns colours.
//
// A left-right pair is one entry of the legend: the left curve is thick, the right one thin.

const pair = (label, stem, color) => ({ label, names: [`${stem}Left`, `${stem}Right`], color });
const single = (name, color, label = name) => ({ label, names: [name], color });

const CORAL = '#ff8a70';
const AMBER = '#f2c063';
const LIME = '#a9d66b';
const TEAL = '#5fd3bc';
const SKY = '#69b7ff';
const VIOLET = '#b79bff';
const PINK = '#f58ac4';

export const GROUPS = [
  {
    title: 'Jaw and closure',
    entries: [
      single('jawOpen', CORAL, 'jaw open'),
      single('mouthClose', SKY, 'close'),
      pair('press', 'mouthPress', VIOLET),
      single('mouthRollLower', TEAL, 'roll lower'),
      single('mouthRollUpper', AMBER, 'roll upper'),
      single('jawForward', LIME, 'jaw fwd'),
      { label: 'jaw side', names: ['jawLeft', 'jawRight'], color: PINK },
    ],
  },
  {
    title: 'Rounding',
    entries: [
      single('mouthFunnel', AMBER, 'funnel'),
      single('mouthPucker', PINK, 'pucker'),
      single('cheekPuff', SKY, 'cheek puff'),
    ],
  },
  {
    title: 'Lips',
    entries: [
      pair('lower down', 'mouthLowerDown', TEAL),
      pair('upper up', 'mouthUpperUp', AMBER),
      single('mouthShrugLower', VIOLET, 'shrug lower'),
      single('mouthShrugUpper', CORAL, 'shrug upper'),
      single('tongueOut', PINK, 'tongue out'),
    ],
  },
  {
    title: 'Corners',
    entries: [
      pair('smile', 'mouthSmile', LIME),
      pair('stretch', 'mouthStretch', SKY),
      pair('dimple', 'mouthDimple', AMBER),
      pair('frown', 'mouthFrown', VIOLET),
      { label: 'mouth side', names: ['mouthLeft', 'mouthRight'], color: PINK },
    ],
  },
  {
    title: 'Eyes',
    entries: [
      pair('blink', 'eyeBlink', SKY),
      pair('squint', 'eyeSquint', AMBER),
      pair('wide', 'eyeWide', LIME),
      pair('look up', 'eyeLookUp', PINK),
      pair('look down', 'eyeLookDown', VIOLET),
      pair('look in', 'eyeLookIn', TEAL),
      pair('look out', 'eyeLookOut', CORAL),
    ],
  },
  {
    title: 'Brows, cheeks, nose',
    entries: [
      single('browInnerUp', AMBER, 'inner up'),
      pair('outer up', 'browOuterUp', LIME),
      pair('brow down', 'browDown', VIOLET),
      pair('cheek squint', 'cheekSquint', PINK),
      pair('sneer', 'noseSneer', TEAL),
    ],
  },
  {
    title: 'Head',
    angle: true,
    entries: [
      single('headYaw', SKY, 'yaw'),
      single('headPitch', CORAL, 'pitch'),
      single('headRoll', LIME, 'roll'),
    ],
  },
  {
    title: 'Gaze',
    angle: true,
    entries: [
      { label: 'eye yaw', names: ['leftEyeYaw', 'rightEyeYaw'], color: SKY },
      { label: 'eye pitch', names: ['leftEyePitch', 'rightEyePitch'], color: CORAL },
      { label: 'eye roll', names: ['leftEyeRoll', 'rightEyeRoll'], color: LIME },
    ],
  },
];

// A channel that never exceeds this does not move.
const STILL = 1e-3;
// A weight that never exceeds this is listed but not drawn by default.
const FAINT = 0.04;
const DEGREES = 180 / Math.PI;

/**
 * The lanes of the takes: per group, the entries that move, with their curves per take and a common
 * scale.
 */
export function lanesOf(takes) {
  const lanes = [];
  for (const { title, angle, entries } of GROUPS) {
    const moving = [];
    for (const entry of entries) {
      const perTake = takes.map(({ curves }) => {
        const found = entry.names.map((name) => curves.get(name)).filter(Boolean);
        return angle ? found.map((curve) => curve.map((value) => value * DEGREES)) : found;
      });
      const peak = perTake.flat().reduce((most, curve) => Math.max(most, peakOf(curve)), 0);
      if (peak > STILL) moving.push({ ...entry, perTake, shown: !!angle || peak > FAINT });
    }
    if (moving.length) lanes.push({ title, angle: !!angle, entries: moving, ...scale(moving, angle) });
  }
  return lanes;
}

const peakOf = (curve) => curve.reduce((most, value) => Math.max(most, Math.abs(value)), 0);

/** The value range of a lane: weights from zero, angles symmetric about zero. */
function scale(entries, angle) {
  const largest = Math.max(...entries.flatMap(({ perTake }) => perTake.flat().map(peakOf)));
  if (angle) {
    const limit = [2, 5, 10, 20, 45, 90, 180].find((step) => largest <= step) ?? largest;
    return { low: -limit, high: limit, unit: '°' };
  }
  const limit = [0.1, 0.25, 0.5, 0.75, 1].find((step) => largest <= step) ?? largest;
  return { low: 0, high: limit, unit: '' };
}
