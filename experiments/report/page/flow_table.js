(() => {
  "use strict";

  // The flow in numbers: how fast the gradient decays, and how far back it can be felt.

  const {element, format, tables} = report;

  function lagOf(probe) {
    if (probe.lag !== null) return format.step(probe.lag);
    if (!probe.lag_beyond) return format.unknown;
    return ">" + format.step(d3.max(probe.median, point => point.x));
  }

  const columns = [
    {title: "cell", of: cell => tables.labelOf({...cell, hidden_size: null, cell: cell.label})},
    {title: "state", of: (cell, flow) => tables.cellOf(flow.state)},
    {
      title: "probe at step",
      number: true,
      of: (cell, flow, probe) => tables.numberOf(format.step(probe.step)),
    },
    {
      title: "decay per step",
      number: true,
      of: (cell, flow, probe) => tables.numberOf(format.value(probe.decay)),
    },
    {
      title: "lag below 1e-3",
      number: true,
      of: (cell, flow, probe) => tables.numberOf(lagOf(probe)),
    },
    {
      title: "underflow",
      number: true,
      of: (cell, flow, probe) => tables.numberOf(format.number(probe.underflow)),
    },
  ];

  function tableOf(name, flows, probesOf) {
    const rows = [].concat(
      ...flows.map(({cell, flow}) =>
        probesOf(flow).map(probe =>
          element("tr", {}, ...columns.map(column => column.of(cell, flow, probe))),
        ),
      ),
    );
    return tables.boxed(
      name,
      element(
        "table",
        {"data-table": "flow"},
        tables.headOf(columns),
        element("tbody", {}, ...rows),
      ),
    );
  }

  const firstAndLast = flow =>
    flow.probes.filter((probe, i) => i === 0 || i === flow.probes.length - 1);

  /// Many probes make many rows: all of them are made when they are asked for.
  function rest(flows) {
    const count = d3.sum(flows, ({flow}) => flow.probes.length);
    if (flows.every(({flow}) => flow.probes.length <= 2)) return null;
    const node = element("details", {}, element("summary", {}, "All probes (" + count + " rows)"));
    node.addEventListener(
      "toggle",
      () => node.append(tableOf("Flow, all probes", flows, flow => flow.probes)),
      {once: true},
    );
    return node;
  }

  function create(group) {
    const flows = report.flowLines.flows(group.cells);
    return element(
      "div",
      {class: "results"},
      tableOf("Flow", flows, firstAndLast),
      element(
        "p",
        {class: "explanation"},
        "Decay: factor of the norm for each step further back in time (1 keeps it). " +
          "Lag: steps back from the end after which the norm is below a thousandth of its value " +
          "there. Underflow: number of t with a norm of exactly 0." +
          (group.asked_at_end
            ? ""
            : " Here predictions are asked for on the way, too, so a part of the gradient enters " +
              "at every t, and decay and lag do not tell how far it comes."),
      ),
      rest(flows),
    );
  }

  report.flowTable = {create};
})();
