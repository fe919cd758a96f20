// What all pages share: their data, elements, numbers, colours, and the switch between light and dark.

const data = JSON.parse(document.getElementById("data").textContent);
const page = document.getElementById("page");

/** The text for `key` in the page's language, with {marks} replaced. */
function say(key, values = {}) {
  return (data.texts[key] ?? key).replace(/\{(\w+)\}/g, (mark, name) => values[name] ?? mark);
}

/** An element. Texts go in as texts, never as markup. */
function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === false || value === null || value === undefined) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

/** A section with a heading, added to the page. */
function section(id, title, ...children) {
  const part = make("section", { id, "aria-labelledby": `${id}-title` }, make("h2", { id: `${id}-title` }, title),
    ...children);
  page.append(part);
  return part;
}

/** A table: `head` and each row are lists of texts; numbers stand right. The first cell of a row is its heading. */
function table(head, rows, caption) {
  const cell = (tag, content, more) => make(tag, { class: typeof content === "number" ? "number" : null, ...more },
    content instanceof Node ? content : String(content));
  return make("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": caption },
    make("table", {}, make("caption", { class: "hidden" }, caption),
      make("thead", {}, make("tr", {}, ...head.map((text) => cell("th", text, { scope: "col" })))),
      make("tbody", {}, ...rows.map((row) =>
        make("tr", {}, ...row.map((content, i) => cell(i === 0 ? "th" : "td", content,
          i === 0 ? { scope: "row" } : {})))))));
}

/** The command of the page, with a button that copies it. */
function commandLine() {
  const text = make("code", {}, data.command);
  const button = make("button", { type: "button", class: "copy", onclick: async () => {
    getSelection().selectAllChildren(text);  // where copying is not allowed, one key is left to press
    try { await navigator.clipboard.writeText(data.command); } catch { document.execCommand("copy"); }
    button.textContent = say("copied");
  } }, say("copy"));
  return make("div", { class: "command" }, make("pre", { class: "scroll", tabindex: "0" }, text), button);
}

// ---- numbers

const fractions = /(accuracy|precision|recall|auc|f1_score|iou)/;

/** A measured value as people read it: 97.31 %, 0.0812, 1.2e-6; a dash where there is none. */
function show(name, value) {
  if (value === null || value === undefined) return "–";
  if (fractions.test(name) && value >= 0 && value <= 1) return percent(value, 2);
  if (value !== 0 && (Math.abs(value) < 1e-4 || Math.abs(value) >= 1e6)) return value.toExponential(2);
  return Number(value.toPrecision(4)).toString();
}

/** A number on an axis: as short as can be. */
function tick(name, value) {
  return fractions.test(name) ? `${Number((100 * value).toPrecision(4))} %` : show(name, value);
}

/** Never "100 %" for what is less: no network is sure. */
function percent(part, digits = 1) {
  const scale = 10 ** digits;
  const rounded = part >= 1 ? 100 : Math.min(Math.round(part * 100 * scale) / scale, 100 - 1 / scale);
  return `${rounded.toFixed(digits)} %`;
}

function integer(value) {
  return value.toLocaleString("en");
}

/** "mean_absolute_error" as people call it. */
function metricName(name) {
  return data.texts[`metric_${name}`] ?? name.replaceAll("_", " ");
}

// ---- light and dark

const themes = ["auto", "light", "dark"];
const systemDark = matchMedia("(prefers-color-scheme: dark)");
const redraws = [];  // what draws with colours of its own
let theme = "auto";
try {
  theme = themes.includes(localStorage.getItem("linnet-theme")) ? localStorage.getItem("linnet-theme") : "auto";
} catch { /* a page from a file may have no storage */ }

function color(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
}

function applyTheme(forced) {
  const dark = forced ? forced === "dark" : theme === "auto" ? systemDark.matches : theme === "dark";
  document.documentElement.dataset.theme = dark ? "dark" : "light";
  for (const redraw of redraws) redraw();
}

function themeSwitch() {
  const choices = themes.map((name) => make("label", {},
    make("input", { type: "radio", name: "theme", value: name, checked: name === theme, onchange: () => {
      theme = name;
      try { localStorage.setItem("linnet-theme", name); } catch { /* not kept then */ }
      applyTheme();
    } }), make("span", {}, say(`theme_${name}`))));
  return make("fieldset", { class: "theme" }, make("legend", { class: "hidden" }, say("theme")), ...choices);
}

/** Draws now and whenever colours change. */
function drawn(draw) {
  redraws.push(draw);
}

/** After the page is built: draws what waits for colours and sizes. */
function finish() {
  const licence = make("p", {}, say("footer", { version: data.version }), " ",
    say("charts_licence", { version: Chart.version }));
  document.body.append(make("footer", {}, licence));
  systemDark.addEventListener("change", () => applyTheme());
  addEventListener("beforeprint", () => applyTheme("light"));
  addEventListener("afterprint", () => applyTheme());
  applyTheme();
}
