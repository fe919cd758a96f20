// The page of write_report(): one training.

function reportPage() {
  const { history, confusion, mistakes, regression, weights } = data;
  const classes = confusion?.classes ?? [];
  page.append(make("header", {}, make("div", {}, make("p", { class: "kind" }, `Linnet · ${say("report_kind")}`),
    make("h1", {}, data.title)), themeSwitch()), keyNumbers());
  diagnosisSection();
  if (history.epoch.length) curvesSection();
  if (confusion) confusionSection(confusion);
  if (mistakes) mistakesSection(mistakes, classes);
  if (regression) regressionSection();
  if (weights) weightsSection(weights, classes);
  modelSection();
  runSection();
  finish();

  function last(name) {
    const known = (history[name] ?? []).filter((value) => value !== null);
    return known.length ? known[known.length - 1] : undefined;
  }
  function seconds() {
    return (history.seconds ?? []).reduce((sum, value) => sum + (value ?? 0), 0);
  }
  function keyNumbers() {
    const facts = [];
    if (confusion) facts.push(measuredAccuracy());
    const fact = (key, value, more) => facts.push(make("div", {}, make("dt", {}, say(key)),
      make("dd", {}, value, more ? make("small", {}, more) : null)));
    for (const [name, key] of [["accuracy", "accuracy"], ["loss", "loss"]]) {
      const split = last(`val_${name}`) === undefined ? "" : "val_", value = last(split + name);
      if (value === undefined || (confusion && name === "accuracy")) continue;
      const best = bestAt(name, history[split + name]);
      fact(`fact_${split ? "" : "train_"}${key}`, show(name, value),
        say("fact_best", { value: show(name, history[split + name][best]), n: history.epoch[best] }));
    }
    fact("fact_epochs", String(history.epoch.length), seconds() ? say("fact_seconds", { value: seconds().toPrecision(3) }) : "");
    fact("fact_parameters", integer(data.model.total), say("fact_layers", { n: data.model.layers.filter((layer) => layer.parameters).length }));
    return make("dl", { class: "facts" }, ...facts);
  }

  /** Of the network as it is now: early stopping may have gone back to an earlier epoch. */
  function measuredAccuracy() {
    const right = confusion.counts.reduce((sum, row, c) => sum + row[c], 0), wrong = confusion.samples - right;
    return make("div", {}, make("dt", {}, say("fact_accuracy")), make("dd", {}, percent(right / confusion.samples, 2),
      make("small", {}, say("fact_mistakes", { wrong: integer(wrong), samples: integer(confusion.samples) }))));
  }

  function diagnosisSection() {
    const failure = data.failure ? make("article", { class: "finding bad" }, make("h3", {}, say("failure")), make("p", {}, data.failure)) : null;
    const findings = data.findings.map((finding) => make("article", { class: `finding ${finding.kind}`, "data-verdict": finding.verdict },
      make("h3", {}, make("span", { class: "badge" }, say(`kind_${finding.kind}`)), finding.title), make("p", {}, finding.text),
      finding.remedies.length ? make("div", { class: "remedies" }, make("h4", {}, say("try")),
        make("ul", {}, ...finding.remedies.map((remedy) => make("li", {}, ...withCode(remedy))))) : null));
    section("diagnosis", say("diagnosis"), failure, ...findings);
  }

  /** Options of the command stand out: "--learning-rate 0.1". */
  function withCode(text) {
    return text.split(/(--[a-z-0-9]+(?: [\w.,]+)?(?: --[a-z-0-9]+(?: [\w.,]+)?)*)/).map((piece) => piece.startsWith("--") ? make("code", {}, piece) : piece);
  }

  function curvesSection() {
    const charts = metricNames([history]).map((name) => {
      const lines = [];
      if (history[name]) lines.push({ label: say("training"), values: history[name], color: 0, dashed: true });
      if (history[`val_${name}`]) lines.push({ label: say("validation"), values: history[`val_${name}`], color: 1,
        best: bestAt(name, history[`val_${name}`]) });
      return lineChart({ id: `chart-${name}`, title: metricName(name), name, epochs: history.epoch, lines, logarithm: name === "loss" });
    });
    const rates = history.learning_rate ?? [];
    if (rates.some((rate) => rate !== rates[0]))
      charts.push(lineChart({ id: "chart-learning_rate", title: say("learning_rate"), name: "learning_rate", epochs: history.epoch,
        lines: [{ label: say("learning_rate"), values: rates, color: 2 }], logarithm: true }));
    section("curves", say("curves"), make("p", { class: "note" }, say("curves_note")), make("div", { class: "charts" }, ...charts));
  }

  function regressionSection() {
    const number = (value) => show("", value);
    const points = regression.points.map(([x, y]) => ({ x, y }));
    const title = regression.target ? (key) => `${regression.target}: ${say(key)}` : say;
    const numbers = table([say("error"), say("value")], [["MAE", number(regression.mae)], ["RMSE", number(regression.rmse)],
      ["R²", number(regression.r2)]], say("regression"));
    const worst = table([say("sample"), say("true_value"), say("predicted_value"), say("error")],
      regression.worst.map(([i, truth, guess]) => [i, number(truth), number(guess), number(guess - truth)]), say("worst_errors"));
    section("regression", say("regression"),
      make("p", { class: "note" }, say("regression_note", { source: data.source || say("validation_data"), shown: integer(points.length), samples: integer(regression.samples) })),
      make("div", { class: "beside halves" },
        pointChart({ id: "chart-regression", title: say("regression"), xTitle: title("true_value"), yTitle: title("predicted_value"), points,
          tip: ({ x, y }) => say("point_tip", { x: number(x), y: number(y) }) }),
        make("div", {}, numbers, make("p", { class: "note" }, say("r2_meaning")), make("h3", {}, say("worst_errors")), worst)));
  }

  function modelSection() {
    const { model } = data;
    const layers = model.layers.map((layer) => [layer.name, layer.activation ? `${layer.type} · ${layer.activation}` : layer.type, layer.shape,
      layer.parameters === null ? "?" : integer(layer.parameters)]);
    const settings = [];
    if (model.optimizer) settings.push([say("optimizer"), model.optimizer], [say("learning_rate"), show("", history.learning_rate?.[0] ?? model.learning_rate)],
      [say("loss_function"), model.loss]);
    settings.push(...data.settings);
    section("model", say("model"), make("div", { class: "beside" },
      make("div", {}, table([say("layer"), say("layer_type"), say("output_shape"), say("parameters")], layers, say("model")),
        make("p", { class: "note" }, say("parameters_total", { total: integer(model.total), trainable: integer(model.trainable) }))),
      settings.length ? make("div", {}, make("h3", {}, say("settings")), table([say("setting"), say("value")], settings, say("settings"))) : null),
      make("details", {}, make("summary", {}, say("summary_text")), make("pre", { class: "scroll", tabindex: "0" }, model.text)));
  }

  function runSection() {
    const facts = data.environment.map(([key, value]) => [say(key), value]);
    if (seconds()) facts.splice(2, 0, [say("environment_seconds"), say("seconds_n", { n: seconds().toPrecision(3) })]);
    const command = data.command ? [make("p", { class: "note" }, say("reproduce_note")), commandLine()] : [];
    section("reproduce", say(data.command ? "reproduce" : "environment"), ...command,
      make("h3", { class: data.command ? null : "hidden" }, say("environment")), make("div", { class: "wide" }, table([say("setting"), say("value")], facts, say("environment"))),
      make("p", { class: "note" }, say("files_note")));
  }
}

reportPage();
