(() => {
  "use strict";

  // The charts of a training run: metric, loss and gradient norm against the step.

  const {format} = report;
  const {carriedOn, smoothed, ys, suitsLog} = report.learningLines;

  function stepAxis(cells, field) {
    const last =
      d3.max([].concat(...cells.map(cell => cell.runs)), run =>
        d3.max(run[field], point => point.x),
      ) || 1;
    return {
      title: "training step",
      domain: [0, last],
      ticks: count => report.axes.linearTicks([0, last], count, true),
    };
  }

  function csv(cells, field, column, lines) {
    const rows = [["cell", "seed", "step", column]];
    cells.forEach((cell, i) => {
      for (const run of cell.runs)
        for (const p of run[field]) rows.push([cell.label, run.seed, p.x, p.y]);
      if (cell.runs.length > 1)
        for (const p of lines[i].median) rows.push([cell.label, "median", p.x, p.y]);
    });
    return rows;
  }

  function frame(view, name, field, about) {
    const cells = view.group.cells;
    let kind = about.kind;
    const lines = about.lines;
    const scales = report.view.segmented(
      view,
      "Scale of the vertical axis",
      [
        {value: "linear", text: "linear"},
        {value: "log", text: "log"},
      ],
      () => kind,
      chosen => {
        kind = chosen;
      },
    );
    const entries = report.legend.ofCells(cells);
    return report.figure.create({
      view,
      name,
      title: about.title,
      explanation: about.explanation,
      controls: about.fixed ? [] : [scales],
      legend: entries,
      draw: (svg, width) =>
        report.lines.draw(
          svg,
          width,
          {
            x: stepAxis(cells, field),
            y: {title: about.unit, kind},
            lines,
            references: about.references,
            entries,
            raw: about.raw,
            name: at => "step " + format.step(at),
            text: about.title + " against training step",
          },
          view,
        ),
      csv: () => csv(cells, field, about.column, lines),
    });
  }

  /// A horizontal line with its name and value.
  function reference(kind, name, value) {
    return {kind, value, label: name + " " + format.number(value)};
  }

  function validationReferences({baselines, chance, solved_at}) {
    const references = baselines.map(b => reference("baseline", b.name, b.value));
    if (chance !== null) references.push(reference("chance", "chance", chance));
    if (solved_at !== null) references.push(reference("threshold", "solved at", solved_at));
    return references;
  }

  const seedsAndMedian =
    "Each thin line is one seed, each thick line the median of the seeds; " +
    "a run that ended early counts on with its last value. ";

  function validation(view) {
    const {cells, metric} = view.group;
    return frame(view, "validation", "validation", {
      title: "Validation " + metric.name,
      unit: metric.name,
      column: metric.name,
      explanation:
        seedsAndMedian +
        (metric.higher_is_better ? "Higher is better." : "Lower is better.") +
        (metric.baselines.length > 0 ? " Chance and baselines are those of the test part, which may be harder." : ""),
      lines: carriedOn(cells),
      references: validationReferences(metric),
      kind: !metric.higher_is_better && suitsLog(ys(cells, "validation")) ? "log" : "linear",
    });
  }

  function loss(view) {
    const {cells} = view.group,
      {lines, words, raw} = smoothed(cells, "loss");
    return frame(view, "loss", "loss", {
      title: "Training loss",
      unit: "loss",
      column: "loss",
      lines,
      raw,
      references: [],
      explanation: "Loss of the training batches. Faint: every logged step of each seed. " + words,
      kind: d3.min(ys(cells, "loss")) > 0 ? "log" : "linear",
    });
  }

  /// One line for each clipping threshold, with the cells it belongs to unless it is everybody's.
  function thresholds(cells) {
    const norms = Array.from(new Set(cells.map(cell => cell.clip_norm))).filter(n => n !== null);
    return norms.map(norm => {
      const clipped = cells.filter(cell => cell.clip_norm === norm).map(cell => cell.label);
      const many = clipped.length > 3 ? clipped.length + " cells " : clipped.join(", ") + " ";
      return reference(
        "threshold",
        (clipped.length < cells.length ? many : "") + "clipped above",
        norm,
      );
    });
  }

  function gradientNorm(view) {
    const {cells} = view.group,
      {lines, words, raw} = smoothed(cells, "gradient_norm");
    return frame(view, "gradient_norm", "gradient_norm", {
      title: "Gradient norm",
      unit: "global norm",
      column: "gradient_norm",
      lines,
      raw,
      fixed: true,
      kind: "log",
      references: thresholds(cells),
      explanation:
        "Norm of the gradient of all parameters together, before clipping. " +
        "Faint: every logged step of each seed. " +
        words,
    });
  }

  report.learning = {validation, loss, gradientNorm};
})();
