// Loads every page below the given folders in Chromium and holds it to what a public body must publish.
//
//   node check.mjs [--every-kind] [--shots FOLDER] PATH...
//
// PATH is a page, or a folder in which every .html is a page. A page of a kind that KINDS does not know fails, as nothing says yet what it
// must keep to. --every-kind: each kind, and each part of PARTS, must be among the pages. --shots puts pictures of each page in FOLDER:
// desktop, phone, dark, and the printed page as PDF and its first sheet. CHROMIUM names the browser;
// /usr/bin/chromium unless told. Exit code 1 on any failure.

import { spawnSync } from "node:child_process";
import { mkdtempSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join, relative, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";
import { look } from "./png.mjs";
import { skip, unfold, walk } from "./walk.mjs";

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
// Kinds of page by where they are; ".cy" before ".html" is the same in Welsh.
const KINDS = {
  summary: /\/\d{4}-\d{2}\/summary\.html$/,
  schedule: /\/\d{4}-\d{2}\/schedule\.html$/,
  holder: /\/holders\/schedule-[^/]+\.html$/,
  months: /\/reports\/[^/]+\/index\.html$/,
  provider: /\/reports\/index\.html$/,
  annex: /\/notice\/annex\.html$/,
  evidence: /\/notice\/evidence\.html$/,
  security: /\/security\/\d{4}-\d{2}-\d{2}\.html$/,
  case: /\/cases\/\d+\/case\.html$/,
  "case notice": /\/cases\/\d+\/notice\.html$/,
  pack: /\/packs\/[^/]+\/index\.html$/,
  letter: /\/letters\/[^/]+\.html$/,
};
const WELSH = /\.cy(?=\.html$)/;
// What some page must have, told from the facts of `structure`.
const PARTS = {
  "a summary in Welsh": (p) => p.kind === "summary" && p.lang === "cy",
  "a trend of the links over two months": (p) => p.trendOfLinks >= 2,
  "a trend of the kinds of site over two months": (p) => p.trendOfUse >= 2,
  "a bundle's table and chart": (p) => p.cycles > 0 && p.bundles > 0,
  "a letter with the summary's table": (p) => p.kind === "letter" && p.tables > 0,
  "something folded": (p) => p.folded > 0,
};
// A picture of any page is at least so much brighter by day than by night, of 255.
const DAY = 100;
// Pages that are looked at side by side.
const LANES = 2;
const PDFTOPPM = spawnSync("pdftoppm", ["-v"]).status === 0;

function pagesBelow(path) {
  if (statSync(path).isFile()) return [path];
  return readdirSync(path, { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const inner = join(path, entry.name);
      if (entry.isDirectory()) return pagesBelow(inner);
      return entry.name.endsWith(".html") ? [inner] : [];
    });
}

function kindOf(file) {
  const english = file.replace(WELSH, "");
  return Object.keys(KINDS).find((kind) => KINDS[kind].test(english));
}

// The folder that all of the pages share.
function shared(files) {
  const parts = files.map((f) => dirname(f).split("/"));
  const same = parts[0].findIndex((part, i) => parts.some((other) => other[i] !== part));
  return parts[0].slice(0, same < 0 ? undefined : same).join("/") || "/";
}

function readArguments(argv) {
  const paths = [];
  let shots = null;
  let everyKind = false;
  for (let i = 0; i < argv.length; i += 1) {
    if (argv[i] === "--shots") {
      shots = argv[i + 1];
      i += 1;
    } else if (argv[i] === "--every-kind") {
      everyKind = true;
    } else {
      paths.push(argv[i]);
    }
  }
  if (paths.length === 0 || shots === undefined) {
    console.error("usage: node check.mjs [--every-kind] [--shots FOLDER] PATH...");
    process.exit(1);
  }
  return { paths: paths.map((p) => resolve(p)), shots: shots && resolve(shots), everyKind };
}

let passed = 0;
let failed = 0;
let stops = 0;

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

// What does not depend on the size of the screen. Returns what the page has.
async function structure(page, where, lang) {
  const facts = await page.evaluate(() => {
    const count = (selector) => document.querySelectorAll(selector).length;
    return {
      lang: document.documentElement.lang,
      title: document.title,
      scripts: document.scripts.length,
      h1: count("h1"),
      mains: count("main"),
      blank: [...document.querySelectorAll("th, td")].filter((c) => c.textContent.trim() === "").length,
      merged: count("[colspan], [rowspan]"),
      captions: [...document.querySelectorAll("table")].filter((t) => t.caption === null).length,
      scopes: count("th:not([scope])"),
      broken: [...document.querySelectorAll('a[href^="#"]')].filter((a) => !document.getElementById(a.hash.slice(1))).length,
      bars: [...document.querySelectorAll("svg rect[data-cell]")].filter(
        (r) => Number(r.getAttribute("width")) > r.ownerSVGElement.viewBox.baseVal.width,
      ).length,
      size: parseFloat(getComputedStyle(document.body).fontSize),
      nameless: [...document.querySelectorAll(".scroll")].filter((r) => r.tabIndex !== 0 || !r.hasAttribute("aria-labelledby")).length,
      tables: count("table"),
      folded: count("details"),
      trendOfLinks: count("#d-trend ~ * #table-trend-links tbody tr"),
      trendOfUse: count("#d-trend ~ * #table-trend-use tbody tr:first-child td"),
      cycles: count("#d-bundles ~ * #table-cycles tbody tr"),
      bundles: count('svg[aria-labelledby~="chart-bundle-title"] rect.bar'),
    };
  });
  assert(facts.lang === lang, where, `the language is ${lang}`, facts.lang);
  assert(facts.title.length > 0, where, "there is a title");
  assert(facts.scripts === 0, where, "there is no script", `${facts.scripts}`);
  assert(facts.h1 === 1 && facts.mains === 1, where, "one h1 and one main", `${facts.h1}, ${facts.mains}`);
  assert(facts.blank === 0 && facts.merged === 0, where, "no blank and no merged cell", `${facts.blank}, ${facts.merged}`);
  assert(facts.captions === 0 && facts.scopes === 0, where, "every table has a caption, every heading a scope");
  assert(facts.broken === 0, where, "every link inside the page has its target");
  assert(facts.bars === 0, where, "no bar is longer than its scale");
  assert(facts.size >= 16, where, "text is at least 12 pt", `${facts.size} px`);
  assert(facts.nameless === 0, where, "every region that scrolls can be reached and has a name");
  return facts;
}

async function reflow(page, where) {
  const over = await page.evaluate(() => {
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
    [...document.querySelectorAll(".stack")]
      .filter((s) => s.scrollWidth > s.clientWidth + 1)
      .map((s) => `${s.getAttribute("aria-labelledby")}: ${s.scrollWidth} px`),
  );
  assert(cut.length === 0, where, "no table is cut off at the edge of the paper", cut.join(", "));
}

// A summary on paper: what a clerk must not miss stands on the first sheet, and what is before the detail on one leaf.
async function leaf(page, path, where) {
  const wanted = await page.evaluate(() => ({
    first: [...document.querySelectorAll("#next, .ask dt, #use")].map((e) => e.textContent),
    leaf: [...document.querySelectorAll("main > section h2:not(#facts), main > .pair h2")].map((e) => e.textContent),
  }));
  const until = (sheet) => spawnSync("pdftotext", ["-l", `${sheet}`, path, "-"], { encoding: "utf8" }).stdout.replace(/\s+/g, " ");
  const lacking = (texts, paper) => texts.filter((t) => !paper.includes(t)).join(", ");
  assert(wanted.first.length >= 2 && lacking(wanted.first, until(1)) === "", where, "what to do stands on the first sheet", lacking(wanted.first, until(1)));
  assert(lacking(wanted.leaf, until(2)) === "", where, "page one is one leaf", lacking(wanted.leaf, until(2)));
}

// Pictures of a page. `take` makes one of the screen; `check` holds them to what a picture must show.
function album(page, target, where) {
  const taken = {};
  const keep = (name, path) => {
    taken[name] = { path, ...look(path) };
    assert(!taken[name].blank, `${where} (${name})`, "the picture is not blank", path);
  };
  return {
    async take(name) {
      const path = `${target}-${name}.png`;
      await page.screenshot({ path, fullPage: true });
      keep(name, path);
    },
    async print() {
      const path = `${target}-print.pdf`;
      await page.pdf({ path, preferCSSPageSize: true, printBackground: true });
      assert(statSync(path).size > 1000, `${where} (print)`, "the printed page is not empty", path);
      if (/\/summary(\.\w+)?\.html$/.test(page.url())) await leaf(page, path, `${where} (print)`);
      const done = spawnSync("pdftoppm", ["-r", "60", "-png", "-f", "1", "-l", "1", "-singlefile", path, `${target}-print`]);
      assert(done.status === 0, `${where} (print)`, "pdftoppm draws the printed page", `${done.stderr}`);
      if (done.status === 0) keep("print", `${target}-print.png`);
    },
    check() {
      const { desktop, dark, print } = taken;
      assert(desktop.corner - dark.corner >= DAY, where, "dark is darker than light", `${dark.corner}, ${desktop.corner}`);
      if (print) assert(print.corner === 255, where, "the printed page is white", `${print.corner}`);
    },
  };
}

// Loads the page anew: nothing of it is open, and nothing has the focus.
async function load(page, file, viewport, colorScheme) {
  await page.setViewportSize(viewport);
  await page.emulateMedia({ colorScheme, media: "screen", reducedMotion: "reduce" });
  await page.goto(pathToFileURL(file).href);
}

async function openAll(page) {
  await page.evaluate(() => document.querySelectorAll("details").forEach((d) => { d.open = true; }));
}

// On a desk: as the page is loaded, what is folded stays folded.
async function desk(page, file, name, { kind, lang }, pictures) {
  const where = `${name} (desktop, light)`;
  await load(page, file, DESKTOP, "light");
  await pictures?.take("desktop");
  await axe(page, where);
  const facts = await structure(page, where, lang);
  const met = await walk(page, where, assert);
  stops += met;
  await unfold(page, where, assert);
  await openAll(page);
  await reflow(page, where);
  await load(page, file, DESKTOP, "light");
  if (kind !== "letter") await skip(page, where, assert);
  return facts;
}

// On a phone: everything is open.
async function phone(page, file, name, pictures) {
  const where = `${name} (phone, light)`;
  await load(page, file, PHONE, "light");
  await pictures?.take("phone");
  await openAll(page);
  await axe(page, where);
  await reflow(page, where);
  await lists(page, where);
  await load(page, file, PHONE, "light");
  await openAll(page);
  const met = await walk(page, where, assert);
  stops += met;
}

async function night(page, file, name, pictures) {
  for (const [size, viewport] of Object.entries({ desktop: DESKTOP, phone: PHONE })) {
    const where = `${name} (${size}, dark)`;
    await load(page, file, viewport, "dark");
    if (size === "desktop") await pictures?.take("dark");
    await openAll(page);
    await axe(page, where);
    await reflow(page, where);
  }
}

async function print(page, file, name, { kind }, pictures) {
  const where = `${name} (print)`;
  await load(page, file, PAPER, "dark");
  await page.emulateMedia({ colorScheme: "dark", media: "print" });
  if (kind !== "letter") {
    const color = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    assert(color === "rgb(255, 255, 255)", where, "paper is white in dark mode too", color);
  }
  await paper(page, where);
  await page.setViewportSize(DESKTOP);
  await pictures?.print();
}

// Returns what the page has, for PARTS.
async function checkPage(context, file, name, shots) {
  const kind = kindOf(file);
  const is = { kind, lang: WELSH.test(file) ? "cy" : "en-GB" };
  assert(kind !== undefined, name, "the page is of a known kind");
  const page = await context.newPage();
  const troubles = [];
  const requests = [];
  page.on("console", (m) => ["error", "warning"].includes(m.type()) && troubles.push(m.text()));
  page.on("pageerror", (e) => troubles.push(String(e)));
  page.on("request", (r) => r.url().startsWith("file:") || r.url().startsWith("data:") || requests.push(r.url()));
  const pictures = shots && album(page, join(shots, name.replaceAll("/", "_")), name);
  const facts = await desk(page, file, name, is, pictures);
  await phone(page, file, name, pictures);
  await night(page, file, name, pictures);
  await print(page, file, name, is, pictures);
  pictures?.check();
  assert(troubles.length === 0, name, "the console is silent", troubles.join("\n  "));
  assert(requests.length === 0, name, "nothing is asked of the network", requests.join("\n  "));
  await page.close();
  return { ...facts, ...is };
}

// Every page once, a few at a time.
async function checkAll(context, files, shots) {
  const root = shared(files);
  const waiting = [...files];
  const found = [];
  const lane = async () => {
    for (let file = waiting.shift(); file; file = waiting.shift()) {
      found.push(await checkPage(context, file, relative(root, file).replace(/\.html$/, ""), shots));
    }
  };
  await Promise.all(Array.from({ length: LANES }, lane));
  return found;
}

function complete(found) {
  for (const kind of Object.keys(KINDS)) assert(found.some((p) => p.kind === kind), "all pages", `there is a page of the kind: ${kind}`);
  for (const [part, has] of Object.entries(PARTS)) assert(found.some(has), "all pages", `there is ${part}`);
}

const { paths, shots, everyKind } = readArguments(process.argv.slice(2));
if (shots) mkdirSync(shots, { recursive: true });
if (shots) assert(PDFTOPPM, "paper", "pdftoppm and pdftotext are there (poppler-utils)");
const files = paths.flatMap(pagesBelow);
assert(files.length > 0, paths.join(" "), "there is at least one page");
const profile = mkdtempSync(join(tmpdir(), "tithing-browser-"));
try {
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    headless: true,
    args: FLAGS,
  });
  const found = await checkAll(context, files, shots);
  if (everyKind) complete(found);
  await context.close();
} finally {
  rmSync(profile, { recursive: true, force: true });
}
console.log(`${files.length} pages in light and dark, on a desk, a phone and paper; ${stops} stops of the Tab key`);
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;
