(() => {
  "use strict";

  // How the flow of one state changes during training. Marks, so that tests can count them:
  //   rect.mark.cell            one for each probe and column with a known norm
  //   rect.mark.cell.underflow  those of them whose norm is exactly 0
  // A column is one t, or several merged: as many as leave at most 150 columns, and fewer where all
  // maps together would have more than 40000 marks.

  const {format} = report;
  const margin = {top: 40, right: 22, bottom: 42, left: 52};
  const mostColumns = 150,
    fewestColumns = 30,
    mostCells = 40000; // of all maps together: a browser's patience

  const maps = cells => report.flowLines.flows(cells).filter(({flow}) => flow.probes.length >= 3);

  /// Merges neighbouring t: the geometric mean of those that have not underflowed; 0 if all have.
  function columns(points, most) {
    const size = Math.ceil(points.length / most),
      merged = [];
    for (let i = 0; i < points.length; i += size) {
      const part = points.slice(i, i + size),
        known = part.filter(p => p.y > 0);
      const before = i > 0 ? points[i - 1].x : part[0].x - 1,
        last = part[part.length - 1].x;
      const after = i + size < points.length ? points[i + size].x : last + 1;
      const logs = known.map(p => Math.log10(p.y)),
        zero = part.some(p => p.y === 0);
      merged.push({
        from: part[0].x,
        to: last,
        left: (before + part[0].x) / 2,
        right: (last + after) / 2,
        y: known.length > 0 ? Math.pow(10, d3.mean(logs)) : zero ? 0 : NaN,
      });
    }
    return merged;
  }

  function hatching(svg) {
    const id = report.unique("hatch");
    const size = {width: 5, height: 5},
      units = {patternUnits: "userSpaceOnUse", patternTransform: "rotate(45)"};
    const pattern = report.shape(svg.append("defs"), "pattern", {id, ...size, ...units});
    report.shape(pattern, "rect", {class: "hatch-ground", ...size});
    report.shape(pattern, "line", {class: "hatch-line", x1: 1, x2: 1, y2: 5});
    return "url(#" + id + ")";
  }

  /// What hatching means, below the map.
  function hatchKey(svg, frame, hatch, words) {
    const layer = svg.append("g").attr("class", "axis");
    report.shape(layer, "rect", {
      x: frame.left,
      y: frame.bottom + 27,
      width: 18,
      height: 9,
      fill: hatch,
    });
    report
      .shape(layer, "text", {class: "tick", x: frame.left + 24, y: frame.bottom + 36})
      .text(words);
  }

  function frameOf(width, probes) {
    // whole pixels for each row: with parts of them rows would differ in height
    const row = Math.max(2, Math.min(40, Math.round(240 / probes))),
      height = row * probes;
    return {
      left: margin.left,
      right: width - margin.right,
      top: margin.top,
      bottom: margin.top + height,
      height: margin.top + height + margin.bottom,
    };
  }

  /// Edges on whole pixels: neither gaps nor seams between columns.
  function drawCells(svg, rows, x, y, scale, hatch) {
    const layer = svg.append("g").attr("class", "cells"),
      edge = t => Math.round(x(t));
    for (const row of rows) {
      for (const c of row.columns.filter(column => Number.isFinite(column.y))) {
        const box = {
          x: edge(c.left),
          y: y(row.step),
          width: edge(c.right) - edge(c.left),
          height: y.bandwidth(),
        };
        if (c.y > 0)
          report.shape(layer, "rect", {class: "mark cell", ...box, fill: scale(Math.log10(c.y))});
        else report.shape(layer, "rect", {class: "mark cell underflow", ...box, fill: hatch});
      }
    }
  }

  /// Steps of the probes, as many as there is room for, always the first and the last.
  function rowTicks(steps, band) {
    const every = Math.max(1, Math.ceil(15 / band));
    const kept = steps.filter(
      (step, i) => (i % every === 0 && steps.length - 1 - i >= every) || i === steps.length - 1,
    );
    return kept.map(step => ({value: step, text: [format.step(step)]}));
  }

  function chart(view, {cell, flow}, range, most, strip) {
    const rows = flow.probes.map(probe => ({
      step: probe.step,
      columns: columns(probe.median, most),
    }));
    const name = ["dL/d" + flow.state, {sub: "t"}],
      underflow = rows.some(row => row.columns.some(c => c.y === 0));
    return report.figure.create({
      view,
      name: "heat_" + cell.label + "_" + flow.state,
      title: [cell.label + ", state " + flow.state],
      keys: [cell.key, "state:" + flow.state],
      controls: report.heatColours.control(view, range),
      depends: () => view.faint,
      legend: null,
      explanation: ["Norm of ", ...name, ", one row a probe."],
      draw(svg, width) {
        const frame = frameOf(width, rows.length),
          steps = rows.map(row => row.step);
        const all = [].concat(...rows.map(row => row.columns));
        const x = d3
          .scaleLinear()
          .domain([d3.min(all, c => c.left), d3.max(all, c => c.right)])
          .range([frame.left, frame.right]);
        const y = d3.scaleBand().domain(steps).range([frame.bottom, frame.top]);
        report.figure.clear(svg, width, frame.height);
        const hatch = underflow ? hatching(svg) : null;
        const scale = report.heatColours.scale(view, range);
        report.heatColours.bar(svg, scale, frame, scale.domain()[0] > range[0]);
        if (hatch) hatchKey(svg, frame, hatch, strip);
        const middle = step => y(step) + y.bandwidth() / 2;
        report.axes.left(svg, middle, x, rowTicks(steps, y.step()), "training step");
        drawCells(svg, rows, x, y, scale, hatch);
        report.axes.bottom(
          svg,
          x,
          frame.bottom + 2,
          report.axes.linearTicks(x.domain(), Math.max(2, width / 80), true),
          ["t"],
        );
        svg.append("g").attr("class", "hover");
        return {
          text: report.heatReading.alternative(report.rich.plain(name), rows),
          legend: [],
          hover: report.heatReading.reading(rows, x, y, frame),
        };
      },
      csv: () =>
        [["cell", "state", "probe_step", "t", "norm"]].concat(
          ...flow.probes.map(probe =>
            probe.median.map(p => [cell.label, flow.state, probe.step, p.x, p.y]),
          ),
        ),
    });
  }

  function charts(view, strip) {
    const all = maps(view.group.cells),
      range = report.heatColours.extent(all.map(map => map.flow));
    const rows = d3.sum(all, ({flow}) => flow.probes.length);
    const most = Math.max(fewestColumns, Math.min(mostColumns, Math.floor(mostCells / rows)));
    return all.map(map => chart(view, map, range, most, strip));
  }

  report.heatmap = {charts};
})();
