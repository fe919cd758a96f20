// Pictures: the samples of mistakes, and the weights of units.

function bytesOf(text) {
  return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
}

/** A canvas of width x height pixels; paint(i) gives [red, green, blue, alpha] of pixel i. It is drawn anew with the theme. */
function pixelCanvas(width, height, label, paint) {
  const canvas = make("canvas", { width, height, role: "img", "aria-label": label, class: "pixels" });
  drawn(() => {
    const context = canvas.getContext("2d"), image = context.createImageData(width, height), pixel = paint();
    for (let i = 0; i < width * height; ++i) image.data.set(pixel(i), 4 * i);
    context.putImageData(image, 0, 0);
  });
  return canvas;
}

function samplePicture({ width, height, channels }, item, label) {
  const bytes = bytesOf(item.pixels);
  return pixelCanvas(width, height, label, () => channels === 1
    ? (i) => [bytes[i], bytes[i], bytes[i], 255]
    : (i) => [bytes[channels * i], bytes[channels * i + 1], bytes[channels * i + 2], channels === 4 ? bytes[4 * i + 3] : 255]);
}

/** Below 0 towards one colour, above towards another; bytes hold 128 + 127 w. */
function weightPicture({ width, height, channels }, item, label) {
  const bytes = bytesOf(item.pixels);
  const weight = (i) => {
    let sum = 0;
    for (let c = 0; c < channels; ++c) sum += bytes[channels * i + c] - 128;
    return sum / channels / 127;
  };
  return pixelCanvas(width, height, label, () => {
    const shade = (name) => color(name).split(",").map(Number);
    const minus = shade("minus"), zero = shade("zero"), plus = shade("plus");
    return (i) => {
      const w = weight(i), end = w < 0 ? minus : plus, much = Math.min(1, Math.abs(w)) ** 0.8;
      return [0, 1, 2].map((c) => Math.round(zero[c] + (end[c] - zero[c]) * much)).concat(255);
    };
  });
}

function mistakeCard(mistakes, classes, item) {
  const truth = classes[item.truth], guess = classes[item.guess];
  const bars = item.probable.map(([c, p]) => make("li", { class: c === item.truth ? "true" : null },
    make("span", { class: "who" }, make("span", { title: classes[c] }, classes[c]), c === item.truth ? make("em", {}, say("true_mark")) : null),
    make("span", { class: "meter" }, make("i", { style: `width: ${Math.max(1, 100 * p)}%` }), make("b", {}, percent(p)))));
  return make("article", { class: "mistake" },
    mistakes.width ? samplePicture(mistakes, item, say("mistake_label", { index: item.index, truth, guess })) : null,
    make("div", {}, make("h3", {}, say("mistake_title", { truth, guess })),
      make("p", { class: "note" }, say("sample_n", { n: item.index })), make("ul", { class: "bars" }, ...bars)));
}

function mistakesSection(mistakes, classes) {
  const note = mistakes.total === 0 ? say("mistakes_none", { samples: integer(mistakes.samples) })
    : say("mistakes_note", { total: integer(mistakes.total), samples: integer(mistakes.samples), shown: mistakes.items.length });
  const cards = mistakes.items.map((item) => mistakeCard(mistakes, classes, item)), first = cards.slice(0, 12), more = cards.slice(12);
  section("mistakes", say("mistakes"), make("p", { class: "note" }, note), make("div", { class: "mistakes" }, ...first),
    more.length ? make("details", {}, make("summary", {}, say("mistakes_more", { n: more.length })), make("div", { class: "mistakes" }, ...more)) : null);
}

function weightsSection(weights, classes) {
  if (weights.features) return featuresSection(weights);
  const units = weights.items.map((item) => {
    const name = say("unit_n", { n: item.unit + 1 });
    const says = item.for === undefined ? "" : say("unit_for", { for: classes[item.for], against: classes[item.against] });
    return make("figure", { class: "unit", tabindex: "0", title: says ? `${name}: ${says}` : name },
      weightPicture(weights, item, says ? `${name}: ${says}` : name),
      make("figcaption", {}, make("b", {}, String(item.unit + 1)),
        says ? make("span", { "aria-hidden": "true" }, make("i", { class: "plus" }, `+ ${classes[item.for]}`), make("i", { class: "minus" }, `− ${classes[item.against]}`)) : null));
  });
  const legend = make("div", { class: "scale" }, make("span", {}, show("", -weights.scale)), make("i", {}), make("span", {}, `+${show("", weights.scale)}`));
  section("weights", say("weights"),
    make("p", { class: "note" }, say("weights_note", { shown: weights.items.length, units: weights.units, layer: weights.layer, plus: say("plus"), minus: say("minus") }), weights.items[0]?.for === undefined ? "" : say("weights_answers")),
    legend, make("div", { class: "units" }, ...units));
}

function featuresSection(weights) {
  const most = Math.max(...weights.features.map(([, weight]) => Math.abs(weight))) || 1;
  const bar = (weight) => make("span", { class: weight < 0 ? "meter minus" : "meter" },
    make("i", { style: `width: ${100 * Math.abs(weight) / most}%` }), make("b", {}, show("", weight)));
  const note = weights.units === 1 ? "features_note" : "features_rms_note";
  section("weights", say("features"), make("p", { class: "note" }, say(note, { layer: weights.layer, units: weights.units })),
    make("div", { class: "wide" }, table([say("feature"), say("weight")], weights.features.map(([name, weight]) => [name, bar(weight)]), say("features"))));
}
