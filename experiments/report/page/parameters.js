(() => {
  "use strict";

  // Norm of the gradient of each parameter of a cell at the probes: one chart a cell.

  const {palette, format} = report;

  /// Names over all cells: weight_hh has one colour in every chart.
  const names = cells =>
    Array.from(new Set([].concat(...cells.map(cell => cell.parameter_norms.map(p => p.name)))));

  function lineOf(parameter, index) {
    return {
      keys: ["parameter:" + parameter.name],
      label: parameter.name,
      colour: palette.colour(index),
      dash: palette.dash(index),
      median: parameter.points,
      seeds: [],
      dots: true,
    };
  }

  function csv(cell) {
    return [["cell", "parameter", "step", "norm"]].concat(
      ...cell.parameter_norms.map(parameter =>
        parameter.points.map(p => [cell.label, parameter.name, p.x, p.y]),
      ),
    );
  }

  function chart(view, cell, all, axis, domain) {
    const lines = cell.parameter_norms.map(parameter =>
      lineOf(parameter, all.indexOf(parameter.name)),
    );
    const entries = lines.map(line => ({
      key: line.keys[0],
      label: line.label,
      colour: line.colour,
      dash: line.dash,
    }));
    const references =
      cell.clip_norm === null
        ? []
        : [
            {
              kind: "threshold",
              value: cell.clip_norm,
              label: "global norm clipped above " + format.number(cell.clip_norm),
            },
          ];
    return report.figure.create({
      view,
      name: "parameters_" + cell.label,
      title: [cell.label],
      keys: [cell.key],
      legend: entries,
      explanation: ["Norm of dL/dW of each parameter at the probes, median over the seeds."],
      draw: (svg, width) =>
        report.lines.draw(
          svg,
          width,
          {
            x: axis,
            y: {title: ["norm of dL/dW"], kind: "log", domain},
            lines,
            references,
            entries,
            name: at => "step " + format.step(at),
            text: "Norm of dL/dW of the parameters of " + cell.label + " against training step",
          },
          view,
        ),
      csv: () => csv(cell),
    });
  }

  /// An only probe stands in the middle.
  function stepAxis(points) {
    const [first, last] = d3.extent(points, p => p.x);
    if (first === last)
      return {
        title: "training step",
        domain: [first - 1, first + 1],
        ticks: () => [{value: first, text: [format.step(first)]}],
      };
    return {
      title: "training step",
      domain: [0, last],
      ticks: count => report.axes.linearTicks([0, last], count, true),
    };
  }

  function charts(view) {
    const cells = view.group.cells.filter(cell =>
      cell.parameter_norms.some(p => p.points.some(point => point.y > 0)),
    );
    const all = names(cells),
      points = [].concat(
        ...cells.map(cell => [].concat(...cell.parameter_norms.map(p => p.points))),
      );
    const clipped = cells.map(cell => cell.clip_norm).filter(norm => norm !== null);
    // the same for all cells
    const domain = report.axes.domain("log", points.map(p => p.y).concat(clipped));
    return cells.map(cell => chart(view, cell, all, stepAxis(points), domain));
  }

  report.parameters = {charts};
})();
