// The face: loads the GLB, poses it at a time, draws it from a named view or a free camera.

import {
  ACESFilmicToneMapping,
  AnimationMixer,
  LoopRepeat,
  PCFShadowMap,
  PerspectiveCamera,
  Scene,
  Vector3,
  WebGLRenderer,
} from 'three';
import { OrbitControls } from 'three/addons/controls/OrbitControls.js';
import { GLTFLoader } from 'three/addons/loaders/GLTFLoader.js';

import { frameCharacter, litSphere, targetNames } from './framing.js';
import { lightStudio } from './studio.js';

// A portrait lens: about 85 mm on a full-frame camera.
const FIELD_OF_VIEW = 22;

// Direction from the face to the camera, the box that is framed, how many times its size is seen
// (a face is half a head), and how far above its middle the camera aims, as a share of its height.
const VIEWS = {
  front: { from: [0, 0.03, 1], box: 'face', air: 2.45, raise: 0.2 },
  threequarter: { from: [0.62, 0.08, 0.79], box: 'face', air: 2.45, raise: 0.2 },
  profile: { from: [1, 0.03, 0.02], box: 'face', air: 2.45, raise: 0.2 },
  mouth: { from: [0, 0.02, 1], box: 'mouth', air: 2, raise: 0 },
};

export class Stage {
  constructor(canvas) {
    this.canvas = canvas;
    this.renderer = new WebGLRenderer({ canvas, antialias: true, alpha: true });
    this.renderer.toneMapping = ACESFilmicToneMapping;
    this.renderer.toneMappingExposure = 0.86;
    this.renderer.shadowMap.enabled = true;
    this.renderer.shadowMap.type = PCFShadowMap;
    this.scene = new Scene();
    this.camera = new PerspectiveCamera(FIELD_OF_VIEW, 1, 0.01, 10);
    const { aim, shadowed } = lightStudio(this.scene, this.renderer);
    Object.assign(this, { aimLights: aim, shadowed, simple: false });
    this.controls = new OrbitControls(this.camera, canvas);
    this.controls.enableDamping = true;
    this.controls.dampingFactor = 0.12;
    this.controls.addEventListener('change', () => (this.stale = true));
    this.controls.addEventListener('start', () => this.#choose(null));
    this.viewChanged = () => {};
    this.stale = true;
  }

  /** Loads the character and finds the takes' animations: where there are several, those of the file in order. */
  async load(glb, takes) {
    const data = glb.buffer.slice(glb.byteOffset, glb.byteOffset + glb.byteLength);
    const gltf = await new GLTFLoader().parseAsync(data, '');
    this.root = gltf.scene;
    this.root.traverse((object) => {
      if (!object.isMesh) return;
      object.castShadow = object.receiveShadow = true;
      // The bounds at rest do not hold for a face that talks.
      object.frustumCulled = false;
    });
    this.nodes = new Map();
    for (const [object, origin] of gltf.parser.associations) {
      if (object?.isObject3D && origin?.nodes !== undefined) this.nodes.set(object, origin.nodes);
    }
    this.scene.add(this.root);
    this.mixer = new AnimationMixer(this.root);
    this.animations =
      takes.length > 1 ? gltf.animations : [chooseAnimation(gltf.animations, takes[0].name)];
    this.choose(0);
    this.boxes = frameCharacter(this.root);
    this.aimLights(litSphere(this.boxes));
    this.pose(0);
    this.setView('front');
  }

  /** Lets the face move as in another take. */
  choose(take) {
    const animation = this.animations?.[take];
    if (!animation) return;
    this.action?.stop();
    this.action = this.mixer.clipAction(animation);
    this.action.setLoop(LoopRepeat, Infinity).play();
    this.posedAt = undefined;
  }

  /** Poses the face as the animation has it at a time; before and after it, as at its ends. */
  pose(seconds) {
    if (!this.action || seconds === this.posedAt) return;
    this.action.time = Math.max(0, Math.min(seconds, this.action.getClip().duration));
    this.mixer.update(0);
    this.posedAt = seconds;
    this.stale = true;
  }

  /** The morph targets' weights as they are drawn: per drawn part, its node in the file. */
  weights() {
    const meshes = [];
    this.root?.traverse((mesh) => {
      if (!mesh.morphTargetInfluences) return;
      const names = targetNames(mesh);
      const weights = {};
      mesh.morphTargetInfluences.forEach((weight, t) => (weights[names[t] ?? t] = weight));
      meshes.push({ node: this.#nodeName(mesh), weights });
    });
    return meshes;
  }

  // three.js hangs the parts of a mesh with several materials under a group of its own.
  #nodeName(mesh) {
    let object = mesh;
    while (this.nodes.get(object) === undefined && object.parent) object = object.parent;
    return object.userData.name ?? '';
  }

  /** Frames the face from one of the named views. */
  setView(name) {
    const view = VIEWS[name];
    if (!view || !this.boxes) return false;
    const box = this.boxes[view.box];
    const center = box.getCenter(new Vector3());
    const size = box.getSize(new Vector3());
    center.y += view.raise * size.y;
    const across = Math.abs(view.from[2]) * size.x + Math.abs(view.from[0]) * size.z;
    const halfHeight = (view.air * Math.max(size.y, across / this.camera.aspect)) / 2;
    const tangent = Math.tan((FIELD_OF_VIEW / 2) * (Math.PI / 180));
    const distance = Math.max(halfHeight / tangent + size.z / 2, 1e-4);
    this.camera.position.set(...view.from).normalize().multiplyScalar(distance).add(center);
    const reach = this.boxes.whole.getSize(new Vector3()).length();
    this.camera.near = distance / 50;
    this.camera.far = distance * 4 + reach * 2;
    this.camera.updateProjectionMatrix();
    this.controls.target.copy(center);
    this.controls.minDistance = distance / 8;
    this.controls.maxDistance = distance * 4 + reach;
    this.controls.update();
    this.#choose(name);
    this.stale = true;
    return true;
  }

  #choose(view) {
    if (view === this.view) return;
    this.view = view;
    this.viewChanged(view);
  }

  /** Matches the drawing to the canvas's size on the page. */
  resize() {
    const { clientWidth: width, clientHeight: height } = this.canvas;
    if (!width || !height) return;
    this.renderer.setPixelRatio(this.simple ? 1 : Math.min(window.devicePixelRatio, 2));
    this.renderer.setSize(width, height, false);
    this.camera.aspect = width / height;
    this.camera.updateProjectionMatrix();
    if (this.view) this.setView(this.view);
    this.draw();
  }

  /** Draws, if anything has changed since the last time. */
  drawIfStale() {
    this.controls.update();
    if (this.stale) this.draw();
  }

  /** Gives up shadows and fine pixels, so that a slow machine shows more frames of the face. */
  simplify() {
    if (this.simple) return;
    this.simple = true;
    for (const light of this.shadowed) light.castShadow = false;
    this.resize();
  }

  draw() {
    this.stale = false;
    this.renderer.render(this.scene, this.camera);
  }
}

/** MetaFace's own animation of the clip; failing that, one of its name, or the last of a face. */
function chooseAnimation(animations, clipName) {
  const ours = ({ userData }) => userData.metaface?.clip === clipName;
  const named = ({ name }) => name === clipName;
  const movesFace = ({ tracks }) =>
    tracks.some((track) => track.name.endsWith('.morphTargetInfluences'));
  return (
    animations.findLast(ours) ??
    animations.findLast((animation) => named(animation) && movesFace(animation)) ??
    animations.findLast(movesFace) ??
    animations.at(-1)
  );
}
