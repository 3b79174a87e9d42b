import { CREATING_SCENES } from "./creating-scenes.js";
import { CUSTOM_RESOURCE_SCENES } from "./custom-resource-scenes.js";
import { DEFINITION_SCENES } from "./definition-scenes.js";
import { READING_SCENES } from "./reading-scenes.js";
import type { Scene } from "./scene.js";
import { SETTINGS_SCENES } from "./settings-scenes.js";
import { WATCHING_SCENES } from "./watching-scenes.js";
import { WRITING_SCENES } from "./writing-scenes.js";

/** Everything people do with kubectl. It leaves nothing behind, and goes wrong in many ways on purpose. */
export const SCRIPT: readonly Scene[] = [
  ...CREATING_SCENES,
  ...READING_SCENES,
  ...SETTINGS_SCENES,
  ...WRITING_SCENES,
  ...CUSTOM_RESOURCE_SCENES,
  ...DEFINITION_SCENES,
  ...WATCHING_SCENES,
];
