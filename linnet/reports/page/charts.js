// Charts: lines over epochs and points, by Chart.js. Numbers come under the cursor, the finger and the arrow keys, and
// stand in a table below.

const dashes = [[], [6, 4]];
const markers = ["circle", "triangle", "rect", "rectRot", "crossRot", "star"];
const markerPaths = { circle: "M12 6a4 4 0 1 0 8 0a4 4 0 1 0 -8 0", triangle: "M16 1.5l4.5 8h-9z", rect: "M12.5 2.5h7v7h-7z",
  rectRot: "M16 1l5 5l-5 5l-5 -5z", crossRot: "M12 2l8 8m0 -8l-8 8", star: "M12 2l8 8m0 -8l-8 8M16 1v10M11 6h10" };

Chart.defaults.animation = false;
Chart.defaults.responsive = true;
Chart.defaults.maintainAspectRatio = false;
Chart.defaults.font.family = getComputedStyle(document.body).fontFamily;

function axis(title, more = {}) {
  return { title: { display: title !== null, text: title, color: color("soft") }, ticks: { color: color("soft"), ...more.ticks },
    grid: { color: color("line"), borderColor: color("line") }, ...more.axis };
}

function tooltipColors() {
  return { backgroundColor: color("tip"), titleColor: color("tip-ink"), bodyColor: color("tip-ink"), padding: 10,
    boxPadding: 4, usePointStyle: true };
}

/** A line with its marker, as a picture for the legend. */
function swatch(line) {
  const shape = (path, more) => `<path d="${path}" stroke="var(--series-${line.color % 6})" stroke-width="2" ${more}/>`;
  const picture = make("span", { class: "swatch", "aria-hidden": "true" });
  picture.innerHTML = `<svg viewBox="0 0 32 12" width="32" height="12">${shape("M0 6h32", line.dashed ? 'stroke-dasharray="6 4"' : "")}${
    shape(markerPaths[markers[line.color % markers.length]], `fill="var(--series-${line.color % 6})"`)}</svg>`;
  return picture;
}

/**
 * A figure with lines. chart: {id, title, name, epochs, logarithm, lines: [{label, values, color, dashed, best}]}. `name` is
 * the metric's, for formatting; `logarithm` offers such a scale; `color` counts from 0 and gives the marker too; `best`
 * is the position of the large mark.
 */
function lineChart(chart) {
  const canvas = make("canvas", { id: chart.id, role: "img", tabindex: "0",
    "aria-label": say("chart_label", { title: chart.title, lines: chart.lines.map((line) => line.label).join(", ") }) });
  const spoken = make("p", { class: "hidden", "aria-live": "polite" });
  const positive = chart.lines.every((line) => line.values.every((value) => value === null || value > 0));
  const scale = { logarithmic: false };
  const logarithm = positive && chart.logarithm && make("label", { class: "option" },
    make("input", { type: "checkbox", onchange: (event) => {
      scale.logarithmic = event.target.checked;
      draw();
    } }), say("logarithmic"));
  const rows = chart.epochs.map((epoch, i) =>
    [epoch, ...chart.lines.map((line) => show(chart.name, line.values[i]))]);
  const numbers = make("details", {}, make("summary", {}, say("numbers")),
    table([say("epoch"), ...chart.lines.map((line) => line.label)], rows, chart.title));

  const hidden = new Set();
  const legend = make("div", { class: "legend" }, ...chart.lines.map((line, i) => {
    const entry = make("button", { type: "button", "aria-pressed": "true", onclick: () => {
      if (!hidden.delete(i)) hidden.add(i);
      entry.setAttribute("aria-pressed", String(!hidden.has(i)));
      draw();
    } }, swatch(line), line.label);
    return entry;
  }));

  let drawing = null;
  function draw() {
    drawing?.destroy();
    drawing = new Chart(canvas, { type: "line",
      data: { labels: chart.epochs, datasets: chart.lines.map(dataset) },
      options: {
        interaction: { mode: "index", intersect: false },
        scales: {
          x: axis(say("epoch"), { ticks: { maxRotation: 0, autoSkipPadding: 12 } }),
          y: axis(null, { axis: { type: scale.logarithmic ? "logarithmic" : "linear" },
            ticks: { maxTicksLimit: 7, callback: (value) => tick(chart.name, value) } }),
        },
        plugins: {
          legend: { display: false },
          tooltip: { ...tooltipColors(), callbacks: {
            title: (items) => say("epoch_n", { n: items[0].label }),
            label: (item) => `${item.dataset.label}: ${show(chart.name, chart.lines[item.datasetIndex].values[item.dataIndex])}`,
          } },
        },
      } });
  }
  function dataset(line, index) {
    const shade = color(`series-${line.color % 6}`);
    return { label: line.label, hidden: hidden.has(index), data: line.values, borderColor: shade, backgroundColor: shade, borderWidth: 2,
      borderDash: dashes[line.dashed ? 1 : 0], pointStyle: markers[line.color % markers.length],
      pointRadius: (point) => point.dataIndex === line.best ? 7 : chart.epochs.length > 60 ? 0 : 3,
      pointHoverRadius: 6, pointHitRadius: 12, tension: 0, spanGaps: true };
  }
  canvas.addEventListener("keydown", (event) => {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const last = chart.epochs.length - 1, now = drawing.tooltip.getActiveElements()[0]?.index;
    const index = now === undefined ? (step > 0 ? 0 : last) : Math.min(last, Math.max(0, now + step));
    const active = chart.lines.map((line, datasetIndex) => ({ datasetIndex, index }))
      .filter(({ datasetIndex }) => !hidden.has(datasetIndex) && chart.lines[datasetIndex].values[index] !== null);
    drawing.setActiveElements(active);
    drawing.tooltip.setActiveElements(active, { x: 0, y: 0 });
    drawing.update();
    spoken.textContent = [say("epoch_n", { n: chart.epochs[index] }), ...chart.lines.map((line) =>
      `${line.label} ${show(chart.name, line.values[index])}`)].join(", ");
  });
  drawn(draw);
  return make("figure", {}, make("figcaption", {}, make("h3", {}, chart.title), logarithm || null), legend,
    make("div", { class: "chart" }, canvas), spoken, numbers);
}

/** Points, with a dashed line where x is y. chart: {id, title, xTitle, yTitle, points: [{x, y}], tip(point)}. */
function pointChart(chart) {
  const canvas = make("canvas", { id: chart.id, role: "img", "aria-label": chart.title });
  let drawing = null;
  drawn(() => {
    drawing?.destroy();
    const all = chart.points.flatMap(({ x, y }) => [x, y]), ends = [Math.min(...all), Math.max(...all)];
    drawing = new Chart(canvas, { type: "scatter",
      data: { datasets: [
        { data: chart.points, backgroundColor: color("series-0"), borderColor: color("card"), borderWidth: 0.5,
          pointRadius: 4, pointHoverRadius: 7 },
        { data: ends.map((end) => ({ x: end, y: end })), type: "line", borderColor: color("series-1"),
          borderDash: [6, 4], borderWidth: 1.5, pointRadius: 0, pointHitRadius: 0 },
      ] },
      options: {
        scales: { x: axis(chart.xTitle), y: axis(chart.yTitle) },
        plugins: { legend: { display: false }, tooltip: { ...tooltipColors(),
          filter: (item) => item.datasetIndex === 0, callbacks: { label: (item) => chart.tip(item.raw) } } },
      } });
  });
  return make("figure", {}, make("div", { class: "chart square" }, canvas));
}

/** "loss", then accuracies, then the rest: the metrics of histories, without "val_" and what is none. */
function metricNames(histories) {
  const names = new Set(histories.flatMap((history) => Object.keys(history))
    .map((name) => name.replace(/^val_/, "")).filter((name) => !["epoch", "seconds", "learning_rate"].includes(name)));
  const rank = (name) => name === "loss" ? 0 : name.includes("accuracy") ? 1 : 2;
  return [...names].sort((a, b) => rank(a) - rank(b) || a.localeCompare(b));
}

/** The position of the best value; -1 where there is none. */
function bestAt(name, values) {
  let best = -1;
  values.forEach((value, i) => {
    if (value === null) return;
    if (best < 0 || (fractions.test(name) ? value > values[best] : value < values[best])) best = i;
  });
  return best;
}
