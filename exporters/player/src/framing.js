// Locates the face. A character may be a bust or a whole body, with names in any language, so the
// face is the region that its morph targets move.

import { Box3, Sphere, Vector3 } from 'three';

// Targets that move only the lips; those of jaw and cheeks would extend the box to the chin.
const LIP_TARGET = /pucker|funnel|mouth_?close|lip|upper_?up|lower_?down|viseme_(u|o|pp|ff)|^(ou|oh)$/i;

// A target moves a vertex of the face, or of the mouth, if the offset is at least this share of its
// largest offset.
const MOVED_SHARE = 0.35;
const LIPS_SHARE = 0.6;
// Share of the moved vertices that is ignored at either end of an axis: distant skin that moves
// slightly with the face.
const OUTLIER_SHARE = 0.04;

/** The bounding boxes of the character, its face and its mouth, in world space at rest. */
export function frameCharacter(root) {
  root.updateMatrixWorld(true);
  const whole = new Box3().setFromObject(root);
  const face = new Cloud();
  const mouth = new Cloud();
  root.traverse((mesh) => {
    if (mesh.isMesh && mesh.morphTargetInfluences) collectMoved(mesh, face, mouth);
  });
  const faceBox = face.box() ?? whole.clone();
  return { whole, face: faceBox, mouth: mouth.box() ?? lowerThird(faceBox) };
}

/** The names of a mesh's morph targets, by index. */
export function targetNames(mesh) {
  const names = [];
  for (const [name, index] of Object.entries(mesh.morphTargetDictionary ?? {})) names[index] = name;
  return names;
}

function collectMoved(mesh, face, mouth) {
  const { geometry } = mesh;
  const names = targetNames(mesh);
  const offset = new Vector3();
  const position = new Vector3();
  const faceVertices = new Set();
  const mouthVertices = new Set();
  (geometry.morphAttributes.position ?? []).forEach((target, t) => {
    const lengths = new Float32Array(target.count);
    let largest = 0;
    for (let v = 0; v < target.count; v++) {
      offset.fromBufferAttribute(target, v);
      if (!geometry.morphTargetsRelative) {
        offset.sub(position.fromBufferAttribute(geometry.attributes.position, v));
      }
      lengths[v] = offset.length();
      largest = Math.max(largest, lengths[v]);
    }
    if (largest === 0) return;
    const movesLips = LIP_TARGET.test(names[t] ?? '');
    for (let v = 0; v < target.count; v++) {
      if (lengths[v] >= MOVED_SHARE * largest) faceVertices.add(v);
      if (movesLips && lengths[v] >= LIPS_SHARE * largest) mouthVertices.add(v);
    }
  });
  for (const [vertices, cloud] of [[faceVertices, face], [mouthVertices, mouth]]) {
    for (const v of vertices) cloud.add(mesh.getVertexPosition(v, position).applyMatrix4(mesh.matrixWorld));
  }
}

/** Points, and their bounding box without outliers. */
class Cloud {
  axes = [[], [], []];

  add({ x, y, z }) {
    this.axes[0].push(x);
    this.axes[1].push(y);
    this.axes[2].push(z);
  }

  box() {
    const count = this.axes[0].length;
    if (!count) return null;
    const outliers = Math.floor(count * OUTLIER_SHARE);
    const sorted = this.axes.map((axis) => Float64Array.from(axis).sort());
    return new Box3(
      new Vector3(...sorted.map((axis) => axis[outliers])),
      new Vector3(...sorted.map((axis) => axis[count - 1 - outliers])),
    );
  }
}

function lowerThird(box) {
  const third = box.clone();
  third.max.y = box.min.y + (box.max.y - box.min.y) / 3;
  return third;
}

/** The sphere for which the lights are set up. */
export function litSphere({ whole, face }) {
  const sphere = face.getBoundingSphere(new Sphere());
  const limit = whole.getBoundingSphere(new Sphere()).radius;
  sphere.radius = Math.max(Math.min(sphere.radius * 2.2, limit), 1e-4);
  return sphere;
}
