(() => {
  "use strict";

  // One row a run, for those who ask.

  const {element, format} = report;
  const {boxed, aligned, headOf, labelOf, cellOf, numberOf} = report.tables;

  const columns = [
    {title: "cell", of: cell => labelOf({...cell, hidden_size: null, cell: cell.label})},
    {title: "seed", number: true, of: (cell, run) => numberOf(String(run.seed))},
    {title: "state", of: (cell, run) => cellOf(run.state || format.unknown)},
    {
      title: "step",
      number: true,
      of: (cell, run) =>
        numberOf(
          format.step(run.step),
          run.steps !== null && run.step !== run.steps ? "of " + run.steps : "",
        ),
    },
    {title: "test", number: true, of: (cell, run) => numberOf(format.value(run.test))},
    {
      title: "best validation at",
      number: true,
      of: (cell, run) => numberOf(format.step(run.best_step)),
    },
    {title: "solved at", number: true, of: (cell, run) => numberOf(format.step(run.solved_at))},
    {title: "diverged at", number: true, of: (cell, run) => numberOf(format.step(run.diverged_at))},
    {title: "notes", of: (cell, run) => cellOf(run.note)},
  ];

  function create(group) {
    const rows = [].concat(
      ...group.cells.map(cell =>
        cell.runs.map(run => element("tr", {}, ...columns.map(column => column.of(cell, run)))),
      ),
    );
    if (rows.length === 0) return null;
    return element(
      "details",
      {},
      element("summary", {}, "Each run (" + rows.length + ")"),
      boxed(
        "Runs",
        aligned(
          element("table", {"data-table": "runs"}, headOf(columns), element("tbody", {}, ...rows)),
        ),
      ),
    );
  }

  report.runsTable = {create};
})();
