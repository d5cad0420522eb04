(() => {
  "use strict";

  // The charts of a training run: metric, loss and gradient norm against the step.

  const {palette, series, format} = report;

  function line(cell, medianOf, curves) {
    const several = cell.runs.length > 1;
    return {
      keys: [cell.key], label: cell.label, colour: palette.colour(cell.index), dash: palette.dash(cell.index),
      median: medianOf(curves.map(curve => curve.points)), seeds: several ? curves : [],
      diverged: curves.filter(curve => curve.diverged).map(curve => curve.points),
    };
  }

  /// One line a cell.
  function linesOf(cells, field, medianOf) {
    return cells.map(cell => line(cell, medianOf, cell.runs.map(run => ({
      seed: run.seed, points: run[field], diverged: run.state === "diverged",
    }))));
  }

  function stepAxis(cells, field) {
    const last = d3.max([].concat(...cells.map(cell => cell.runs)), run => d3.max(run[field], point => point.x)) || 1;
    return {title: "training step", domain: [0, last], ticks: count => report.axes.linearTicks([0, last], count, true)};
  }

  function csv(cells, field, column, lines) {
    const rows = [["cell", "seed", "step", column]];
    cells.forEach((cell, i) => {
      for (const run of cell.runs) for (const p of run[field]) rows.push([cell.label, run.seed, p.x, p.y]);
      if (cell.runs.length > 1) for (const p of lines[i].median) rows.push([cell.label, "median", p.x, p.y]);
    });
    return rows;
  }

  const ys = (cells, field) => [].concat(...cells.map(cell => cell.runs)).reduce(
    (all, run) => all.concat(run[field].map(point => point.y).filter(Number.isFinite)), []);

  /// Logarithmic where values are positive and differ by more than a factor of ten.
  function suitsLog(values) {
    const [low, high] = d3.extent(values);
    return low > 0 && high / low > 10;
  }

  function frame(view, name, field, about) {
    const cells = view.group.cells;
    let kind = about.kind;
    const lines = about.lines;
    const scales = report.view.segmented(view, "Scale of the vertical axis",
      [{value: "linear", text: "linear"}, {value: "log", text: "log"}], () => kind, chosen => { kind = chosen; });
    const entries = report.legend.ofCells(cells);
    return report.figure.create({
      view, name, title: about.title, explanation: about.explanation, controls: about.fixed ? [] : [scales], legend: entries,
      draw: (svg, width) => report.lines.draw(svg, width, {
        x: stepAxis(cells, field), y: {title: about.unit, kind}, lines, references: about.references, entries,
        name: at => "step " + format.step(at), text: about.title + " against training step",
      }, view),
      csv: () => csv(cells, field, about.column, lines),
    });
  }

  function validationReferences(metric) {
    const references = metric.baselines.map(b => ({kind: "baseline", value: b.value, label: b.name + " " + format.number(b.value)}));
    if (metric.chance !== null) references.push({kind: "chance", value: metric.chance, label: "chance " + format.number(metric.chance)});
    if (metric.solved_at !== null) references.push({kind: "threshold", value: metric.solved_at, label: "solved at " + format.number(metric.solved_at)});
    return references;
  }

  const seedsAndMedian = "Each thin line is one seed, each thick line the median of the seeds (where at least half of them have a value). ";

  function validation(view) {
    const {cells, metric} = view.group;
    return frame(view, "validation", "validation", {
      title: "Validation " + metric.name, unit: metric.name, column: metric.name,
      explanation: seedsAndMedian + (metric.higher_is_better ? "Higher is better." : "Lower is better."),
      lines: linesOf(cells, "validation", series.overSeeds), references: validationReferences(metric),
      kind: !metric.higher_is_better && suitsLog(ys(cells, "validation")) ? "log" : "linear",
    });
  }

  /// Median over the seeds of what each seed has in stretches of steps; the same stretches for all.
  function smoothed(cells, field) {
    const width = series.binWidth([].concat(...cells.map(cell => cell.runs.map(run => run[field]))));
    const words = width === 0 ? "Thick: the median of the seeds. "
      : "Thick: the median of the seeds over " + width + " steps at a time. ";
    const lines = linesOf(cells, field, curves => series.overSeeds(curves.map(curve => series.binned(curve, width))));
    // raw values stay visible behind a line that is smoothed, also those of an only seed
    if (width > 0) {
      cells.forEach((cell, i) => {
        if (cell.runs.length === 1) lines[i].seeds = [{points: cell.runs[0][field]}];
      });
    }
    return {lines, words};
  }

  function loss(view) {
    const {cells} = view.group, {lines, words} = smoothed(cells, "loss");
    return frame(view, "loss", "loss", {
      title: "Training loss", unit: "loss", column: "loss", lines, references: [],
      explanation: "Loss of the training batches. Faint: every logged step of each seed. " + words,
      kind: d3.min(ys(cells, "loss")) > 0 ? "log" : "linear",
    });
  }

  /// One line for each clipping threshold, with the cells it belongs to unless it is everybody's.
  function thresholds(cells, view) {
    const at = d3.nest().key(cell => cell.clip_norm).entries(cells.filter(cell => cell.clip_norm !== null));
    return at.map(entry => ({
      kind: "threshold", value: Number(entry.key),
      label: (entry.values.length === cells.length ? "" : entry.values.length > 3 ? entry.values.length + " cells "
        : entry.values.map(cell => cell.label).join(", ") + " ") + "clipped above " + format.number(Number(entry.key)),
    }));
  }

  function gradientNorm(view) {
    const {cells} = view.group, {lines, words} = smoothed(cells, "gradient_norm");
    return frame(view, "gradient_norm", "gradient_norm", {
      title: "Gradient norm", unit: "global norm", column: "gradient_norm", lines, fixed: true, kind: "log",
      references: thresholds(cells, view),
      explanation: "Norm of the gradient of all parameters together, before clipping. Faint: every logged step of each seed. " + words,
    });
  }

  report.learning = {validation, loss, gradientNorm, thresholds};
})();
