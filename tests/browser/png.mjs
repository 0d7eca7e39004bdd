// Looks at a picture as far as a program needs to: is there anything in it, and is it light or dark.

import { readFileSync } from "node:fs";
import { inflateSync } from "node:zlib";

const SIGNATURE = "89504e470d0a1a0a";
// Octets a pixel, by the kind of colour that the header names; with a palette a pixel is a number, not a colour.
const OCTETS = { 0: 1, 2: 3, 4: 2, 6: 4 };
// A picture of one colour has two different rows at most: the first, and what repeats it.
const ENOUGH = 24;

function chunks(file) {
  const found = [];
  for (let at = SIGNATURE.length / 2; at < file.length; ) {
    const length = file.readUInt32BE(at);
    found.push({ kind: file.toString("latin1", at + 4, at + 8), data: file.subarray(at + 8, at + 8 + length) });
    at += length + 12;
  }
  return found;
}

// `corner` is the brightness of the first pixel, 0 to 255: no filter of PNG changes that one.
export function look(path) {
  const file = readFileSync(path);
  if (file.toString("hex", 0, SIGNATURE.length / 2) !== SIGNATURE) throw new Error(`${path} is no PNG`);
  const all = chunks(file);
  const head = all.find((c) => c.kind === "IHDR").data;
  const octets = OCTETS[head[9]];
  if (head[8] !== 8 || !octets) throw new Error(`${path}: a PNG of a kind that is not read here`);
  const pixels = inflateSync(Buffer.concat(all.filter((c) => c.kind === "IDAT").map((c) => c.data)));
  const row = 1 + head.readUInt32BE(0) * octets;
  const rows = new Set();
  for (let at = 0; at < pixels.length && rows.size < ENOUGH; at += row) rows.add(pixels.toString("latin1", at, at + row));
  const corner = octets < 3 ? pixels[1] : Math.round((pixels[1] + pixels[2] + pixels[3]) / 3);
  return { corner, blank: rows.size < ENOUGH };
}
