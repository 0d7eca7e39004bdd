// Takes pictures of pages: node pictures.mjs OUT [FILE NAME WIDTH light|dark]...
// WIDTH is in px, with "x HEIGHT" behind it to cut the page off there, or "print" for a PDF of the printed page. FILE#PART begins at a part of the page. CHROMIUM names the browser; /usr/bin/chromium unless told.

import { mkdtempSync, mkdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";

// The address of a file, at the part behind "#" where one is named.
const address = (file) => {
  const [path, part] = file.split("#");
  return pathToFileURL(resolve(path)).href + (part ? `#${part}` : "");
};

const [out, ...rest] = process.argv.slice(2);
mkdirSync(out, { recursive: true });
const profile = mkdtempSync(join(tmpdir(), "tithing-pictures-"));
try {
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    headless: true,
    args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
  });
  for (let i = 0; i + 3 < rest.length; i += 4) {
    const [file, name, size, colorScheme] = rest.slice(i, i + 4);
    const page = await context.newPage();
    if (size === "print") {
      await page.goto(address(file));
      await page.pdf({ path: join(out, `${name}.pdf`), preferCSSPageSize: true, printBackground: true });
      await page.close();
      continue;
    }
    const [width, height] = size.split("x").map(Number);
    await page.setViewportSize({ width, height: height || 900 });
    await page.emulateMedia({ colorScheme, media: "screen" });
    await page.goto(address(file));
    await page.screenshot({ path: join(out, `${name}.png`), fullPage: !height });
    await page.close();
  }
  await context.close();
} finally {
  rmSync(profile, { recursive: true, force: true });
}
