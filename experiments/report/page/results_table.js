(() => {
  "use strict";

  // What came out: one row a cell, then what chance and the baselines reach.

  const {element, format} = report;
  const {boxed, aligned, headOf, named, labelOf, cellOf, numberOf} = report.tables;
  const ended = run => !/^(running|waiting|interrupted|stopped|not started)$/.test(run.state);

  /// Several cells can be best: a tie is no decision.
  function bestOf(group) {
    const medians = group.cells
      .map(cell => (cell.test ? cell.test.median : null))
      .filter(format.known);
    if (medians.length < 2) return null;
    return group.metric.higher_is_better ? d3.max(medians) : d3.min(medians);
  }

  function testOf(cell, best) {
    const test = cell.test;
    if (!test || !format.known(test.median)) return numberOf(format.unknown);
    const node = numberOf("", format.range(test, format.value));
    const isBest = best !== null && test.median === best;
    node.prepend(
      isBest ? element("strong", {}, format.value(test.median)) : format.value(test.median),
    );
    if (isBest) node.prepend(element("span", {class: "best"}, "best"), " ");
    return node;
  }

  function solvedOf(cell) {
    if (!cell.solved) {
      const over = cell.runs.length > 0 && cell.runs.every(ended);
      return cellOf(over ? "not solved" : format.unknown, "", {class: "number muted"});
    }
    const {count} = cell.solved;
    const share = count < cell.runs.length ? `${count} of ${cell.runs.length} seeds` : "";
    return numberOf(
      format.step(cell.solved.median),
      [format.range(cell.solved, format.step), share].filter(Boolean).join(", "),
    );
  }

  function stepsOf(cell) {
    const steps = cell.steps_done;
    return steps
      ? numberOf(format.step(steps.median), format.range(steps, format.step))
      : numberOf(format.unknown);
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
    return element(
      "tr",
      {class: "level"},
      element("th", {scope: "row"}, ...named(name, about)),
      element("td"),
      numberOf(format.value(value)),
      element("td", {colspan: columns.length - 3}),
    );
  }

  function levels(metric, columns) {
    const rows = metric.baselines.map(b => levelRow(b.name, "", b.value, columns));
    if (metric.chance !== null)
      rows.unshift(levelRow("chance", metric.chance_is, metric.chance, columns));
    return rows;
  }

  function explanation({metric, cells}) {
    const seeds = d3.max(cells, cell => cell.runs.length);
    const better = metric.higher_is_better ? "higher" : "lower";
    const range = `; medians, in brackets the range, of up to ${format.count(seeds, "seed")}`;
    const words = [`Test ${metric.name}: ${better} is better${seeds > 1 ? range : ""}.`];
    if (metric.solved_at !== null) {
      const bound = metric.higher_is_better ? "above" : "below";
      words.push(`Solved: validation ${metric.name} ${bound} ${format.number(metric.solved_at)}.`);
    }
    return words.join(" ");
  }

  function create(group) {
    const {metric} = group,
      columns = columnsOf(metric),
      best = bestOf(group);
    const rows = group.cells.map(cell =>
      element("tr", {}, ...columns.map(column => column.of(cell, best))),
    );
    return element(
      "div",
      {class: "results"},
      boxed(
        "Results",
        aligned(
          element(
            "table",
            {"data-table": "results"},
            headOf(columns),
            element("tbody", {}, ...rows),
            element("tbody", {class: "levels"}, ...levels(metric, columns)),
          ),
        ),
      ),
      element("p", {class: "explanation"}, explanation(group)),
    );
  }

  report.resultsTable = {create, ended};
})();
