// Plays the last animation of a glTF file in three.js and prints, as JSON, an array with one
// entry per time: { time, weights: { node: [...] }, rotations: { node: [x, y, z, w] } }.
//
//     node pose.mjs FILE.glb SECONDS,SECONDS,...

import { readFile } from "node:fs/promises";
import { AnimationMixer, LoopOnce } from "three";
import { GLTFLoader } from "three/addons/loaders/GLTFLoader.js";

// Globals of a browser that the loader needs. Textures cannot be decoded here and stay empty.
globalThis.self = globalThis;
globalThis.ProgressEvent ??= class extends Event {};
console.error = () => {};

const [file, times] = process.argv.slice(2);
const bytes = await readFile(file);
const buffer = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);
const gltf = await new GLTFLoader().parseAsync(buffer, "");
const mixer = new AnimationMixer(gltf.scene);
const action = mixer.clipAction(gltf.animations.at(-1));
action.setLoop(LoopOnce);
action.clampWhenFinished = true;
action.play();

function nodeOf(object) {
  const node = gltf.parser.associations.get(object)?.nodes;
  return node ?? (object.parent ? nodeOf(object.parent) : undefined);
}

const poses = times.split(",").map(Number).map((time) => {
  const pose = { time, weights: {}, rotations: {} };
  mixer.setTime(time);
  gltf.scene.traverse((object) => {
    const node = nodeOf(object);
    if (node === undefined) return;
    if (object.morphTargetInfluences) {
      (pose.weights[node] ??= []).push([...object.morphTargetInfluences]);
    }
    if (gltf.parser.associations.get(object)?.nodes === node) {
      pose.rotations[node] = object.quaternion.toArray();
    }
  });
  return pose;
});
console.log(JSON.stringify(poses));
