// The 3D view: loads the GLB, animates it, and renders it from a named view or a free camera.

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

// In degrees; a portrait lens of about 85 mm on a full-frame camera.
const FIELD_OF_VIEW = 22;

// Direction from the face to the camera, the framed box, the framed size as a multiple of the box (a
// face is half a head), and how far above the centre the camera aims, as a share of the box's height.
const VIEWS = {
  front: { from: [0, 0.03, 1], box: 'face', margin: 2.45, raise: 0.2 },
  threequarter: { from: [0.62, 0.08, 0.79], box: 'face', margin: 2.45, raise: 0.2 },
  profile: { from: [1, 0.03, 0.02], box: 'face', margin: 2.45, raise: 0.2 },
  mouth: { from: [0, 0.02, 1], box: 'mouth', margin: 2, raise: 0 },
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

  /** Loads the character and the takes' animations. Several takes have the animations of the file in order. */
  async load(glb, takes) {
    const data = glb.buffer.slice(glb.byteOffset, glb.byteOffset + glb.byteLength);
    const gltf = await new GLTFLoader().parseAsync(data, '');
    this.root = gltf.scene;
    this.root.traverse((object) => {
      if (!object.isMesh) return;
      object.castShadow = object.receiveShadow = true;
      // The bounds at rest are not valid for an animated face.
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

  /** Selects the animation of another take. */
  choose(take) {
    const animation = this.animations?.[take];
    if (!animation) return;
    this.action?.stop();
    this.action = this.mixer.clipAction(animation);
    this.action.setLoop(LoopRepeat, Infinity).play();
    this.posedAt = undefined;
  }

  /** Poses the face at a time; before and after the animation, as at its start and end. */
  pose(seconds) {
    if (!this.action || seconds === this.posedAt) return;
    this.action.time = Math.max(0, Math.min(seconds, this.action.getClip().duration));
    this.mixer.update(0);
    this.posedAt = seconds;
    this.stale = true;
  }

  /** The drawn weights of the morph targets, per mesh, with the name of its node in the file. */
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

  // three.js creates a group for the parts of a mesh with several materials.
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
    const halfHeight = (view.margin * Math.max(size.y, across / this.camera.aspect)) / 2;
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

  /** Adapts the renderer to the canvas's size on the page. */
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

  /** Draws if anything has changed since the last drawing. */
  drawIfStale() {
    this.controls.update();
    if (this.stale) this.draw();
  }

  /** Disables shadows and high resolution, for a higher frame rate on slow machines. */
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

/** The animation that MetaFace wrote for the clip, otherwise one with its name, otherwise the last of a face. */
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
