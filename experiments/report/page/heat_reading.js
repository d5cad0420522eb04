(() => {
  "use strict";

  // What a heat map says: the value at the pointer or the arrow keys, and the text alternative.
  // A position is {row, column}; row 0 is the first probe, at the bottom.

  const {format} = report;

  function reading(rows, x, y, frame) {
    const last = rows.length - 1;
    const clamp = (value, most) => Math.max(0, Math.min(most, value));
    return {
      nearest(px, py) {
        const row = clamp(Math.floor((frame.bottom - py) / y.step()), last),
          t = x.invert(px);
        const column = rows[row].columns.findIndex(c => t < c.right);
        return {row, column: column < 0 ? rows[row].columns.length - 1 : column};
      },
      move(at, dx, dy) {
        if (at === null) return {row: 0, column: 0};
        const row = clamp(at.row + dy, last);
        return {row, column: clamp(at.column + dx, rows[row].columns.length - 1)};
      },
      ends: () => [
        {row: 0, column: 0},
        {row: last, column: rows[last].columns.length - 1},
      ],
      describe({row, column}) {
        const c = rows[row].columns[column],
          step = rows[row].step;
        return {
          x: x(c.right),
          y: y(step),
          title: "after " + format.count(step, "update"),
          rows: [
            {label: "t", text: c.from === c.to ? String(c.from) : c.from + " to " + c.to},
            {label: "norm", text: c.y === 0 ? "underflow" : format.value(c.y)},
          ],
          draw: layer =>
            report.shape(layer, "rect", {
              class: "chosen",
              x: x(c.left),
              y: y(step),
              width: x(c.right) - x(c.left),
              height: y.bandwidth(),
            }),
        };
      },
    };
  }

  function alternative(name, rows) {
    const all = [].concat(...rows.map(row => row.columns.map(c => c.y)));
    const known = all.filter(v => v > 0),
      gone = all.filter(v => v === 0).length;
    const range = `from ${format.number(d3.min(known))} to ${format.number(d3.max(known))}`;
    const underflow = gone > 0 ? `; ${Math.round((100 * gone) / all.length)} % underflow` : "";
    return (
      `Heat map of the norm of ${name} against t, one row for each of ${rows.length} probes ` +
      `from step ${rows[0].step} to ${rows[rows.length - 1].step}; ${range}${underflow}.`
    );
  }

  report.heatReading = {reading, alternative};
})();
