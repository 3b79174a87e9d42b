import { stringify } from "yaml";

/** Shows the tutorial to a person: what would be typed, and what would be seen. */
export interface Narrator {
  heading(text: string): void;
  /** A sentence between commands. */
  say(text: string): void;
  /** A command line as a person would type it. */
  command(text: string): void;
  /** `kubectl apply` of one manifest, typed into the terminal. */
  apply(manifest: object): void;
  output(text: string): void;
}

const BOLD = "\u001b[1m";
const DIM = "\u001b[2m";
const PLAIN = "\u001b[0m";

/** Prints through `write`; with `colors`, commands stand out. */
export function narratorTo(write: (text: string) => void, colors: boolean): Narrator {
  const styled = (style: string, text: string) => (colors ? `${style}${text}${PLAIN}` : text);
  const command = (text: string) => write(`\n${styled(BOLD, `$ ${text}`)}\n`);
  return {
    heading: (text) => write(`\n${styled(BOLD, `== ${text}`)}\n`),
    say: (text) => write(`\n${styled(DIM, `# ${text}`)}\n`),
    command,
    apply: (manifest) => command(`kubectl apply -f - << EOF\n${stringify(manifest)}EOF`),
    output: (text) => write(`${text.trimEnd()}\n`),
  };
}
