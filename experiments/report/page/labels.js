(() => {
  "use strict";

  // Where the label of a horizontal reference line goes: of a few places along the line, above and
  // below, the one that covers the least of the curves and no other label.

  const height = 13,
    inset = 6;

  /// Pixels of the curves, close enough that no curve can cross a label unseen.
  function samples(curves, x, y) {
    const places = [];
    for (const curve of curves) {
      for (let i = 0; i < curve.length; ++i) {
        const px = x(curve[i].x),
          py = y(curve[i].y);
        if (!Number.isFinite(py)) continue;
        places.push([px, py]);
        if (i === 0) continue;
        const qx = x(curve[i - 1].x),
          qy = y(curve[i - 1].y);
        if (!Number.isFinite(qy)) continue;
        const parts = Math.ceil(Math.max(Math.abs(px - qx), Math.abs(py - qy)) / 6);
        for (let k = 1; k < parts; ++k)
          places.push([px + ((qx - px) * k) / parts, py + ((qy - py) * k) / parts]);
      }
    }
    return places;
  }

  const inside = (box, [px, py]) =>
    px > box.left && px < box.left + box.width && py > box.top && py < box.top + height;
  const overlap = (a, b) =>
    a.left < b.left + b.width &&
    b.left < a.left + a.width &&
    a.top < b.top + height &&
    b.top < a.top + height;

  /// Boxes a label of this width can have beside the line at py, the preferred one first.
  function candidates(width, py, frame) {
    const boxes = [];
    const room = frame.right - frame.left - width - 2 * inset;
    for (const share of [1, 0.8, 0.6, 0.4, 0.2, 0]) {
      for (const top of [py - height - 2, py + 2]) {
        if (top < frame.top - height || top + height > frame.bottom) continue;
        boxes.push({left: frame.left + inset + share * Math.max(0, room), top, width});
      }
    }
    return boxes;
  }

  /// Moves each text of `texts` [{node: d3 selection of a <text>, y}] to its place.
  function place(texts, places, frame) {
    const taken = [];
    for (const {node, y} of texts) {
      const width = node.node().getComputedTextLength();
      let best = null,
        least = Infinity;
      for (const box of candidates(width, y, frame)) {
        const cost =
          places.filter(p => inside(box, p)).length + (taken.some(t => overlap(t, box)) ? 1e6 : 0);
        if (cost < least) [best, least] = [box, cost];
      }
      if (!best) best = {left: frame.right - width - inset, top: y - height - 2, width};
      taken.push(best);
      node.attr("x", best.left).attr("y", best.top + height - 3);
    }
  }

  report.labels = {samples, place};
})();
