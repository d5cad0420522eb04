(() => {
  "use strict";

  // The colours of the heat maps: log10 of the norm, one scale for all maps of a group.

  const strong = -8; // log10 of the norm where the scale for strong gradients begins

  /// Extent of log10 of the norms: one colour scale for all maps of the group.
  function extent(flows) {
    const norms = [].concat(
      ...flows.map(flow => [].concat(...flow.probes.map(probe => probe.median.map(p => p.y)))),
    );
    const [low, high] = d3.extent(norms.filter(v => v > 0).map(Math.log10));
    return low === undefined ? [-1, 0] : low < high ? [low, high] : [low - 1, high];
  }

  const colours = (view, [low, high]) =>
    d3
      .scaleSequential(report.palette.heat)
      .domain([view.faint ? low : Math.max(low, strong), high])
      .clamp(true);

  /// Beside forty decades of a vanishing gradient, all that is well is the same yellow: a choice.
  function control(view, [low, high]) {
    if (low > strong - 4 || high < strong + 1) return [];
    return [
      report.view.segmented(
        view,
        "Range of the colours",
        [
          {value: true, text: "all"},
          {value: false, text: ["above "].concat(report.axes.power(strong))},
        ],
        () => view.faint,
        faint => {
          view.faint = faint;
        },
      ),
    ];
  }

  /// Where smaller norms have the first colour too, its tick says so.
  function barTicks([low, high], most, clamped) {
    const ticks = report.axes.logTicks([Math.pow(10, low), Math.pow(10, high)], most);
    if (!clamped) return ticks;
    return [{value: Math.pow(10, low), text: ["\u2264 ", ...report.axes.power(low)]}].concat(
      ticks.filter(tick => Math.log10(tick.value) > low + (high - low) / most),
    );
  }

  /// Colour bar above the map, at the right end.
  function bar(svg, scale, frame, clamped) {
    const width = Math.round(Math.min(200, (frame.right - frame.left) * 0.42)),
      start = frame.right - width;
    const x = d3.scaleLinear().domain(scale.domain()).range([start, frame.right]);
    const pieces = svg.append("g").attr("class", "cells"),
      layer = svg.append("g").attr("class", "axis");
    for (let left = start; left < frame.right; left += 4) {
      const right = Math.min(frame.right, left + 4);
      const colour = scale(x.invert((left + right) / 2));
      report.shape(pieces, "rect", {x: left, y: 2, width: right - left, height: 9, fill: colour});
    }
    report
      .shape(layer, "text", {class: "title", x: start - 8, y: 11, "text-anchor": "end"})
      .text("norm");
    for (const tick of barTicks(scale.domain(), Math.floor(width / 44), clamped)) {
      const place = {class: "tick", x: x(Math.log10(tick.value)), y: 25, "text-anchor": "middle"};
      report.shape(layer, "text", place).call(report.rich.svg, tick.text);
    }
  }

  report.heatColours = {extent, scale: colours, control, bar};
})();
