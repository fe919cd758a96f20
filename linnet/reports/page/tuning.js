// The page of write_tuning_page(): the trials of a search.

function tuningPage() {
  const { objective, trials, baseline } = data;
  const metric = objective.replace(/^val_/, "");
  const done = trials.filter((trial) => trial.score !== null);
  const better = (a, b) => data.larger_is_better ? b.score - a.score : a.score - b.score;
  const best = [...done].sort(better)[0];
  const rows = baseline ? [...trials, baseline] : trials;
  const names = [...new Set(rows.flatMap(({ values }) => Object.keys(values)))].filter((name) => !name.startsWith("tuner/"));
  // a few very bad trials must not press all others together
  const limit = best ? best.score + 4 * ([...done].sort(better)[done.length >> 1].score - best.score) : 0;
  const isFar = (trial) => data.larger_is_better ? trial.score < limit : trial.score > limit;
  const numberOf = ({ name }) => Number.isFinite(Number(name)) ? Number(name) : undefined;
  const objectiveName = objective.startsWith("val_") ? say("of_validation", { name: metricName(metric) }) : metricName(metric);

  page.append(make("header", {}, make("div", {}, make("p", { class: "kind" }, `Linnet · ${say("tuning_kind")}`),
    make("h1", {}, data.title)), themeSwitch()));
  if (data.text) page.append(make("p", { class: "lead" }, data.text));
  page.append(facts());
  if (data.command) section("command", say("tuning_command"), make("p", { class: "note" }, say("tuning_command_note")), commandLine());
  section("trials", say("tuning_trials"), make("p", { class: "note" }, say("tuning_sort_note")), trialTable());
  if (done.length) section("parameters", say("tuning_parameters"), make("p", { class: "note" }, say("tuning_parameters_note"),
    done.some(isFar) ? ` ${say("tuning_far_note")}` : ""),
    make("div", { class: "charts" }, scatter("trial", say("tuning_by_trial"), numberOf),
      ...names.map((name) => scatter(name, name, (trial) => trial.values[name]))));
  finish();

  function facts() {
    const fact = (title, value, more) => make("div", {}, make("dt", {}, title), make("dd", {}, value, more ? make("small", {}, more) : null));
    const seconds = trials.reduce((sum, trial) => sum + trial.seconds, 0);
    return make("dl", { class: "facts" },
      best ? fact(objectiveName, show(metric, best.score), say("tuning_best_of", { name: best.name, n: best.epoch })) : null,
      baseline?.score != null ? fact(say("tuning_baseline"), show(metric, baseline.score), gain()) : null,
      fact(say("tuning_trials"), String(trials.length), done.length < trials.length ? say("tuning_failed", { n: trials.length - done.length }) : ""),
      fact(say("tuning_time"), say("seconds_n", { n: seconds.toPrecision(3) })));
  }

  /** How much better the best trial is than the baseline. */
  function gain() {
    if (!best) return "";
    const more = best.score - baseline.score, sign = more < 0 ? "−" : "+";
    return fractions.test(metric) ? say("tuning_gain_points", { n: `${sign}${(100 * Math.abs(more)).toFixed(2)}` })
      : say("tuning_gain", { n: `${sign}${show(metric, Math.abs(more))}` });
  }

  /** A value as the table and the charts show it. */
  function shown(value) {
    return value === undefined || value === null ? "–" : typeof value === "number" ? show("", value) : String(value);
  }

  function trialTable() {
    const columns = [
      { title: say("tuning_trial"), key: numberOf, text: (trial) => trial === baseline ? say("tuning_baseline") : trial.name },
      { title: objectiveName, key: (trial) => trial.score ?? undefined, text: (trial) => trial.score === null ? say("tuning_no_score") : show(metric, trial.score) },
      { title: say("epoch"), key: (trial) => trial.score === null ? undefined : trial.epoch, text: (trial) => trial.score === null ? "–" : String(trial.epoch) },
      ...names.map((name) => ({ title: name, key: (trial) => trial.values[name], text: (trial) => shown(trial.values[name]) })),
      { title: say("tuning_seconds"), key: (trial) => trial.seconds, text: (trial) => trial.seconds.toPrecision(3) },
    ];
    let order = { column: 1, falling: data.larger_is_better };
    const holder = make("div", { class: "sortable" });
    draw();
    return holder;

    function draw(focused = null) {
      const column = columns[order.column];
      const sorted = [...rows].sort((a, b) => {
        const x = column.key(a), y = column.key(b);
        if (x === undefined || y === undefined) return (x === undefined) - (y === undefined);  // at the end, always
        const by = typeof x === "number" ? x - y : String(x).localeCompare(String(y));
        return order.falling ? -by : by;
      });
      const drawn = table(columns.map(() => ""), sorted.map((trial) => columns.map((each) => each.text(trial))), say("tuning_trials"));
      drawn.querySelectorAll("thead th").forEach((cell, i) => {
        const sorts = i === order.column;
        cell.setAttribute("aria-sort", sorts ? (order.falling ? "descending" : "ascending") : "none");
        cell.replaceChildren(make("button", { type: "button", class: "sort", onclick: () => {
          order = { column: i, falling: sorts ? !order.falling : i === 1 && data.larger_is_better };
          draw(i);
        } }, `${columns[i].title}${sorts ? (order.falling ? " ▾" : " ▴") : ""}`));
      });
      [...drawn.querySelectorAll("tbody tr")].forEach((row, i) => {
        if (sorted[i] === best) row.classList.add("best");
        if (sorted[i] === baseline) row.classList.add("baseline");
        if (sorted[i].message) row.title = sorted[i].message;
      });
      holder.replaceChildren(drawn);
      if (focused !== null) holder.querySelectorAll(".sort")[focused].focus();
    }
  }

  /** 0.001, 0.003, 0.01, … from `least` to `most`. */
  function decades(least, most) {
    const marks = [];
    for (let k = Math.floor(Math.log10(least)); k <= Math.log10(most); ++k) marks.push(Number(`1e${k}`), Number(`3e${k}`));
    return marks.filter((value) => value >= least / 1.2 && value <= most * 1.2);
  }

  /** The x axis for these values: words side by side, numbers as they are or by their logarithm; few are all marked. */
  function across(id, values) {
    const words = values.every((value) => typeof value === "number") ? null : [...new Set(values.map(String))].sort();
    const position = (value) => words ? words.indexOf(String(value)) : value;
    const places = [...new Set(values.map(position))].sort((a, b) => a - b);
    const least = places[0], most = places[places.length - 1], logarithmic = data.logarithmic.includes(id);
    const room = words ? 0.5 : (most - least) / 25 || 0.5;
    const ends = logarithmic ? { min: least / 1.2, max: most * 1.2 } : { min: least - room, max: most + room };
    const marks = places.length <= 8 ? places : logarithmic ? decades(least, most) : null;
    return { position, axis: () => axis(null, {
      ticks: { maxRotation: 0, autoSkipPadding: 12, includeBounds: false, callback: (value) => words ? words[value] ?? "" : shown(value) },
      axis: { ...ends, ...(logarithmic ? { type: "logarithmic" } : {}),
        ...(marks ? { afterBuildTicks: (scale) => { scale.ticks = marks.map((value) => ({ value })); } } : {}) },
    }) };
  }

  function upwards() {
    return axis(objectiveName, { ticks: { maxTicksLimit: 6, callback: (value) => tick(metric, value) },
      axis: baseline?.score != null ? { suggestedMin: baseline.score, suggestedMax: baseline.score } : {} });
  }

  /** A dashed line across a chart, as high as the baseline. */
  function drawBaseline({ ctx, chartArea, scales }) {
    if (baseline?.score == null) return;
    const y = scales.y.getPixelForValue(baseline.score);
    ctx.save();
    ctx.strokeStyle = color("soft");
    ctx.setLineDash([6, 4]);
    ctx.beginPath();
    ctx.moveTo(chartArea.left, y);
    ctx.lineTo(chartArea.right, y);
    ctx.stroke();
    ctx.restore();
  }

  /** The score against one thing, a point for each trial that has it; those far behind stand at the edge. */
  function scatter(id, title, valueOf) {
    const points = done.filter((trial) => valueOf(trial) !== undefined);
    const { position, axis: x } = across(id, points.map(valueOf));
    const marked = (chosen, shade, pointRadius, pointStyle, rotation = 0) => ({
      data: points.filter(chosen).map((trial) => ({ trial, x: position(valueOf(trial)), y: isFar(trial) ? limit : trial.score })),
      backgroundColor: color(shade), borderColor: color("card"), borderWidth: 0.5, pointRadius, pointHoverRadius: pointRadius + 2,
      pointStyle, rotation });
    const label = ({ raw: { trial } }) => say("tuning_tip", { name: trial.name, value: shown(valueOf(trial)), score: show(metric, trial.score) });
    const canvas = make("canvas", { id: `chart-${id}`, role: "img",
      "aria-label": say("tuning_chart_label", { name: title, objective: objectiveName }) });
    let drawing = null;
    drawn(() => {
      drawing?.destroy();
      drawing = new Chart(canvas, { type: "scatter", plugins: [{ id: "baseline", beforeDatasetsDraw: drawBaseline }],
        data: { datasets: [marked((trial) => trial === best, "series-1", 8, "rectRot"),
          marked((trial) => trial !== best && !isFar(trial), "series-0", 4, "circle"),
          marked(isFar, "series-0", 6, "triangle", data.larger_is_better ? 180 : 0)] },
        options: { scales: { x: x(), y: upwards() },
          plugins: { legend: { display: false }, tooltip: { ...tooltipColors(), callbacks: { label } } } } });
    });
    return make("figure", {}, make("figcaption", {}, make("h3", {}, title)), make("div", { class: "chart" }, canvas));
  }
}

tuningPage();
