# After read.awk: what the benchmark is about, as ratio[name, shape, cell] and what it is made of. Ours
# is the compiled recurrence with two threads, or with one where there is one sequence.

function ours(section, shape, cell, kind,   two) {
  two = best(section, shape, cell, kind, "carousel", "compiled", 2)
  return two ? two : best(section, shape, cell, kind, "carousel", "compiled", 1)
}

function our_threads(shape, part) { return split(shape, part, ",") && part[3] == 1 ? 1 : 2 }

# Keeps a / b where both were measured.
function keep(name, shape, cell, a, b) {
  if (a && b) ratio[name, shape, cell] = a / b
}

# Programs that compute the same must agree on what they computed.
function agree(   i, part, id, off) {
  for (i = 1; i <= key_count; i++) {
    split(keys[i], part, "|")
    if (part[5] == "limit") continue
    id = part[2] "|" part[3] "|" part[4]
    if (!(id in expected)) { expected[id] = check[keys[i]]; continue }
    off = check[keys[i]] / expected[id] - 1
    if (off > 1e-3 || off < -1e-3) {
      printf "%s: %s instead of %s\n", keys[i], check[keys[i]], expected[id] > "/dev/stderr"
      disagreements++
    }
  }
}

function ratios(   s, c, shape, cell, mine, cells, n) {
  n = split("lstm gru tanh relu mgu peephole three_gates traces", cells, " ")
  split("4 3 1 1 2 4 4 2", products, " ")
  for (s = 1; s <= shape_count; s++) {
    shape = shapes[s]
    for (c = 1; c <= n; c++) {
      cell = cells[c]
      gates[cell] = products[c]
      mine = ours("times", shape, cell, "grad")
      keep("grad_over_onednn", shape, cell, mine, best("times", shape, cell, "grad", "onednn", "*", "*"))
      keep("grad_over_hand", shape, cell, mine, best("times", shape, cell, "grad", "hand", "*", "*"))
      keep("limit_share", shape, cell,
           best("times", shape, cell, "grad", "limit", "*", our_threads(shape)), mine)
      keep("grad_one_over_two_threads", shape, cell,
           best("times", shape, cell, "grad", "carousel", "compiled", 1),
           best("times", shape, cell, "grad", "carousel", "compiled", 2))
      mine = ours("times", shape, cell, "train")
      keep("torch_over_train", shape, cell, best("times", shape, cell, "train", "torch", "*", "*"), mine)
      keep("torch_ops_over_train", shape, cell,
           best("times", shape, cell, "train", "torch", "op_by_op", "*"), mine)
      keep("time_per_operation_over_lstm", shape, cell, mine / gates[cell],
           ours("times", shape, "lstm", "train") / gates["lstm"])
      keep("eager_over_compiled_one_thread", shape, cell,
           best("times", shape, cell, "train", "carousel", "eager", 1),
           best("times", shape, cell, "train", "carousel", "compiled", 1))
    }
  }
}

END { ratios(); agree() }
