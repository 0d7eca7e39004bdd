// Loads every page below the given folders in Chromium and holds it to what a public body must publish.
//
//   node check.mjs [--shots FOLDER] PATH...
//
// PATH is a page, or a folder in which the pages of every document are sought: summary, index, annex, evidence sheet, schedule and page of a
// holder, case file, case notice, security notice, pack. --shots writes pictures (desktop, phone, dark) and the printed page there. CHROMIUM names the browser; /usr/bin/chromium unless told. Exit code 1 on any failure.

import { mkdtempSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { basename, dirname, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];
const DESKTOP = { width: 1280, height: 900 };
const PHONE = { width: 320, height: 640 };
// What A4 leaves between its margins (210 - 2 x 15 mm), in px.
const PAPER = { width: 680, height: 1000 };
const PAGES = ["summary.html", "summary.cy.html", "annex.html", "evidence.html", "index.html", "case.html", "notice.html"];
// A schedule or a holder's page of it, and a security notice.
const DATED = /^(schedule(-.*)?|\d{4}-\d{2}-\d{2})\.html$/;
const NAMES_FOR = { desktop: DESKTOP, phone: PHONE };

function pagesBelow(path) {
  if (statSync(path).isFile()) return [path];
  const found = [];
  for (const entry of readdirSync(path, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const inner = join(path, entry.name);
    if (entry.isDirectory()) found.push(...pagesBelow(inner));
    else if (PAGES.includes(entry.name) || DATED.test(entry.name)) found.push(inner);
  }
  return found;
}

function readArguments(argv) {
  const paths = [];
  let shots = null;
  for (let i = 0; i < argv.length; i += 1) {
    if (argv[i] === "--shots") {
      shots = argv[i + 1];
      i += 1;
    } else {
      paths.push(argv[i]);
    }
  }
  if (paths.length === 0 || shots === undefined) {
    console.error("usage: node check.mjs [--shots FOLDER] PATH...");
    process.exit(1);
  }
  return { paths: paths.map((p) => resolve(p)), shots: shots && resolve(shots) };
}

let passed = 0;
let failed = 0;

function assert(ok, where, what, detail = "") {
  if (ok) {
    passed += 1;
  } else {
    failed += 1;
    console.error(`FAIL ${where}: ${what}${detail ? `\n  ${detail}` : ""}`);
  }
}

async function axe(page, where) {
  await page.evaluate(AXE);
  const results = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ["violations"] }));
  const lines = results.violations.map(
    (v) => `${v.id} (${v.impact}): ${v.help}: ${v.nodes.map((n) => n.target.join(" ")).slice(0, 4).join(" | ")}`,
  );
  assert(lines.length === 0, where, "axe-core finds no violation", lines.join("\n  "));
}

// What does not depend on the size of the screen.
async function structure(page, where) {
  const facts = await page.evaluate(() => ({
    lang: document.documentElement.lang,
    title: document.title,
    scripts: document.scripts.length,
    h1: document.querySelectorAll("h1").length,
    mains: document.querySelectorAll("main").length,
    blank: [...document.querySelectorAll("th, td")].filter((c) => c.textContent.trim() === "").length,
    merged: document.querySelectorAll("[colspan], [rowspan]").length,
    captions: [...document.querySelectorAll("table")].filter((t) => t.caption === null).length,
    scopes: document.querySelectorAll("th:not([scope])").length,
    broken: [...document.querySelectorAll('a[href^="#"]')].filter((a) => !document.getElementById(a.hash.slice(1))).length,
    bars: [...document.querySelectorAll("svg rect[data-cell]")].filter(
      (r) => Number(r.getAttribute("width")) > r.ownerSVGElement.viewBox.baseVal.width,
    ).length,
    size: parseFloat(getComputedStyle(document.body).fontSize),
  }));
  const lang = where.includes("summary.cy") ? "cy" : "en-GB";
  assert(facts.lang === lang, where, `the language is ${lang}`, facts.lang);
  assert(facts.title.length > 0, where, "there is a title");
  assert(facts.scripts === 0, where, "there is no script", `${facts.scripts}`);
  assert(facts.h1 === 1 && facts.mains === 1, where, "one h1 and one main", `${facts.h1}, ${facts.mains}`);
  assert(facts.blank === 0 && facts.merged === 0, where, "no blank and no merged cell", `${facts.blank}, ${facts.merged}`);
  assert(facts.captions === 0 && facts.scopes === 0, where, "every table has a caption, every heading a scope");
  assert(facts.broken === 0, where, "every link inside the page has its target");
  assert(facts.bars === 0, where, "no bar is longer than its scale");
  assert(facts.size >= 16, where, "text is at least 12 pt", `${facts.size} px`);
}

async function keyboard(page, where) {
  await page.evaluate(() => document.activeElement?.blur());
  await page.keyboard.press("Tab");
  const first = await page.evaluate(() => document.activeElement?.getAttribute("href"));
  assert(first === "#main", where, "the first stop of the Tab key skips to the report", `${first}`);
  const missed = await page.evaluate(
    () => [...document.querySelectorAll(".scroll")].filter((r) => r.tabIndex !== 0 || !r.hasAttribute("aria-labelledby")).length,
  );
  assert(missed === 0, where, "every region that scrolls can be reached and has a name");
}

async function reflow(page, where) {
  const over = await page.evaluate(() => {
    // What is folded away has no width of its own until it is opened.
    document.querySelectorAll("details").forEach((d) => { d.open = true; });
    const width = document.documentElement.clientWidth;
    const out = (e) => e.getBoundingClientRect().right > width + 1 && !e.closest(".scroll, .skip");
    const wide = [...document.querySelectorAll("body *")].filter(out).slice(0, 3);
    const texts = [...document.querySelectorAll("svg g")].filter((g) => {
      const label = g.querySelector("text.label:last-of-type") ?? [...g.querySelectorAll("text.label")].at(-1);
      const value = g.querySelector("text.value");
      return label && value && label.getBoundingClientRect().right > value.getBoundingClientRect().left;
    });
    return {
      scroll: document.documentElement.scrollWidth - width,
      wide: wide.map((e) => `${e.tagName}.${e.className.baseVal ?? e.className}`),
      overlaps: texts.length,
    };
  });
  assert(over.scroll <= 0 && over.wide.length === 0, where, "nothing overflows", `${over.scroll} px; ${over.wide.join(", ")}`);
  assert(over.overlaps === 0, where, "no label of the chart runs into its figure", `${over.overlaps}`);
}

// On a phone some tables are laid out as lists. To a screen reader they are the same tables still, and nothing of them is off the screen.
async function lists(page, where) {
  const found = await page.evaluate(() => {
    const parts = [...document.querySelectorAll("table, thead, tbody, tr, th, td")];
    return {
      bare: parts.filter((e) => !getComputedStyle(e).display.startsWith("table") && !e.hasAttribute("role")).length,
      wide: [...document.querySelectorAll(".stack")].filter((s) => s.scrollWidth > s.clientWidth).length,
      headless: document.querySelectorAll(".stack td:not([data-head])").length,
      rows: document.querySelectorAll(".stack tr").length,
      cells: document.querySelectorAll(".stack td").length,
      heads: document.querySelectorAll(".stack th").length,
    };
  });
  assert(found.bare === 0, where, "what is not laid out as a table says what it is", `${found.bare}`);
  assert(found.wide === 0 && found.headless === 0, where, "a list fits, and its cells have names", `${found.wide}, ${found.headless}`);
  if (found.rows === 0) return;
  const session = await page.context().newCDPSession(page);
  const { nodes } = await session.send("Accessibility.getFullAXTree");
  await session.detach();
  const within = new Map(nodes.map((n) => [n.nodeId, n.parentId]));
  const roles = new Map(nodes.map((n) => [n.nodeId, n.ignored ? "" : n.role?.value]));
  const inTable = (n) => {
    for (let id = n.parentId; id; id = within.get(id)) if (roles.get(id) === "table") return true;
    return false;
  };
  const count = (...words) => nodes.filter((n) => words.includes(roles.get(n.nodeId)) && inTable(n)).length;
  const said = `${count("row")} rows, ${count("cell", "gridcell")} cells, ${count("rowheader", "columnheader")} headings`;
  assert(
    count("row") >= found.rows && count("cell", "gridcell") >= found.cells && count("rowheader", "columnheader") >= found.heads,
    where,
    "a screen reader meets every row, cell and heading of a list",
    `${said}; the page has ${found.rows}, ${found.cells} and ${found.heads}`,
  );
}

// Paper cannot be scrolled.
async function paper(page, where) {
  const cut = await page.evaluate(() =>
    [...document.querySelectorAll(".stack")].filter((s) => s.scrollWidth > s.clientWidth + 1).map((s) => `${s.getAttribute("aria-labelledby")}: ${s.scrollWidth} px`),
  );
  assert(cut.length === 0, where, "no table is cut off at the edge of the paper", cut.join(", "));
}

async function checkPage(context, file, shots) {
  const one = basename(file) === "summary.html" ? "" : basename(file, ".html");
  const name = join(basename(dirname(dirname(file))), basename(dirname(file)), one);
  const page = await context.newPage();
  const troubles = [];
  const requests = [];
  page.on("console", (m) => ["error", "warning"].includes(m.type()) && troubles.push(m.text()));
  page.on("pageerror", (e) => troubles.push(String(e)));
  page.on("request", (r) => r.url().startsWith("file:") || r.url().startsWith("data:") || requests.push(r.url()));
  const target = shots && join(shots, name.replaceAll(/[\\/]/g, "_"));
  for (const [size, viewport] of Object.entries(NAMES_FOR)) {
    for (const colorScheme of ["light", "dark"]) {
      const where = `${name} (${size}, ${colorScheme})`;
      await page.setViewportSize(viewport);
      await page.emulateMedia({ colorScheme, media: "screen" });
      await page.goto(pathToFileURL(file).href);
      if (target) await page.screenshot({ path: `${target}-${size}-${colorScheme}.png`, fullPage: true });
      await axe(page, where);
      await reflow(page, where);
      if (size === "phone" && colorScheme === "light") await lists(page, where);
      if (size === "desktop" && colorScheme === "light") {
        await structure(page, where);
        await keyboard(page, where);
      }
    }
  }
  await page.setViewportSize(PAPER);
  await page.emulateMedia({ colorScheme: "dark", media: "print" });
  const color = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  assert(color === "rgb(255, 255, 255)", `${name} (print)`, "paper is white in dark mode too", color);
  await paper(page, `${name} (print)`);
  if (target) await page.setViewportSize(DESKTOP);
  if (target) await page.pdf({ path: `${target}-print.pdf`, preferCSSPageSize: true, printBackground: true });
  assert(troubles.length === 0, name, "the console is silent", troubles.join("\n  "));
  assert(requests.length === 0, name, "nothing is asked of the network", requests.join("\n  "));
  await page.close();
}

const { paths, shots } = readArguments(process.argv.slice(2));
if (shots) mkdirSync(shots, { recursive: true });
const files = paths.flatMap(pagesBelow);
assert(files.length > 0, paths.join(" "), "there is at least one page");
const profile = mkdtempSync(join(tmpdir(), "tithing-browser-"));
try {
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    headless: true,
    args: FLAGS,
  });
  for (const file of files) await checkPage(context, file, shots);
  await context.close();
} finally {
  rmSync(profile, { recursive: true, force: true });
}
console.log(`${files.length} pages in light and dark, on a desk, a phone and paper`);
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;
