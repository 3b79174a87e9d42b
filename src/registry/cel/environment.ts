import { Environment } from "@marcbachmann/cel-js";
import { registerFormatFunctions } from "./format-functions.js";
import { registerListFunctions } from "./list-functions.js";
import { registerNetworkFunctions } from "./network-functions.js";
import { registerPresence } from "./presence-macro.js";
import { registerQuantityFunctions } from "./quantity-functions.js";
import { registerSemverFunctions } from "./semver-functions.js";
import { registerStringFunctions } from "./string-functions.js";
import { registerUrlFunctions } from "./url-functions.js";

let base: Environment | undefined;

/** An engine with the functions that rules may use, to which types and variables can be added. */
export function ruleEnvironment(): Environment {
  base ??= withFunctions(
    new Environment({ enableOptionalTypes: true, homogeneousAggregateLiterals: true }),
  );
  return base.clone();
}

function withFunctions(environment: Environment): Environment {
  registerPresence(environment);
  registerStringFunctions(environment);
  registerListFunctions(environment);
  registerQuantityFunctions(environment);
  registerNetworkFunctions(environment);
  registerUrlFunctions(environment);
  registerFormatFunctions(environment);
  registerSemverFunctions(environment);
  return environment;
}

/** The names of all functions that rules may use here. */
export function knownFunctions(environment: Environment): ReadonlySet<string> {
  return new Set(environment.getDefinitions().functions.map(({ name }) => name));
}
