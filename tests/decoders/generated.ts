// Runs generated decoders, as `generated.py`. The test puts their modules before this.

declare function require(name: string): any;
declare const console: { log(line: string): void };

interface Item {
  decode(data: Uint8Array): unknown;
}

function hexadecimal(bytes: Uint8Array): string {
  return "0x" + Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function plain(_name: string, value: unknown): unknown {
  if (value instanceof Uint8Array) return hexadecimal(value);
  return typeof value === "number" || typeof value === "bigint" ? String(value) : value;
}

const lines: string[] = require("fs").readFileSync(0, "utf8").trimEnd().split("\n");
for (const line of lines) {
  const [number, item, bytes] = line.split(" ");
  const data = Uint8Array.from((bytes ?? "").match(/../g) ?? [], (byte) => parseInt(byte, 16));
  const decoders = modules[Number(number)] as Record<string, Item>;
  try {
    console.log(JSON.stringify(decoders[item].decode(data), plain));
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    console.log("refused");
  }
}
