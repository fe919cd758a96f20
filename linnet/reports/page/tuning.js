// The page of write_tuning_page(): the trials of a search.

function tuningPage() {
  const { objective, trials } = data;
  const metric = objective.replace(/^val_/, "");
  const done = trials.filter((trial) => trial.score !== null);
  const better = (a, b) => data.larger_is_better ? b.score - a.score : a.score - b.score;
  const best = [...done].sort(better)[0];
  const names = [...new Set(trials.flatMap(({ values }) => Object.keys(values)))].filter((name) => !name.startsWith("tuner/"));
  const objectiveName = objective.startsWith("val_") ? say("of_validation", { name: metricName(metric) }) : metricName(metric);

  page.append(make("header", {}, make("div", {}, make("p", { class: "kind" }, `Linnet · ${say("tuning_kind")}`),
    make("h1", {}, data.title)), themeSwitch()));
  if (data.text) page.append(make("p", { class: "lead" }, data.text));
  page.append(facts());
  if (data.command) section("command", say("tuning_command"), make("p", { class: "note" }, say("tuning_command_note")), commandLine());
  section("trials", say("tuning_trials"), make("p", { class: "note" }, say("tuning_sort_note")), trialTable());
  if (done.length) section("parameters", say("tuning_parameters"), make("p", { class: "note" }, say("tuning_parameters_note")),
    make("div", { class: "charts" }, scatter("trial", say("tuning_by_trial"), (trial) => Number(trial.name)),
      ...names.map((name) => scatter(name, name, (trial) => trial.values[name]))));
  finish();

  function facts() {
    const fact = (title, value, more) => make("div", {}, make("dt", {}, title), make("dd", {}, value, more ? make("small", {}, more) : null));
    const seconds = trials.reduce((sum, trial) => sum + trial.seconds, 0);
    return make("dl", { class: "facts" },
      best ? fact(objectiveName, show(metric, best.score), say("tuning_best_of", { name: best.name, n: best.epoch })) : null,
      fact(say("tuning_trials"), String(trials.length), done.length < trials.length ? say("tuning_failed", { n: trials.length - done.length }) : ""),
      fact(say("tuning_time"), say("seconds_n", { n: seconds.toPrecision(3) })));
  }

  function commandLine() {
    const text = make("code", {}, data.command);
    const button = make("button", { type: "button", class: "copy", onclick: async () => {
      try {
        await navigator.clipboard.writeText(data.command);
        button.textContent = say("copied");
      } catch {
        getSelection().selectAllChildren(text);
      }
    } }, say("copy"));
    return make("div", { class: "command" }, make("pre", {}, text), button);
  }

  /** A value as the table and the charts show it. */
  function shown(value) {
    return value === undefined || value === null ? "–" : typeof value === "number" ? show("", value) : String(value);
  }

  function trialTable() {
    const columns = [
      { title: say("tuning_trial"), key: (trial) => Number(trial.name), text: (trial) => trial.name },
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
      const sorted = [...trials].sort((a, b) => {
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

  /** The score against one thing; words stand side by side on the axis. */
  function scatter(id, title, valueOf) {
    const points = done.filter((trial) => valueOf(trial) !== undefined);
    const words = points.some((trial) => typeof valueOf(trial) !== "number")
      ? [...new Set(points.map((trial) => String(valueOf(trial))))].sort() : null;
    const placed = points.map((trial) => ({ trial, y: trial.score,
      x: words ? words.indexOf(String(valueOf(trial))) : valueOf(trial) }));
    const canvas = make("canvas", { id: `chart-${id}`, role: "img",
      "aria-label": say("tuning_chart_label", { name: title, objective: objectiveName }) });
    let drawing = null;
    drawn(() => {
      drawing?.destroy();
      const of = (chosen) => placed.filter(({ trial }) => (trial === best) === chosen);
      const set = (chosen, shade, radius, pointStyle) => ({ data: of(chosen), backgroundColor: color(shade), borderColor: color("card"),
        borderWidth: 0.5, pointRadius: radius, pointHoverRadius: radius + 2, pointStyle });
      const ticks = { maxRotation: 0, autoSkipPadding: 12, callback: (value) => words ? words[value] ?? "" : shown(value) };
      const values = [...new Set(placed.map(({ x }) => x))].sort((a, b) => a - b);
      const least = values[0], most = values[values.length - 1], logarithmic = data.logarithmic.includes(id);
      const range = words ? { min: -0.5, max: words.length - 0.5 } : logarithmic ? { min: least / 1.2, max: most * 1.2 } : {};
      const marks = values.length <= 8 ? values : logarithmic ? decades(least, most) : null;  // a few values are named themselves
      const edges = { ...range, ...(logarithmic ? { type: "logarithmic" } : {}),
        ...(marks ? { afterBuildTicks: (scale) => { scale.ticks = marks.map((value) => ({ value })); } } : {}) };
      drawing = new Chart(canvas, { type: "scatter",
        data: { datasets: [set(true, "series-1", 8, "rectRot"), set(false, "series-0", 4, "circle")] },
        options: {
          scales: { x: axis(null, { ticks, axis: edges }), y: axis(objectiveName, { ticks: { maxTicksLimit: 6, callback: (value) => tick(metric, value) } }) },
          plugins: { legend: { display: false }, tooltip: { ...tooltipColors(), callbacks: {
            label: ({ raw }) => say("tuning_tip", { name: raw.trial.name, value: shown(valueOf(raw.trial)), score: show(metric, raw.y) }),
          } } },
        } });
    });
    return make("figure", {}, make("figcaption", {}, make("h3", {}, title)), make("div", { class: "chart" }, canvas));
  }
}

tuningPage();
