(() => {
  "use strict";

  // What came out: one row a cell, then what chance and the baselines reach; and one row a run.

  const {element, format, palette} = report;
  const ended = run => !/^(running|waiting|interrupted)$/.test(run.state);

  const cellOf = (text, note, attributes) => element("td", attributes, text, note ? element("span", {class: "range"}, " (" + note + ")") : null);
  const numberOf = (text, note) => cellOf(text, note, {class: "number"});

  /// A box of its own to scroll in: the page never scrolls sideways. Focusable, for the keyboard.
  function boxed(name, table) {
    return element("div", {class: "scroll", tabindex: 0, role: "region", "aria-label": name}, table);
  }

  /// Numbers stand below each other although their ranges, to the right of them, are of different
  /// lengths: every cell of such a column, the heading too, keeps the room of the longest.
  function aligned(table) {
    const rows = Array.from(table.rows);
    for (let column = 0; column < rows[0].cells.length; ++column) {
      const cells = rows.map(row => row.cells[column]).filter(cell => cell && cell.classList.contains("number"));
      const longest = d3.max(cells, cell => (cell.querySelector(".range") || {textContent: ""}).textContent.length);
      if (!longest) continue;
      for (const cell of cells) {
        if (!cell.querySelector(".range")) cell.append(element("span", {class: "range"}));
        cell.querySelector(".range").style.minWidth = Math.ceil(longest * 0.86) + "ch";
      }
    }
    return table;
  }

  function headOf(columns) {
    return element("thead", {}, element("tr", {}, ...columns.map(column =>
      element("th", {scope: "col", class: column.number ? "number" : null}, column.title))));
  }

  function labelOf(cell) {
    const units = cell.hidden_size === null ? "" : format.count(cell.hidden_size, "unit");
    const about = [cell.cell === cell.label ? "" : cell.cell, units].filter(Boolean).join(", ");
    return element("th", {scope: "row"}, palette.swatch(palette.colour(cell.index), palette.dash(cell.index)),
      element("span", {class: "label"}, cell.label), about ? element("span", {class: "range"}, " " + about) : null);
  }

  /// Several cells can be best: a tie is no decision.
  function bestOf(group) {
    const medians = group.cells.map(cell => (cell.test ? cell.test.median : null)).filter(format.known);
    if (medians.length < 2) return null;
    return group.metric.higher_is_better ? d3.max(medians) : d3.min(medians);
  }

  function testOf(cell, best) {
    const test = cell.test;
    if (!test || !format.known(test.median)) return numberOf(format.unknown);
    const node = numberOf("", format.range(test, format.value));
    const isBest = best !== null && test.median === best;
    node.prepend(isBest ? element("strong", {}, format.value(test.median)) : format.value(test.median));
    if (isBest) node.prepend(element("span", {class: "best"}, "best"), " ");
    return node;
  }

  function solvedOf(cell) {
    if (!cell.solved) return cellOf(cell.runs.length > 0 && cell.runs.every(ended) ? "not solved" : format.unknown, "", {class: "number muted"});
    const share = cell.solved.count < cell.runs.length ? cell.solved.count + " of " + cell.runs.length + " seeds" : "";
    return numberOf(format.step(cell.solved.median), [format.range(cell.solved, format.step), share].filter(Boolean).join(", "));
  }

  function stepsOf(cell) {
    const steps = cell.steps_done;
    return steps ? numberOf(format.step(steps.median), format.range(steps, format.step)) : numberOf(format.unknown);
  }

  function columnsOf(metric) {
    return [
      {title: "cell", of: labelOf},
      {title: "parameters", number: true, of: cell => numberOf(format.number(cell.parameters))},
      {title: "test " + metric.name, number: true, of: testOf},
      metric.solved_at === null ? null : {title: "solved at step", number: true, of: solvedOf},
      {title: "steps", number: true, of: stepsOf},
      {title: "time", number: true, of: cell => numberOf(format.duration(cell.seconds))},
      {title: "execution", of: cell => cellOf(cell.execution || format.unknown)},
      {title: "notes", of: cell => cellOf(cell.note)},
    ].filter(Boolean);
  }

  function levelRow(name, about, value, columns) {
    return element("tr", {class: "level"}, element("th", {scope: "row"}, element("span", {class: "label"}, name),
      about ? element("span", {class: "range"}, " " + about) : null), element("td"), numberOf(format.value(value)),
      element("td", {colspan: columns.length - 3}));
  }

  function levels(metric, columns) {
    const rows = metric.baselines.map(b => levelRow(b.name, "", b.value, columns));
    if (metric.chance !== null) rows.unshift(levelRow("chance", metric.chance_is, metric.chance, columns));
    return rows;
  }

  function summary(group) {
    const {metric} = group, columns = columnsOf(metric), best = bestOf(group);
    const rows = group.cells.map(cell => element("tr", {}, ...columns.map(column => column.of(cell, best))));
    const seeds = d3.max(group.cells, cell => cell.runs.length);
    const words = ["Test " + metric.name + ": " + (metric.higher_is_better ? "higher" : "lower") + " is better"
      + (seeds > 1 ? "; medians, in brackets the range, of up to " + format.count(seeds, "seed") : "") + "."];
    if (metric.solved_at !== null) {
      words.push("Solved: validation " + metric.name + " at " + (metric.higher_is_better ? "least " : "most ") + format.number(metric.solved_at) + ".");
    }
    return element("div", {class: "results"}, boxed("Results", aligned(element("table", {"data-table": "results"}, headOf(columns),
      element("tbody", {}, ...rows), element("tbody", {class: "levels"}, ...levels(metric, columns))))),
      element("p", {class: "explanation"}, words.join(" ")));
  }

  const runColumns = [
    {title: "cell", of: (cell) => labelOf({...cell, hidden_size: null, cell: cell.label})},
    {title: "seed", number: true, of: (cell, run) => numberOf(String(run.seed))},
    {title: "state", of: (cell, run) => cellOf(run.state || format.unknown)},
    {title: "step", number: true, of: (cell, run) => numberOf(format.step(run.step), run.steps !== null && run.step !== run.steps ? "of " + run.steps : "")},
    {title: "test", number: true, of: (cell, run) => numberOf(format.value(run.test))},
    {title: "best validation at", number: true, of: (cell, run) => numberOf(format.step(run.best_step))},
    {title: "solved at", number: true, of: (cell, run) => numberOf(format.step(run.solved_at))},
    {title: "diverged at", number: true, of: (cell, run) => numberOf(format.step(run.diverged_at))},
    {title: "notes", of: (cell, run) => cellOf(run.note)},
  ];

  function runs(group) {
    const rows = [].concat(...group.cells.map(cell => cell.runs.map(run =>
      element("tr", {}, ...runColumns.map(column => column.of(cell, run))))));
    if (rows.length === 0) return null;
    return element("details", {}, element("summary", {}, "Each run (" + rows.length + ")"),
      boxed("Runs", aligned(element("table", {"data-table": "runs"}, headOf(runColumns), element("tbody", {}, ...rows)))));
  }

  report.tables = {summary, runs, ended, boxed, headOf, labelOf, cellOf, numberOf};
})();
