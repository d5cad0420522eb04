(() => {
  "use strict";

  // Draws every chart of lines. What is drawn, so that tests can count it:
  //   path.mark.seed      one for each run of a cell with several seeds that has a point to draw; where the
  //                       thick line is smoothed (loss, gradient norm), also for the only seed of a cell
  //   path.mark.median    one for each line with a point to draw: the median of the seeds, or the only seed
  //   line.mark.chance, .baseline, .threshold    one for each reference line
  //   path.mark.underflow triangles, where the chart has a strip for values that are exactly 0;
  //                       at most one every 8 pixels of a line
  //   path.mark.diverged  a cross at the last point of a run that diverged
  // Only what is not hidden is there. A point to draw is finite, and positive on a logarithmic axis; a
  // line of one point is a path round a dot. Lines with `dots` have circle.mark.point at each of their points.
  //
  // spec: x {title, domain, ticks(count)}, y {title, kind, domain or null}, lines [{keys, label, colour, dash, median: points,
  // seeds: [{points}], diverged: [points], dots}], references [{kind, value, label}], strip (label of the strip, or null),
  // name(x) (heading of the tooltip), text (beginning of the text alternative), entries (legend).

  const margin = {top: 26, right: 14, bottom: 42, left: 52};
  const rowHeight = 9, stripLabel = 15;

  const usable = kind => point => Number.isFinite(point.y) && (kind !== "log" || point.y > 0);

  function frameOf(width, strip) {
    const height = Math.round(Math.max(230, Math.min(360, width * 0.5)));
    return {
      left: margin.left, right: width - margin.right, top: margin.top, bottom: margin.top + height,
      axis: margin.top + height + strip, height: margin.top + height + strip + margin.bottom,
    };
  }

  function values(lines, references) {
    const all = references.map(reference => reference.value);
    for (const line of lines) {
      for (const curve of [line.median, ...line.seeds.map(seed => seed.points)]) for (const point of curve) all.push(point.y);
    }
    return all;
  }

  function drawCurve(layer, curve, line, kind, x, y, names) {
    const isUsable = usable(kind), drawn = curve.filter(isUsable);
    if (drawn.length === 0) return;
    const path = layer.append("path").attr("class", "mark " + names).style("stroke", line.colour);
    if (drawn.length === 1) {
      const r = names === "seed" ? 2 : 3.5, px = x(drawn[0].x), py = y(drawn[0].y);
      path.attr("d", `M${px - r},${py}a${r},${r} 0 1 0 ${2 * r},0a${r},${r} 0 1 0 ${-2 * r},0Z`).style("fill", line.colour);
      return;
    }
    path.attr("stroke-dasharray", line.dash || null)
      .attr("d", d3.line().defined(isUsable).x(p => x(p.x).toFixed(2)).y(p => y(p.y).toFixed(2))(curve));
  }

  function drawLines(svg, lines, kind, x, y) {
    const faint = svg.append("g"), clear = svg.append("g");
    for (const line of lines) {
      for (const seed of line.seeds) drawCurve(faint, seed.points, line, kind, x, y, "seed");
      for (const curve of line.diverged || []) drawCross(clear, curve.filter(usable(kind)), line, x, y);
      drawCurve(clear, line.median, line, kind, x, y, "median");
      if (line.dots) drawDots(clear, line.median.filter(usable(kind)), line, x, y);
    }
  }

  function drawDots(layer, points, line, x, y) {
    layer.append("g").selectAll("circle").data(points).enter().append("circle").attr("class", "mark point")
      .attr("r", 2.6).attr("cx", p => x(p.x)).attr("cy", p => y(p.y)).style("fill", line.colour);
  }

  function drawCross(layer, points, line, x, y) {
    if (points.length === 0) return;
    const last = points[points.length - 1];
    layer.append("path").attr("class", "mark diverged").style("stroke", line.colour)
      .attr("d", `M${x(last.x) - 4},${y(last.y) - 4}l8,8m0,-8l-8,8`);
  }

  function drawReferences(svg, spec, lines, frame, x, y) {
    const layer = svg.append("g"), texts = [];
    for (const reference of spec.references) {
      const py = y(reference.value);
      if (!Number.isFinite(py)) continue;
      layer.append("line").attr("class", "mark " + reference.kind)
        .attr("x1", frame.left).attr("x2", frame.right).attr("y1", py).attr("y2", py);
      texts.push({y: py, node: svg.append("text").attr("class", "reference").text(reference.label)});
    }
    const curves = [].concat(...lines.map(line => [line.median, ...line.seeds.map(seed => seed.points)]));
    if (texts.length > 0) report.labels.place(texts, report.labels.samples(curves, x, y), frame);
  }

  /// One row of triangles for each line with values of exactly 0.
  function drawStrip(svg, lines, label, frame, x) {
    const strip = svg.append("g");
    strip.append("rect").attr("class", "strip").attr("x", frame.left).attr("y", frame.bottom + 4)
      .attr("width", frame.right - frame.left).attr("height", frame.axis - frame.bottom - 4);
    strip.append("text").attr("class", "reference").attr("x", frame.right - 6).attr("y", frame.bottom + stripLabel)
      .attr("text-anchor", "end").text(label);
    lines.forEach((line, row) => {
      const py = frame.bottom + stripLabel + 4 + (row + 0.5) * rowHeight;
      let before = -Infinity;
      for (const px of line.median.filter(p => p.y === 0).map(p => x(p.x)).sort(d3.ascending)) {
        if (px - before < 8) continue;
        before = px;
        strip.append("path").attr("class", "mark underflow").style("fill", line.colour)
          .attr("d", `M${(px - 3).toFixed(1)},${py - 2.5}h6l-3,5.5z`);
      }
    });
  }

  function draw(svg, width, spec, view) {
    const lines = spec.lines.filter(line => view.shows(line.keys));
    const zeros = spec.strip ? lines.filter(line => line.median.some(p => p.y === 0)) : [];
    const frame = frameOf(width, zeros.length > 0 ? stripLabel + 8 + zeros.length * rowHeight : 0);
    const kind = spec.y.kind;
    const x = report.axes.scale("linear", spec.x.domain, [frame.left, frame.right]);
    const domain = spec.y.domain || report.axes.domain(kind, values(lines, spec.references));
    const y = report.axes.scale(kind, domain, [frame.bottom, frame.top]);
    svg.attr("viewBox", `0 0 ${width} ${frame.height}`).attr("width", width).attr("height", frame.height);
    svg.selectAll("*").remove();
    const most = Math.max(3, Math.floor((frame.bottom - frame.top) / 34));
    const ticks = kind === "log" ? report.axes.logTicks(domain, most) : report.axes.linearTicks(domain, most, false);
    report.axes.left(svg, y, x, ticks, spec.y.title);
    report.axes.bottom(svg, x, frame.axis, spec.x.ticks(Math.max(2, Math.floor((frame.right - frame.left) / 80))), spec.x.title);
    if (zeros.length > 0) drawStrip(svg, zeros, spec.strip, frame, x);
    drawLines(svg, lines, kind, x, y);
    drawReferences(svg, spec, lines, frame, x, y);
    if (lines.length === 0) report.lines.message(svg, frame, spec.lines.length ? "All series are hidden." : "Nothing to show yet.");
    svg.append("g").attr("class", "hover");
    return {
      text: report.lines.alternative(spec, lines), legend: spec.entries.filter(entry => view.shows([entry.key])),
      hover: report.lines.reading(spec, lines, frame, x, y),
    };
  }

  report.lines = {draw, usable};
})();
