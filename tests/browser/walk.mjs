// Walks a page by keyboard alone, as somebody does who cannot use a mouse.

// In the page: what the Tab key must reach, in the order of the document, and how each looks before it does.
function prepare() {
  const CONTROLS = "a[href], details > summary:first-of-type, button, input, select, textarea, [tabindex]:not([tabindex='-1'])";
  const slides = (overflow, inner, outer) => /auto|scroll/.test(overflow) && inner > outer;
  const scrolls = (e) => {
    const { overflowX, overflowY } = getComputedStyle(e);
    return slides(overflowX, e.scrollWidth, e.clientWidth) || slides(overflowY, e.scrollHeight, e.clientHeight);
  };
  const look = (e) => {
    const s = getComputedStyle(e);
    return [s.boxShadow, s.backgroundColor, s.borderColor, s.borderWidth, s.color, s.textDecoration].join(" ");
  };
  const name = (e) => {
    const what = e.getAttribute("href") ?? e.getAttribute("aria-labelledby") ?? e.textContent.trim().slice(0, 40);
    return `${e.tagName.toLowerCase()} ${what}`;
  };
  const visible = (e) => e.checkVisibility({ visibilityProperty: true });
  const stops = [...document.querySelectorAll("body *")].filter((e) => visible(e) && (e.matches(CONTROLS) || scrolls(e)));
  globalThis.tour = { stops, name, look, before: stops.map(look) };
  return stops.map(name);
}

// In the page: where the focus is now, whether it can be seen there, and whether it shows.
function here() {
  const { stops, name, look, before } = globalThis.tour;
  const e = document.activeElement;
  if (!e || e === document.body || e === document.documentElement) return null;
  const clip = (from, to, end) => [Math.max(from, 0), Math.min(to, end)];
  const uncovered = (box) => {
    const [left, right] = clip(box.left, box.right, innerWidth);
    const [top, bottom] = clip(box.top, box.bottom, innerHeight);
    return right > left && bottom > top && e.contains(document.elementFromPoint((left + right) / 2, (top + bottom) / 2));
  };
  const at = stops.indexOf(e);
  const { outlineStyle, outlineWidth, outlineColor } = getComputedStyle(e);
  const outlined = outlineStyle !== "none" && parseFloat(outlineWidth) > 0 && !/, 0\)$/.test(outlineColor);
  return {
    at,
    name: name(e),
    seen: [...e.getClientRects()].some(uncovered),
    marked: outlined || (at >= 0 && look(e) !== before[at]),
  };
}

// Presses Tab until the page is left, or begins anew, or there is no end to it.
async function tour(page) {
  const wanted = await page.evaluate(prepare);
  const met = [];
  while (met.length < 2 * wanted.length + 5) {
    await page.keyboard.press("Tab");
    const stop = await page.evaluate(here);
    if (stop === null || (met.length > 0 && stop.at === 0)) return { wanted, met, ended: true };
    met.push(stop);
  }
  return { wanted, met, ended: wanted.length === 0 };
}

// The first place at which two lists part, in words.
function parting(wanted, met) {
  const at = wanted.findIndex((name, i) => name !== met[i]);
  const place = at < 0 ? wanted.length : at;
  return `stop ${place + 1} of ${wanted.length}: ${met[place] ?? "the end"}; in the document: ${wanted[place] ?? "the end"}`;
}

const names = (stops) => stops.slice(0, 4).map((s) => s.name).join(" | ");

// Every stop once, in the document's order, in sight, marked, and an end. Returns how many stops there are.
export async function walk(page, where, assert) {
  const { wanted, met, ended } = await tour(page);
  const inOrder = met.length === wanted.length && met.every((stop, i) => stop.at === i);
  const unseen = met.filter((stop) => !stop.seen);
  const unmarked = met.filter((stop) => !stop.marked);
  assert(ended, where, "the Tab key leads out of the page again", names(met.slice(-4)));
  assert(inOrder, where, "the Tab key reaches every stop once, in the document's order", parting(wanted, met.map((s) => s.name)));
  assert(unseen.length === 0, where, "what has the focus can be seen", names(unseen));
  assert(unmarked.length === 0, where, "what has the focus is marked", names(unmarked));
  return met.length;
}

// In the page: whether the skip link has led to the report, and which stop must come after it.
function arrived() {
  const main = document.querySelector("main");
  const top = main.getBoundingClientRect().top;
  const bottom = scrollY + innerHeight >= document.documentElement.scrollHeight - 1;
  const after = (e) => main.compareDocumentPosition(e) & (Node.DOCUMENT_POSITION_CONTAINED_BY | Node.DOCUMENT_POSITION_FOLLOWING);
  const inSight = top >= -1 && (top <= 40 || (bottom && top < innerHeight));
  return { hash: location.hash, inSight, next: globalThis.tour.stops.findIndex(after) };
}

// The page was just loaded: its first stop is the link to the report, and Enter goes there, with what follows it next.
export async function skip(page, where, assert) {
  await page.evaluate(prepare);
  await page.keyboard.press("Tab");
  const first = await page.evaluate(() => document.activeElement.getAttribute("href"));
  assert(first === "#main", where, "the first stop of the Tab key skips to the report", `${first}`);
  if (first !== "#main") return;
  await page.keyboard.press("Enter");
  const { hash, inSight, next } = await page.evaluate(arrived);
  assert(hash === "#main" && inSight, where, "Enter on the skip link leads to the report", hash);
  await page.keyboard.press("Tab");
  const stop = await page.evaluate(here);
  const at = stop === null || stop.at === 0 ? -1 : stop.at;
  assert(at === next, where, "after the skip link the Tab key goes on inside the report", stop?.name ?? "the end");
}

// What is folded opens with Enter, and closes again.
export async function unfold(page, where, assert) {
  const folded = await page.$$("details:not([open]) > summary:first-of-type");
  let stuck = 0;
  for (const summary of folded) {
    const open = () => summary.evaluate((s) => s.parentElement.open);
    await summary.focus();
    await page.keyboard.press("Enter");
    const opened = await open();
    await page.keyboard.press("Enter");
    if (!opened || (await open())) stuck += 1;
  }
  assert(stuck === 0, where, "what is folded opens and closes with Enter", `${stuck} of ${folded.length}`);
}
