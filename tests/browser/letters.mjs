// Takes the HTML part out of messages: node letters.mjs FOLDER MESSAGE.eml...
// It goes to FOLDER, under the message's name with .html behind it. A message without one is an error.

import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";

// The encoding of mail in which words are written.
function quotedPrintable(text) {
  const octets = text.replace(/=\r?\n/g, "").replace(/=([0-9A-F]{2})/g, (_, hex) => String.fromCharCode(parseInt(hex, 16)));
  return Buffer.from(octets, "latin1").toString("utf8");
}

// What a message says is there twice, as text and as HTML, between lines of one boundary. Attached pages stand outside.
function htmlPart(message) {
  const boundary = message.match(/multipart\/alternative;\s*boundary="([^"]+)"/)?.[1];
  const part = boundary && message.split(`--${boundary}`).find((p) => /^\s*Content-Type: text\/html/i.test(p));
  const [, head, body] = part?.match(/^\s*([^]*?)\r?\n\r?\n([^]*)$/) ?? [];
  return /quoted-printable/i.test(head) ? quotedPrintable(body.trimEnd()) : null;
}

const [folder, ...messages] = process.argv.slice(2);
mkdirSync(folder, { recursive: true });
for (const message of messages) {
  const html = htmlPart(readFileSync(message, "latin1"));
  if (html === null) throw new Error(`${message} has no HTML part`);
  writeFileSync(join(folder, `${basename(message, ".eml")}.html`), html);
}
if (messages.length === 0) throw new Error("no message given");
