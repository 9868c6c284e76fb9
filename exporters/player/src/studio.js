// Portrait lighting: a room of soft boxes for reflections, a key light, and a rim light that separates
// the face from the background.

import {
  BackSide,
  BoxGeometry,
  Color,
  DirectionalLight,
  Mesh,
  MeshBasicMaterial,
  PMREMGenerator,
  PlaneGeometry,
  Scene,
} from 'three';

// Size, position and radiance (linear, 1 is white paper) of the soft boxes.
const SOFT_BOXES = [
  { size: [5, 5], at: [-5, 4, 5], radiance: [9, 8.6, 8] },
  { size: [4, 6], at: [6, 2, 3], radiance: [2.6, 2.8, 3.2] },
  { size: [6, 3], at: [0, 7, 0], radiance: [4, 4, 4] },
  { size: [2, 6], at: [-6, 2, -5], radiance: [4, 4.4, 5] },
  { size: [2, 6], at: [6, 3, -5], radiance: [6, 6, 6.4] },
];

function studioRoom() {
  const room = new Scene();
  const shell = new MeshBasicMaterial({ color: new Color(0.16, 0.165, 0.175), side: BackSide });
  room.add(new Mesh(new BoxGeometry(20, 16, 20), shell));
  for (const { size, at, radiance } of SOFT_BOXES) {
    const box = new Mesh(new PlaneGeometry(...size), new MeshBasicMaterial());
    box.material.color.setRGB(...radiance);
    box.position.set(...at);
    box.lookAt(0, 0, 0);
    room.add(box);
  }
  return room;
}

/** Lights the scene. `aim` points key and rim light at a sphere; `shadowed` are the lights with shadows. */
export function lightStudio(scene, renderer) {
  const generator = new PMREMGenerator(renderer);
  scene.environment = generator.fromScene(studioRoom(), 0.035).texture;
  scene.environmentIntensity = 0.45;
  generator.dispose();

  const key = new DirectionalLight(0xfff1e2, 2);
  const rim = new DirectionalLight(0xdfe9ff, 1.8);
  for (const light of [key, rim]) {
    // Without shadows, the rim light would shine through the head into nose and mouth.
    light.castShadow = true;
    light.shadow.mapSize.setScalar(light === key ? 2048 : 1024);
    light.shadow.radius = 5;
    scene.add(light, light.target);
  }

  const aim = ({ center, radius }) => {
    key.target.position.copy(center);
    key.position.set(-0.62, 0.85, 1).multiplyScalar(radius * 3).add(center);
    rim.target.position.copy(center);
    rim.position.set(0.8, 0.7, -1).multiplyScalar(radius * 3).add(center);
    for (const { shadow } of [key, rim]) {
      const { camera } = shadow;
      camera.left = camera.bottom = -1.6 * radius;
      camera.right = camera.top = 1.6 * radius;
      camera.near = radius;
      camera.far = radius * 7;
      camera.updateProjectionMatrix();
      // Depth errors grow with the area of the shadow map.
      shadow.normalBias = radius * 0.016;
      shadow.bias = -0.0015;
    }
  };
  return { aim, shadowed: [key, rim] };
}
