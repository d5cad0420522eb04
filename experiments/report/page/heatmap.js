(() => {
  "use strict";

  // How the flow of one state changes during training. Marks: rect.mark.cell, one for each probe and
  // column; those that have underflowed are rect.mark.cell.underflow. Columns are several t merged.

  const {format} = report;
  const margin = {top: 40, right: 14, bottom: 42, left: 52};
  const mostColumns = 150, fewestColumns = 30, mostCells = 40000;  // of all maps together: a browser's patience

  const maps = cells => report.flow.flows(cells).filter(({flow}) => flow.probes.length >= 3);

  /// Merges neighbouring t: the geometric mean of those that have not underflowed; 0 if all have.
  function columns(points, most) {
    const size = Math.ceil(points.length / most), merged = [];
    for (let i = 0; i < points.length; i += size) {
      const part = points.slice(i, i + size), known = part.filter(p => p.y > 0);
      const before = i > 0 ? points[i - 1].x : part[0].x - 1, last = part[part.length - 1].x;
      const after = i + size < points.length ? points[i + size].x : last + 1;
      merged.push({
        from: part[0].x, to: last, left: (before + part[0].x) / 2, right: (last + after) / 2,
        y: known.length > 0 ? Math.pow(10, d3.mean(known, p => Math.log10(p.y))) : part.some(p => p.y === 0) ? 0 : NaN,
      });
    }
    return merged;
  }

  const strong = -8;  // log10 of the norm where the scale for strong gradients begins

  /// Extent of log10 of the norms: one colour scale for all maps of the group.
  function extent(cells) {
    const norms = [].concat(...maps(cells).map(({flow}) => [].concat(...flow.probes.map(probe => probe.median.map(p => p.y)))));
    const [low, high] = d3.extent(norms.filter(v => v > 0).map(Math.log10));
    return low === undefined ? [-1, 0] : low < high ? [low, high] : [low - 1, high];
  }

  const colours = (view, [low, high]) => d3.scaleSequential(report.palette.heat)
    .domain([view.faint ? low : Math.max(low, strong), high]).clamp(true);

  /// Beside forty decades of a vanishing gradient, all that is well is the same yellow: a choice.
  function rangeControl(view, [low, high]) {
    if (low > strong - 4 || high < strong + 1) return [];
    return [report.view.segmented(view, "Range of the colours", [{value: true, text: "all"},
      {value: false, text: ["above "].concat(report.axes.power(strong))}], () => view.faint, faint => { view.faint = faint; })];
  }

  function hatching(svg) {
    const id = report.unique("hatch");
    const pattern = svg.append("defs").append("pattern").attr("id", id).attr("width", 5).attr("height", 5)
      .attr("patternUnits", "userSpaceOnUse").attr("patternTransform", "rotate(45)");
    pattern.append("rect").attr("class", "hatch-ground").attr("width", 5).attr("height", 5);
    pattern.append("line").attr("class", "hatch-line").attr("y2", 5).attr("x1", 1).attr("x2", 1);
    return "url(#" + id + ")";
  }

  /// Colour bar above the map, at the right end.
  function colourBar(svg, scale, frame) {
    const width = Math.min(200, (frame.right - frame.left) * 0.42), pieces = 50, start = frame.right - width;
    const x = d3.scaleLinear().domain(scale.domain()).range([start, frame.right]);
    const layer = svg.append("g").attr("class", "axis");
    d3.range(pieces).forEach(i => layer.append("rect").attr("x", start + width * i / pieces).attr("y", 2)
      .attr("width", width / pieces + (i < pieces - 1 ? 0.5 : 0)).attr("height", 9)
      .style("fill", scale(x.invert(start + width * (i + 0.5) / pieces))));
    layer.append("text").attr("class", "title").attr("text-anchor", "end").attr("x", start - 8).attr("y", 11).text("norm");
    const [low, high] = scale.domain();
    for (const tick of report.axes.logTicks([Math.pow(10, low), Math.pow(10, high)], Math.floor(width / 44))) {
      layer.append("text").attr("class", "tick").attr("text-anchor", "middle").attr("x", x(Math.log10(tick.value)))
        .attr("y", 25).call(report.rich.svg, tick.text);
    }
  }

  /// What hatching means, below the map.
  function hatchKey(svg, frame, hatch, words) {
    const layer = svg.append("g").attr("class", "axis");
    layer.append("rect").attr("x", frame.left).attr("y", frame.bottom + 27).attr("width", 18).attr("height", 9).style("fill", hatch);
    layer.append("text").attr("class", "tick").attr("x", frame.left + 24).attr("y", frame.bottom + 36).text(words);
  }

  function frameOf(width, probes) {
    // whole pixels for each row: with parts of them rows would differ in height
    const row = Math.max(2, Math.min(40, Math.round(240 / probes))), height = row * probes;
    return {left: margin.left, right: width - margin.right, top: margin.top, bottom: margin.top + height, height: margin.top + height + margin.bottom};
  }

  function drawCells(svg, rows, x, y, scale, hatch) {
    const layer = svg.append("g").attr("class", "cells");
    rows.forEach(row => layer.append("g").selectAll("rect").data(row.columns.filter(c => Number.isFinite(c.y))).enter().append("rect")
      .attr("class", c => (c.y > 0 ? "mark cell" : "mark cell underflow"))
      .attr("x", c => x(c.left).toFixed(2)).attr("width", c => (x(c.right) - x(c.left)).toFixed(2))
      .attr("y", y(row.step).toFixed(2)).attr("height", y.bandwidth().toFixed(2))
      .attr("fill", c => (c.y > 0 ? scale(Math.log10(c.y)) : hatch)));
  }

  /// Steps of the probes, as many as there is room for, always the first and the last.
  function rowTicks(steps, band) {
    const every = Math.max(1, Math.ceil(15 / band));
    const kept = steps.filter((step, i) => i % every === 0 && steps.length - 1 - i >= every || i === steps.length - 1);
    return kept.map(step => ({value: step, text: [format.step(step)]}));
  }

  function reading(name, rows, x, y, frame) {
    const last = rows.length - 1;
    const clamp = (value, most) => Math.max(0, Math.min(most, value));
    return {
      nearest(px, py) {
        const row = clamp(Math.floor((frame.bottom - py) / y.step()), last), t = x.invert(px);
        const column = rows[row].columns.findIndex(c => t < c.right);
        return {row, column: column < 0 ? rows[row].columns.length - 1 : column};
      },
      move(at, dx, dy) {
        if (at === null) return {row: 0, column: 0};
        const row = clamp(at.row + dy, last);
        return {row, column: clamp(at.column + dx, rows[row].columns.length - 1)};
      },
      ends: () => [{row: 0, column: 0}, {row: last, column: rows[last].columns.length - 1}],
      describe({row, column}) {
        const c = rows[row].columns[column], step = rows[row].step;
        return {
          x: x(c.right), y: y(step), title: "after " + format.count(step, "update"),
          rows: [{label: "t", text: c.from === c.to ? String(c.from) : c.from + " to " + c.to},
            {label: "norm", text: c.y === 0 ? "underflow" : format.value(c.y)}],
          draw: layer => layer.append("rect").attr("class", "chosen").attr("x", x(c.left)).attr("y", y(step))
            .attr("width", x(c.right) - x(c.left)).attr("height", y.bandwidth()),
        };
      },
    };
  }

  function alternative(name, rows) {
    const all = [].concat(...rows.map(row => row.columns.map(c => c.y))), known = all.filter(v => v > 0);
    const gone = all.filter(v => v === 0).length;
    return "Heat map of the norm of " + name + " against t, one row for each of " + rows.length + " probes from step " + rows[0].step
      + " to " + rows[rows.length - 1].step + "; from " + format.number(d3.min(known)) + " to " + format.number(d3.max(known))
      + (gone > 0 ? "; " + Math.round(100 * gone / all.length) + " % underflow" : "") + ".";
  }

  function chart(view, {cell, flow}, range, most, strip) {
    const rows = flow.probes.map(probe => ({step: probe.step, columns: columns(probe.median, most)}));
    const name = ["dL/d" + flow.state, {sub: "t"}], underflow = rows.some(row => row.columns.some(c => c.y === 0));
    return report.figure.create({
      view, name: "heat_" + cell.label + "_" + flow.state, title: [cell.label + ", state " + flow.state], keys: [cell.key, "state:" + flow.state],
      controls: rangeControl(view, range), depends: () => view.faint, legend: null,
      explanation: ["Norm of ", ...name, ", one row a probe."],
      draw(svg, width) {
        const frame = frameOf(width, rows.length), steps = rows.map(row => row.step);
        const all = [].concat(...rows.map(row => row.columns));
        const x = d3.scaleLinear().domain([d3.min(all, c => c.left), d3.max(all, c => c.right)]).range([frame.left, frame.right]);
        const y = d3.scaleBand().domain(steps).range([frame.bottom, frame.top]);
        svg.attr("viewBox", `0 0 ${width} ${frame.height}`).attr("width", width).attr("height", frame.height);
        svg.selectAll("*").remove();
        const hatch = underflow ? hatching(svg) : null;
        const scale = colours(view, range);
        colourBar(svg, scale, frame);
        if (hatch) hatchKey(svg, frame, hatch, strip);
        const middle = step => y(step) + y.bandwidth() / 2;
        report.axes.left(svg, middle, x, rowTicks(steps, y.step()), "training step");
        drawCells(svg, rows, x, y, scale, hatch);
        report.axes.bottom(svg, x, frame.bottom + 2, report.axes.linearTicks(x.domain(), Math.max(2, width / 80), true), ["t"]);
        svg.append("g").attr("class", "hover");
        return {text: alternative(report.rich.plain(name), rows), legend: [], hover: reading(name, rows, x, y, frame)};
      },
      csv: () => [["cell", "state", "probe_step", "t", "norm"]].concat(
        ...flow.probes.map(probe => probe.median.map(p => [cell.label, flow.state, probe.step, p.x, p.y]))),
    });
  }

  function charts(view, strip) {
    const all = maps(view.group.cells), range = extent(view.group.cells);
    const rows = d3.sum(all, ({flow}) => flow.probes.length);
    const most = Math.max(fewestColumns, Math.min(mostColumns, Math.floor(mostCells / rows)));
    return all.map(map => chart(view, map, range, most, strip));
  }

  report.heatmap = {charts};
})();
