// The confusion matrix: a table whose cells speak when they are hovered, touched or focused.

const widestMatrix = 30;  // classes; beyond that the list of mistakes says more

function perClass({ classes, counts }) {
  return classes.map((name, c) => {
    const all = counts[c].reduce((a, b) => a + b, 0), named = counts.reduce((a, row) => a + row[c], 0);
    return { name, all, recall: all ? counts[c][c] / all : null, precision: named ? counts[c][c] / named : null };
  });
}

const part = (value) => value === null ? "–" : percent(value);

function confusionMatrix(confusion) {
  const { classes, counts } = confusion, each = perClass(confusion);
  const sentence = make("p", { class: "spoken", "aria-live": "polite" }, say("confusion_start"));
  const most = Math.max(1, ...counts.flatMap((row, r) => row.filter((_, c) => c !== r)));
  const cells = [];

  function describe(truth, guess) {
    const count = counts[truth][guess], all = each[truth].all;
    sentence.textContent = say(truth === guess ? "confusion_right" : "confusion_wrong",
      { truth: classes[truth], guess: classes[guess], count: integer(count), all: integer(all), part: part(all ? count / all : null) });
    for (const { cell, r, c } of cells) cell.classList.toggle("lit", r === truth || c === guess);
  }
  function describeClass(c) {
    sentence.textContent = say("class_sentence", { name: classes[c], recall: part(each[c].recall), precision: part(each[c].precision) });
    for (const { cell, r, c: column } of cells) cell.classList.toggle("lit", r === c || column === c);
  }
  function heading(c, scope) {
    return make("th", { scope, tabindex: "0", onmouseenter: () => describeClass(c), onfocus: () => describeClass(c) }, make("span", {}, classes[c]));
  }
  function matrixCell(truth, guess) {
    const right = truth === guess, count = counts[truth][guess];
    const strength = right ? 0.15 + 0.6 * (each[truth].recall ?? 0) ** 4 : count ? 0.12 + 0.68 * Math.sqrt(count / most) : 0;
    const cell = make("td", { tabindex: truth || guess ? "-1" : "0", class: count ? null : "zero",
      style: `background: rgba(var(--${right ? "right" : "wrong"}), ${strength.toFixed(3)})`,
      onmouseenter: () => describe(truth, guess), onfocus: () => describe(truth, guess) }, String(count));
    cells.push({ cell, r: truth, c: guess });
    return cell;
  }
  function walk(event) {
    const at = cells.findIndex(({ cell }) => cell === event.target);
    const step = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -classes.length, ArrowDown: classes.length }[event.key];
    const next = at >= 0 && step && cells[at + step];
    if (!next) return;
    event.preventDefault();
    cells[at].cell.tabIndex = -1;
    next.cell.tabIndex = 0;
    next.cell.focus();
  }
  const long = classes.some((name) => name.length > 3);
  const matrix = make("table", { class: long ? "confusion long" : "confusion", style: `max-width: ${(long ? 130 : 60) + 46 * classes.length}px`, onkeydown: walk },
    make("caption", { class: "hidden" }, say("confusion")),
    make("thead", {}, make("tr", {}, make("th", { class: "corner" }, say("confusion_corner")), ...classes.map((_, c) => heading(c, "col")))),
    make("tbody", {}, ...counts.map((row, truth) => make("tr", {}, heading(truth, "row"), ...row.map((_, guess) => matrixCell(truth, guess))))));
  return make("div", {}, make("div", { class: "scroll" }, matrix), sentence);
}

function confusionList({ classes, counts }) {
  const mistakes = counts.flatMap((row, truth) => row.map((count, guess) => ({ truth, guess, count })))
    .filter(({ truth, guess, count }) => truth !== guess && count > 0).sort((a, b) => b.count - a.count).slice(0, 20);
  return table([say("truth"), say("answer"), say("times")],
    mistakes.map(({ truth, guess, count }) => [classes[truth], classes[guess], count]), say("most_confused"));
}

function confusionSection(confusion) {
  const bar = (value) => make("span", { class: "meter" }, make("i", { style: `width: ${100 * (value ?? 0)}%` }), make("b", {}, part(value)));
  const rows = perClass(confusion).map(({ name, all, recall, precision }) => [name, bar(recall), bar(precision), all]);
  section("confusion", say("confusion"),
    make("p", { class: "note" }, say("confusion_note", { source: data.source || say("validation_data"), samples: integer(confusion.samples) })),
    make("div", { class: "beside" },
      confusion.classes.length <= widestMatrix ? confusionMatrix(confusion) : confusionList(confusion),
      make("div", {}, make("h3", {}, say("per_class")), make("p", { class: "note" }, say("recall_meaning")),
        table([say("class"), say("recall"), say("precision"), say("samples")], rows, say("per_class")))));
}
