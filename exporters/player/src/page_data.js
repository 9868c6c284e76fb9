// Reads the data embedded in the page: the takes' descriptions and curves, the GLB, the sound.
//
// Binary data is base64 text in inert <script> elements, because a page that is opened from disk
// cannot fetch other files.

function bytesFrom(id) {
  const text = document.getElementById(id)?.textContent.trim();
  if (!text) return null;
  if (Uint8Array.fromBase64) return Uint8Array.fromBase64(text);
  const binary = atob(text);
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < binary.length; i++) bytes[i] = binary.charCodeAt(i);
  return bytes;
}

/** The takes with their timing, and one curve per channel that is not zero in all takes. */
export function readTakes() {
  const { channels, takes } = JSON.parse(document.getElementById('metaface-clips').textContent);
  const samples = bytesFrom('metaface-curves') ?? new Uint8Array(0);
  const view = new DataView(samples.buffer, samples.byteOffset, samples.byteLength);
  let at = 0;
  return takes.map((take) => {
    const curves = new Map();
    for (const name of channels) {
      const curve = new Float32Array(take.frameCount);
      for (let i = 0; i < curve.length; i++, at += 4) {
        const value = view.getFloat32(at, true);
        curve[i] = Number.isFinite(value) ? value : 0;
      }
      curves.set(name, curve);
    }
    return { ...take, curves, timing: new Timing(take) };
  });
}

export const readGlb = () => bytesFrom('metaface-glb');
export const readSound = () => bytesFrom('metaface-sound');

/** Converts seconds and frames, with a frame rate that is an exact fraction. */
export class Timing {
  constructor({ rate: [numerator, denominator], frameCount, startFrame }) {
    Object.assign(this, { numerator, denominator, frameCount, startFrame });
  }

  /** The frame at a time: the last one that has started. */
  frameAt(seconds) {
    // The tolerance ensures that the time of a frame gives that frame.
    const frame = Math.floor((seconds * this.numerator) / this.denominator + 1e-6);
    return Math.max(0, Math.min(frame, this.frameCount - 1));
  }

  secondsAt(frame) {
    return (frame * this.denominator) / this.numerator;
  }

  get clipDuration() {
    return this.secondsAt(this.frameCount);
  }

  /** `30 fps`, or `23.976 fps` for 24000/1001. */
  get label() {
    const rate = this.numerator / this.denominator;
    return `${Number.isInteger(rate) ? rate : rate.toFixed(3)} fps`;
  }
}
