// The page of write_curves(): several trainings in one chart a metric.

function curvesPage() {
  const { trainings } = data;
  page.append(make("header", {}, make("div", {}, make("p", { class: "kind" }, "Linnet"), make("h1", {}, data.title)),
    themeSwitch()));
  if (data.text) page.append(make("p", { class: "lead" }, data.text));

  const names = metricNames(trainings.map(({ history }) => history));
  const epochs = [...new Set(trainings.flatMap(({ history }) => history.epoch))].sort((a, b) => a - b);
  const charts = names.map((name) => {
    const aligned = (history, values) => epochs.map((epoch) => values[history.epoch.indexOf(epoch)] ?? null);
    const lines = trainings.flatMap(({ name: label, history }, i) => {
      const both = [];
      if (history[name]) both.push({ label: say("line_training", { name: label }), values: aligned(history, history[name]),
        color: i, dashed: true });
      if (history[`val_${name}`]) {
        const values = aligned(history, history[`val_${name}`]);
        both.push({ label: say("line_validation", { name: label }), values, color: i, best: bestAt(name, values) });
      }
      return both;
    });
    return lineChart({ id: `chart-${name}`, title: metricName(name), name, epochs, lines, logarithm: name === "loss" });
  });
  section("curves", say("curves"), make("p", { class: "note" }, say("curves_legend")), make("div", { class: "charts" }, ...charts));
  const heads = names.map((name) => trainings.some(({ history }) => history[`val_${name}`])
    ? say("of_validation", { name: metricName(name) }) : metricName(name));
  section("best", say("best_values"), table([say("training_run"), say("epochs"), ...heads], bestRows(), say("best_values")));
  finish();

  function bestRows() {
    return trainings.map(({ name: label, history }) => [label, history.epoch.length, ...names.map((name) => {
      const values = history[`val_${name}`] ?? history[name] ?? [], best = bestAt(name, values);
      return best < 0 ? "–" : say("value_in_epoch", { value: show(name, values[best]), n: history.epoch[best] });
    })]);
  }
}

curvesPage();
