system "t" {}

state "ready" {
  type    = bool
  initial = false
}
state "count" {
  type    = number
  initial = 0
}
state "name" {
  type = string
}
state "tags" {
  type    = set(string)
  initial = []
}

goal "g" {
  condition = alltrue([
    upper(state.name) == "A",              # ERROR OG210: The function `upper` can't read a state
    "${state.name}-x" == "y",              # ERROR OG210: A string template can't read a state
    contain(state.tags, "a"),              # ERROR OG210: Did you mean `contains`?
    state.count == "1",                    # ERROR OG211: Write the number without quotes
    state.ready == "true",                 # ERROR OG211: Write true without quotes
    state.tags == "a",                     # ERROR OG211: Write a list
    state.name == state.count,             # ERROR OG211: A string is required here, to match the other side of ==, but this is a number.
    state.count == null,                   # ERROR OG212: null means that a value is unknown, so a comparison with it could never be true.
    state.count == below(3),               # ERROR OG213: write a comparison with <
    state.count / 0 > 1,                   # ERROR OG214: The right side is 0, so the result is undefined.
    state.count < 1e900 * 1e900,           # ERROR OG215: too large or too small
    state.ready.now,                       # ERROR OG216: it has no attributes
    state.redy,                            # ERROR OG021: Did you mean state.ready?
    goal.h,                                # ERROR OG021: The manifest doesn't declare the goal "h".
    service.web.healthy,                   # ERROR OG021: The manifest doesn't declare the service "web". It declares no `service` block at all.
    alltrue([for t in state.tags : true]), # ERROR OG210: A `for` expression is expanded before planning, so its collection can't depend on a state.
  ])
}
