// Runs generated decoders, as `generated.py`. The test puts their list before this.

declare function require(name: string): any;
declare const console: { log(line: string): void };

type Decoder = (data: Uint8Array) => object;

function word(value: unknown): string {
  if (value === null) return "missing";
  return typeof value === "string" ? hexadecimal(value) : String(value);
}

function hexadecimal(text: string): string {
  return require("buffer").Buffer.from(text).toString("hex");
}

const lines: string[] = require("fs").readFileSync(0, "utf8").trimEnd().split("\n");
for (const line of lines) {
  const [number, bytes] = line.split(" ");
  const data = Uint8Array.from(bytes.match(/../g) ?? [], (byte) => parseInt(byte, 16));
  let words: string;
  try {
    const values = Object.entries(decoders[Number(number)](data));
    words = values.map(([name, value]) => `${name}=${word(value)}`).join(" ");
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    words = "refused";
  }
  console.log(words);
}
