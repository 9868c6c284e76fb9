// The part of render.mjs that runs in the browser: lights, camera and poses.

import * as THREE from 'three';
import { GLTFLoader } from 'three/addons/loaders/GLTFLoader.js';
import { RoomEnvironment } from 'three/addons/environments/RoomEnvironment.js';

// Azimuth and elevation of the camera, degrees; positive azimuth shows the character's left.
const VIEWS = {
  front: [0, 2], 'three-quarter': [32, 5], 'three-quarter-right': [-32, 5], side: [90, 2],
  'side-right': [-90, 2], back: [180, 5], above: [25, 40], below: [15, -30], hero: [24, 3],
};

function studio(scene) {
  const key = new THREE.DirectionalLight(0xfff0e0, 2.3);
  key.position.set(0.55, 0.75, 0.95);
  key.castShadow = true;
  key.shadow.mapSize.set(2048, 2048);
  Object.assign(key.shadow.camera, { left: -0.3, right: 0.3, top: 0.3, bottom: -0.3, near: 0.1, far: 3 });
  key.shadow.bias = -0.0004;
  key.shadow.normalBias = 0.0012;
  key.shadow.radius = 6;
  const fill = new THREE.DirectionalLight(0xcfe0ff, 0.55);
  fill.position.set(-1, 0.15, 0.7);
  const rim = new THREE.DirectionalLight(0xffffff, 2.2);
  rim.position.set(-0.7, 0.8, -1);
  const kick = new THREE.DirectionalLight(0xffe2c8, 1.0);
  kick.position.set(1, 0.3, -0.9);
  scene.add(key, key.target, fill, rim, kick);
}

function backdrop() {
  const canvas = document.createElement('canvas');
  canvas.width = canvas.height = 256;
  const context = canvas.getContext('2d');
  const gradient = context.createRadialGradient(128, 110, 10, 128, 128, 190);
  gradient.addColorStop(0, '#b9c3c9');
  gradient.addColorStop(0.6, '#8d9aa3');
  gradient.addColorStop(1, '#5f6c76');
  context.fillStyle = gradient;
  context.fillRect(0, 0, 256, 256);
  const texture = new THREE.CanvasTexture(canvas);
  texture.colorSpace = THREE.SRGBColorSpace;
  return texture;
}

function pose(root, mixer, animations, spec, rest) {
  root.traverse((object) => {
    if (rest.has(object)) object.quaternion.copy(rest.get(object));
    if (!object.morphTargetDictionary) return;
    object.morphTargetInfluences.fill(0);
    for (const [name, weight] of Object.entries(spec.weights ?? {})) {
      const index = object.morphTargetDictionary[name];
      if (index !== undefined) object.morphTargetInfluences[index] = weight;
    }
  });
  if (spec.clip !== undefined && animations[spec.clip]) {
    mixer.stopAllAction();
    mixer.clipAction(animations[spec.clip]).play();
    mixer.setTime(spec.time ?? 0);
  }
  for (const [name, angles] of Object.entries(spec.joints ?? {})) {
    const joint = root.getObjectByName(name);
    const turn = new THREE.Euler(...angles.map((a) => -THREE.MathUtils.degToRad(a)).map((a, i) => (i === 0 ? a : -a)), 'YXZ');
    joint?.quaternion.multiply(new THREE.Quaternion().setFromEuler(turn));
  }
}

// mouthClose and tongueOut are shown with an open jaw.
function shapePose(name) {
  const jaw = { mouthClose: 1, tongueOut: 0.6 }[name];
  return jaw ? { label: `jawOpen + ${name}`, weights: { jawOpen: jaw, [name]: 1 } } : { label: name, weights: { [name]: 1 } };
}

export async function draw(base64, poses, settings) {
  const bytes = Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
  const gltf = await new Promise((done, failed) => new GLTFLoader().parse(bytes.buffer, '', done, failed));
  const size = settings.size;
  const renderer = new THREE.WebGLRenderer({ antialias: true, preserveDrawingBuffer: true });
  renderer.setSize(size, size);
  renderer.toneMapping = THREE.ACESFilmicToneMapping;
  renderer.toneMappingExposure = 0.9;
  renderer.shadowMap.enabled = true;
  renderer.shadowMap.type = THREE.PCFShadowMap;
  const scene = new THREE.Scene();
  scene.background = settings.flat ? new THREE.Color(0xa9b4bb) : backdrop();
  scene.environment = new THREE.PMREMGenerator(renderer).fromScene(new RoomEnvironment(), 0.04).texture;
  scene.environmentIntensity = 0.3;
  studio(scene);
  scene.add(gltf.scene);
  const names = [];
  const rest = new Map();
  gltf.scene.traverse((object) => {
    rest.set(object, object.quaternion.clone());
    for (const name of Object.keys(object.morphTargetDictionary ?? {})) if (!names.includes(name)) names.push(name);
    if (!object.isMesh) return;
    object.frustumCulled = false;
    object.castShadow = !object.material.transparent;
    object.receiveShadow = true;
    if (settings.plain) object.material = new THREE.MeshStandardMaterial({ color: 0x9aa4ad, roughness: 0.6, side: object.material.side });
    if (settings.wire) object.material.wireframe = true;
  });
  if (poses === 'shapes') poses = names.map(shapePose);
  poses = poses.map((spec) => ({ ...settings.common, ...spec }));

  const box = new THREE.Box3().setFromObject(gltf.scene);
  const head = gltf.scene.getObjectByName('Head');
  const middle = new THREE.Vector3();
  let height = box.max.y - box.min.y;
  if (head) {
    // Frames the head and the neck.
    const top = box.max.y;
    const neck = new THREE.Vector3();
    head.getWorldPosition(neck);
    height = (top - neck.y) * 1.55;
    middle.set(0, top - height * 0.47, 0.01);
  } else box.getCenter(middle);

  const columns = Math.min(settings.columns, poses.length);
  const rows = Math.ceil(poses.length / columns);
  const label = poses.some((spec) => spec.label) ? Math.max(14, Math.round(size / 11)) : 0;
  const sheet = document.createElement('canvas');
  sheet.width = columns * size;
  sheet.height = rows * (size + label);
  const context = sheet.getContext('2d');
  context.fillStyle = '#f4f5f6';
  context.fillRect(0, 0, sheet.width, sheet.height);
  const camera = new THREE.PerspectiveCamera(20, 1, 0.01, 20);
  const mixer = new THREE.AnimationMixer(gltf.scene);
  for (const [i, spec] of poses.entries()) {
    pose(gltf.scene, mixer, gltf.animations, spec, rest);
    const [azimuth, elevation] = (Array.isArray(spec.view) ? spec.view : VIEWS[spec.view ?? 'front'] ?? VIEWS.front).map((a) => (a * Math.PI) / 180);
    const target = spec.at ? new THREE.Vector3(...spec.at) : middle;
    const distance = height / (2 * Math.tan((camera.fov * Math.PI) / 360)) / (spec.zoom ?? 1);
    camera.position.set(Math.sin(azimuth) * Math.cos(elevation), Math.sin(elevation), Math.cos(azimuth) * Math.cos(elevation)).multiplyScalar(distance).add(target);
    camera.lookAt(target);
    renderer.render(scene, camera);
    const x = (i % columns) * size;
    const y = Math.floor(i / columns) * (size + label);
    context.drawImage(renderer.domElement, x, y);
    if (spec.label) {
      context.fillStyle = '#222a30';
      context.font = `${Math.round(label * 0.62)}px sans-serif`;
      context.textAlign = 'center';
      context.textBaseline = 'middle';
      context.fillText(spec.label, x + size / 2, y + size + label / 2, size - 4);
    }
  }
  return sheet.toDataURL('image/png');
}
